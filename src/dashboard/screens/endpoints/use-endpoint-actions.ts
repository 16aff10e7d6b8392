import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { notify } from '../../components/toasts.tsx';
import { graphql } from '../../generated/gql.ts';
import type { EndpointStatus } from '../../generated/graphql.ts';
import type { KnownEndpoint } from './documents.ts';
import { messages } from './messages.ts';

const StatusMutation = graphql(/* GraphQL */ `
  mutation SetEndpointStatus($id: ID!, $status: EndpointStatus!) {
    updateEndpoint(id: $id, input: { status: $status }) {
      __typename
      ... on Endpoint { ...EndpointState }
      ... on Error { message }
    }
  }
`);

const DeleteMutation = graphql(/* GraphQL */ `
  mutation DeleteEndpoint($id: ID!) {
    deleteEndpoint(id: $id) { __typename ... on Endpoint { ...EndpointState } ... on Error { message } }
  }
`);

const doneWords: Record<EndpointStatus, string> = {
  ENABLED: messages.isEnabled,
  PAUSED: messages.isPaused,
  DISABLED: messages.isDisabled,
};

/** The actions on an endpoint other than editing. Each shows its result in a toast and returns whether it succeeded. */
export interface EndpointActions {
  setStatus(endpoint: KnownEndpoint, status: EndpointStatus): Promise<boolean>;
  remove(endpoint: KnownEndpoint): Promise<boolean>;
}

/** @param onDone called after an action has succeeded. */
export function useEndpointActions(onDone: () => void): EndpointActions {
  const [, setStatus] = useMutation(StatusMutation);
  const [, remove] = useMutation(DeleteMutation);
  return {
    async setStatus({ id }, status) {
      const { data, error } = await setStatus({ id, status });
      const outcome = readOutcome(data?.updateEndpoint, error);
      notify(outcome.ok ? 'success' : 'error', outcome.ok ? doneWords[status] : outcome.message);
      if (outcome.ok) onDone();
      return outcome.ok;
    },
    async remove({ id }) {
      const { data, error } = await remove({ id });
      const outcome = readOutcome(data?.deleteEndpoint, error);
      notify(outcome.ok ? 'success' : 'error', outcome.ok ? messages.endpointWasDeleted : outcome.message);
      if (outcome.ok) onDone();
      return outcome.ok;
    },
  };
}

import { useMutation } from 'urql';
import { type Outcome, readOutcome } from '../../api/outcome.ts';
import { notify } from '../../components/toasts.tsx';
import { graphql } from '../../generated/gql.ts';
import { messages } from './messages.ts';

export const RetryMutation = graphql(/* GraphQL */ `
  mutation RetryDelivery($id: ID!) {
    retryDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }
  }
`);

const ReplayMutation = graphql(/* GraphQL */ `
  mutation ReplayDelivery($id: ID!, $endpointId: ID) {
    replayDelivery(id: $id, endpointId: $endpointId) {
      __typename
      ... on Delivery { ...RowScalars replayOf { id replays { id status createdAt } } }
      ... on Error { message }
    }
  }
`);

const CancelMutation = graphql(/* GraphQL */ `
  mutation CancelDelivery($id: ID!) {
    cancelDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }
  }
`);

/**
 * The actions of a delivery. Each shows its result in a toast and returns the id of the created or changed delivery, or
 * null if it failed.
 */
export interface DeliveryActions {
  retry(id: string): Promise<string | null>;
  /** @param endpointId the endpoint to send to. Default: the endpoint of the original delivery. */
  replay(id: string, endpointId?: string): Promise<string | null>;
  cancel(id: string): Promise<string | null>;
}

export function useDeliveryActions(): DeliveryActions {
  const [, retry] = useMutation(RetryMutation);
  const [, replay] = useMutation(ReplayMutation);
  const [, cancel] = useMutation(CancelMutation);
  return {
    async retry(id) {
      const { data, error } = await retry({ id });
      return say(readOutcome(data?.retryDelivery, error), messages.retryQueued);
    },
    async replay(id, endpointId) {
      const { data, error } = await replay({ id, endpointId: endpointId ?? null });
      return say(readOutcome(data?.replayDelivery, error), messages.replayCreated);
    },
    async cancel(id) {
      const { data, error } = await cancel({ id });
      return say(readOutcome(data?.cancelDelivery, error), messages.deliveryCanceled);
    },
  };
}

function say(outcome: Outcome<{ readonly id: string }>, done: string): string | null {
  if (outcome.ok) notify('success', done);
  else notify('error', outcome.message);
  return outcome.ok ? outcome.value.id : null;
}

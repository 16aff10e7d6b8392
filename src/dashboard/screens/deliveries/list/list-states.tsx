import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { describeError, readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';

/** While the first page is on its way. */
export function LoadingRows() {
  return (
    <div className="log-skeleton" role="status" aria-label="Loading deliveries">
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} className="log-skeleton-row" />
      ))}
    </div>
  );
}

export function FailedList({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  return (
    <Notice
      tone="error"
      icon="alert"
      title="The deliveries cannot be read"
      actions={<Button onPress={onRetry}>Try again now</Button>}
    >
      {reason} It is tried again every two seconds.
    </Notice>
  );
}

export function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice icon="filter" title="No delivery matches" actions={<Button onPress={onClear}>Clear the filters</Button>}>
      Whatever comes to match will appear here by itself.
    </Notice>
  );
}

export function NothingYet() {
  return (
    <Notice icon="list" title="No deliveries yet">
      As soon as an event is published and an endpoint takes its type, its delivery appears here by itself.
    </Notice>
  );
}

const EndpointStateQuery = graphql(/* GraphQL */ `
  query EndpointState($id: ID!) {
    endpoint(id: $id) { id name status statusReason statusChangedAt deletedAt }
  }
`);

const EnableMutation = graphql(/* GraphQL */ `
  mutation EnableEndpoint($id: ID!) {
    updateEndpoint(id: $id, input: { status: ENABLED }) {
      __typename
      ... on Endpoint { id status statusReason statusChangedAt }
      ... on Error { message }
    }
  }
`);

export interface EndpointNoticeProps {
  readonly endpointId: string;
  readonly mayManage: boolean;
}

/** Says since when and why an endpoint gets nothing, and ends that with one click. Nothing where it is enabled. */
export function EndpointNotice({ endpointId, mayManage }: EndpointNoticeProps) {
  const [{ data, error }] = useQuery({ query: EndpointStateQuery, variables: { id: endpointId } });
  const [, enable] = useMutation(EnableMutation);
  const [isPending, setIsPending] = useState(false);
  if (error) return <p className="banner banner-danger">{describeError(error)}</p>;
  const endpoint = data?.endpoint;
  if (!endpoint || (endpoint.status === 'ENABLED' && !endpoint.deletedAt)) return null;
  const press = async () => {
    setIsPending(true);
    const result = await enable({ id: endpointId });
    setIsPending(false);
    const outcome = readOutcome(result.data?.updateEndpoint, result.error);
    if (outcome.ok) notify('success', `${endpoint.name} is enabled.`);
    else notify('error', outcome.message);
  };
  if (endpoint.deletedAt) {
    return (
      <div className="banner banner-warning log-endpoint" role="status">
        <span>
          <strong>{endpoint.name}</strong> was deleted <RelativeTime at={endpoint.deletedAt} />. Its history stays
          readable.
        </span>
      </div>
    );
  }
  return (
    <div className="banner banner-warning log-endpoint" role="status">
      <span>
        <strong>{endpoint.name}</strong> is {endpoint.status === 'PAUSED' ? 'paused' : 'disabled'} since{' '}
        <RelativeTime at={endpoint.statusChangedAt} />
        {endpoint.statusReason ? `: ${endpoint.statusReason}` : '.'}{' '}
        {endpoint.status === 'PAUSED' ? 'Its deliveries wait.' : 'It gets no new deliveries.'}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={press}>
          Enable it
        </Button>
      )}
    </div>
  );
}

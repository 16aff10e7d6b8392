import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';
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
      title="Couldn't load deliveries"
      actions={<Button onPress={onRetry}>Retry now</Button>}
    >
      {reason} Retrying every 2 seconds.
    </Notice>
  );
}

export function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice icon="filter" title="No matching deliveries" actions={<Button onPress={onClear}>Clear filters</Button>}>
      New matching deliveries will appear here automatically.
    </Notice>
  );
}

export interface NothingYetProps {
  readonly mayCreateEndpoint: boolean;
  readonly mayTest: boolean;
}

export function NothingYet({ mayCreateEndpoint, mayTest }: NothingYetProps) {
  const [, navigate] = useLocation();
  return (
    <Notice
      icon="list"
      title="No deliveries yet"
      actions={
        <>
          {mayCreateEndpoint && (
            <Button tone="primary" icon="plus" onPress={() => navigate('/endpoints/new')}>
              New endpoint
            </Button>
          )}
          {mayTest && (
            <Button icon="send" onPress={() => navigate('/endpoints')}>
              Send test
            </Button>
          )}
        </>
      }
    >
      Deliveries appear here when you publish an event that an endpoint subscribes to.
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

/** Says when and why the endpoint was paused, disabled or deleted, and enables it. Nothing if it is enabled. */
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
    if (outcome.ok) notify('success', 'Enabled. Sending queued deliveries.');
    else notify('error', outcome.message);
  };
  if (endpoint.deletedAt) {
    return (
      <div className="banner banner-warning log-endpoint" role="status">
        <span>
          <strong>{endpoint.name}</strong> was deleted <RelativeTime at={endpoint.deletedAt} />. Its history is kept.
        </span>
      </div>
    );
  }
  return (
    <div className="banner banner-warning log-endpoint" role="status">
      <span>
        <strong>{endpoint.name}</strong> was {endpoint.status === 'PAUSED' ? 'paused' : 'disabled'}{' '}
        <RelativeTime at={endpoint.statusChangedAt} />
        {endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}.{' '}
        {endpoint.status === 'PAUSED' ? 'Deliveries are on hold.' : 'No new deliveries; queued ones are on hold.'}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={press}>
          {endpoint.status === 'PAUSED' ? 'Resume' : 'Enable'}
        </Button>
      )}
    </div>
  );
}

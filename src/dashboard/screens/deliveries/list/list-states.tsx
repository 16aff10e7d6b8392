import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';
import { readOutcome } from '../../../api/outcome.ts';
import { describeQueryError } from '../../../api/repeat-failed-queries.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { fill } from '../../../components/fill.tsx';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import { messages } from '../messages.ts';
import styles from './delivery-list.module.css';

/** Shown until the first page arrives. */
export function LoadingRows() {
  return (
    <div className={styles.skeleton} role="status" aria-label={messages.loadingDeliveries}>
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} className={styles.skeletonRow} />
      ))}
    </div>
  );
}

export function FailedList({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  return (
    <Notice
      tone="error"
      icon="alert"
      title={messages.couldntLoadDeliveries}
      actions={<Button onPress={onRetry}>{messages.retryNow}</Button>}
    >
      {messages.retryingEvery2Seconds(reason)}
    </Notice>
  );
}

export function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice
      icon="filter"
      title={messages.noMatchingDeliveries}
      actions={<Button onPress={onClear}>{messages.clearFilters}</Button>}
    >
      {messages.noMatchingDeliveriesHint}
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
      title={messages.noDeliveriesYet}
      actions={
        <>
          {mayCreateEndpoint && (
            <Button tone="primary" icon="plus" onPress={() => navigate('/endpoints/new')}>
              {messages.newEndpoint}
            </Button>
          )}
          {mayTest && (
            <Button icon="send" onPress={() => navigate('/endpoints')}>
              {messages.sendTest}
            </Button>
          )}
        </>
      }
    >
      {messages.noDeliveriesYetHint}
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

/**
 * Shows when and why the endpoint was paused, disabled or deleted, with a button that enables it. Renders nothing if it
 * is enabled.
 */
export function EndpointNotice({ endpointId, mayManage }: EndpointNoticeProps) {
  const [{ data, error }] = useQuery({ query: EndpointStateQuery, variables: { id: endpointId } });
  const [, enable] = useMutation(EnableMutation);
  const [isPending, setIsPending] = useState(false);
  if (error) return <Banner tone="danger">{describeQueryError(error)}</Banner>;
  const endpoint = data?.endpoint;
  if (!endpoint || (endpoint.status === 'ENABLED' && !endpoint.deletedAt)) return null;
  const press = async () => {
    setIsPending(true);
    const result = await enable({ id: endpointId });
    setIsPending(false);
    const outcome = readOutcome(result.data?.updateEndpoint, result.error);
    if (outcome.ok) notify('success', messages.endpointEnabled);
    else notify('error', outcome.message);
  };
  if (endpoint.deletedAt) {
    return (
      <Banner tone="warning" className={styles.endpoint} role="status">
        <span>
          {fill(messages.endpointDeleted, {
            name: <strong>{endpoint.name}</strong>,
            time: <RelativeTime at={endpoint.deletedAt} absolute="inline" />,
          })}
        </span>
      </Banner>
    );
  }
  return (
    <Banner tone="warning" className={styles.endpoint} role="status">
      <span>
        {fill(messages.endpointStopped, {
          name: <strong>{endpoint.name}</strong>,
          state: endpoint.status === 'PAUSED' ? messages.paused : messages.disabled,
          time: <RelativeTime at={endpoint.statusChangedAt} absolute="inline" />,
          reason: endpoint.statusReason ? ` (${endpoint.statusReason})` : '',
          hold: endpoint.status === 'PAUSED' ? messages.pausedHold : messages.disabledHold,
        })}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={press}>
          {endpoint.status === 'PAUSED' ? messages.resume : messages.enable}
        </Button>
      )}
    </Banner>
  );
}

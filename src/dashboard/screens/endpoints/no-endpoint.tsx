import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { fill } from '../../components/fill.tsx';
import { Notice } from '../../components/notice.tsx';
import styles from './endpoints.module.css';
import { messages } from './messages.ts';

export interface NoEndpointProps {
  readonly isLoading: boolean;
  /** Why the endpoint could not be loaded. Null if it does not exist. */
  readonly reason: string | null;
  readonly isDeleted?: boolean;
  readonly onRetry: () => void;
}

/** Shown instead of an endpoint that is loading, does not exist, was deleted or could not be loaded. */
export function NoEndpoint({ isLoading, reason, isDeleted = false, onRetry }: NoEndpointProps) {
  if (isLoading) {
    return (
      <div className={styles.skeleton} role="status" aria-label={messages.loadingTheEndpoint}>
        <div />
        <div />
        <div />
      </div>
    );
  }
  if (reason !== null) {
    return (
      <Notice
        isPage
        tone="error"
        icon="alert"
        title={messages.couldntLoadThisEndpoint}
        actions={<Button onPress={onRetry}>{messages.retryNow}</Button>}
      >
        {reason}
      </Notice>
    );
  }
  return (
    <Notice isPage icon="search" title={isDeleted ? messages.endpointDeleted : messages.endpointNotFound}>
      {fill(isDeleted ? messages.endpointDeletedHint : messages.endpointNotFoundHint, {
        link: <Link href="/endpoints">{messages.allEndpoints}</Link>,
      })}
    </Notice>
  );
}

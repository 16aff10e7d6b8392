import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';

export interface NoEndpointProps {
  readonly isLoading: boolean;
  /** Why it cannot be read; null: it can, and there is none. */
  readonly reason: string | null;
  readonly isDeleted?: boolean;
  readonly onRetry: () => void;
}

/** What stands in the place of an endpoint that cannot be shown, or not yet. */
export function NoEndpoint({ isLoading, reason, isDeleted = false, onRetry }: NoEndpointProps) {
  if (isLoading) {
    return (
      <div className="endpoints-skeleton" role="status" aria-label="Loading the endpoint">
        <div />
        <div />
        <div />
      </div>
    );
  }
  if (reason !== null) {
    return (
      <Notice
        tone="error"
        icon="alert"
        title="Couldn't load this endpoint"
        actions={<Button onPress={onRetry}>Retry now</Button>}
      >
        {reason}
      </Notice>
    );
  }
  return (
    <Notice icon="search" title={isDeleted ? 'Endpoint deleted' : 'Endpoint not found'}>
      {isDeleted ? 'Its history is kept. ' : 'It may belong to another tenant. '}
      <Link href="/endpoints">All endpoints</Link>
    </Notice>
  );
}

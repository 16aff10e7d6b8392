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
        title="The endpoint cannot be read"
        actions={<Button onPress={onRetry}>Try again</Button>}
      >
        {reason}
      </Notice>
    );
  }
  return (
    <Notice icon="search" title={isDeleted ? 'The endpoint is deleted' : 'There is no such endpoint'}>
      {isDeleted ? 'Its history stays readable. ' : 'It may belong to another tenant. '}
      <Link href="/endpoints">All endpoints</Link>
    </Notice>
  );
}

import type { ReactNode } from 'react';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';

/** While the first page is on its way. */
export function LoadingEndpoints() {
  return (
    <div className="endpoints-skeleton" role="status" aria-label="Loading endpoints">
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} />
      ))}
    </div>
  );
}

export function FailedEndpoints({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  return (
    <Notice
      tone="error"
      icon="alert"
      title="The endpoints cannot be read"
      actions={<Button onPress={onRetry}>Try again</Button>}
    >
      {reason}
    </Notice>
  );
}

export function NoMatchingEndpoint({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice icon="filter" title="No endpoint matches" actions={<Button onPress={onClear}>Clear the filters</Button>}>
      Deleted endpoints are not listed; their deliveries are.
    </Notice>
  );
}

export function NoEndpoints({ action }: { readonly action: ReactNode }) {
  return (
    <Notice icon="endpoint" title="No endpoints yet" actions={action}>
      An endpoint is a URL that gets your events, signed and retried. Make one, send it a test event, and watch it land.
    </Notice>
  );
}

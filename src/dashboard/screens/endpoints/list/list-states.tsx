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
      title="Couldn't load endpoints"
      actions={<Button onPress={onRetry}>Retry now</Button>}
    >
      {reason}
    </Notice>
  );
}

export function NoMatchingEndpoint({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice icon="filter" title="No matching endpoints" actions={<Button onPress={onClear}>Clear filters</Button>}>
      Deleted endpoints aren't listed. Their deliveries are.
    </Notice>
  );
}

export function NoEndpoints({ action }: { readonly action: ReactNode }) {
  return (
    <Notice icon="endpoint" title="No endpoints yet" actions={action}>
      An endpoint is a URL that receives your events, signed and retried. Create one and send it a test event.
    </Notice>
  );
}

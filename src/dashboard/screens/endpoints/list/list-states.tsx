import type { ReactNode } from 'react';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import styles from '../endpoints.module.css';
import { messages } from '../messages.ts';

/** Shown until the first page arrives. */
export function LoadingEndpoints() {
  return (
    <div className={styles.skeleton} role="status" aria-label={messages.loadingEndpoints}>
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
      title={messages.couldntLoadEndpoints}
      actions={<Button onPress={onRetry}>{messages.retryNow}</Button>}
    >
      {reason}
    </Notice>
  );
}

export function NoMatchingEndpoint({ onClear }: { readonly onClear: () => void }) {
  return (
    <Notice
      icon="filter"
      title={messages.noMatchingEndpoints}
      actions={<Button onPress={onClear}>{messages.clearFilters}</Button>}
    >
      {messages.noMatchingEndpointsHint}
    </Notice>
  );
}

export function NoEndpoints({ action }: { readonly action: ReactNode }) {
  return (
    <Notice icon="endpoint" title={messages.noEndpointsYet} actions={action}>
      {messages.noEndpointsYetHint}
    </Notice>
  );
}

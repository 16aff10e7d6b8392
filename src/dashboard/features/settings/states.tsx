import type { CombinedError } from 'urql';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { messages } from './messages.ts';
import styles from './settings.module.css';

/** Shown until the first response arrives. */
export function LoadingAccess() {
  return (
    <div className={styles.loading} role="status" aria-label={messages.loading}>
      <div />
      <div />
      <div />
      <div />
    </div>
  );
}

export interface FailedAccessProps {
  /** The objects that could not be loaded, such as `keys`. */
  readonly what: string;
  readonly error: CombinedError;
  readonly onRetry: () => void;
}

export function FailedAccess({ what, error, onRetry }: FailedAccessProps) {
  return (
    <Notice
      tone="error"
      icon="alert"
      title={messages.couldntLoad(what)}
      actions={<Button onPress={onRetry}>{messages.retryNow}</Button>}
    >
      {describeQueryError(error)}
    </Notice>
  );
}

import type { CombinedError } from 'urql';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';

/** While the first answer is on its way. */
export function LoadingAccess() {
  return (
    <div className="access-loading" role="status" aria-label="Loading">
      <div />
      <div />
      <div />
      <div />
    </div>
  );
}

export interface FailedAccessProps {
  /** What could not be read, such as `keys`. */
  readonly what: string;
  readonly error: CombinedError;
  readonly onRetry: () => void;
}

export function FailedAccess({ what, error, onRetry }: FailedAccessProps) {
  return (
    <Notice
      tone="error"
      icon="alert"
      title={`Couldn't load ${what}`}
      actions={<Button onPress={onRetry}>Retry now</Button>}
    >
      {describeError(error)}
    </Notice>
  );
}

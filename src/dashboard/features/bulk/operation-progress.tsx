import { classNames } from '../../components/class-names.ts';
import { formatCount } from '../../intl.ts';
import styles from './bulk.module.css';
import { messages } from './messages.ts';
import type { Operation } from './use-operation.ts';

const verbs = { RETRY: messages.queuedForRetry, REPLAY: messages.queuedAsReplays } as const;

/** The progress of a bulk operation, as a bar and as text. */
export function OperationProgress({ operation }: { readonly operation: Operation }) {
  const { kind, status, total, done, failed, skipped } = operation;
  const seen = done + failed + skipped;
  const isCounting = status === 'RUNNING' && seen === 0;
  const share = (count: number) => ({ width: `${total > 0 ? (count / Math.max(total, seen)) * 100 : 0}%` });
  const text = describeProgress(operation);
  return (
    <div
      className={styles.progress}
      role="progressbar"
      aria-label={messages.deliveriesIn(verbs[kind])}
      aria-valuemin={0}
      aria-valuenow={isCounting ? undefined : seen}
      aria-valuemax={Math.max(total, seen, 1)}
      aria-valuetext={isCounting ? undefined : text}
    >
      <span className={classNames(styles.track, isCounting && styles.isCounting)}>
        <span className={styles.done} style={share(done)} />
        <span className={styles.failed} style={share(failed)} />
        <span className={styles.skipped} style={share(skipped)} />
      </span>
      <span className={styles.words}>{text}</span>
    </div>
  );
}

/**
 * Describes the progress, for example `812 of 1,284 queued for retry, 3 failed`. It counts queued deliveries, which are
 * not delivered yet.
 */
export function describeProgress({ kind, status, total, done, failed, skipped }: Operation): string {
  if (status === 'RUNNING' && done + failed + skipped === 0) return messages.foundSoFar(formatCount(total));
  const parts = [messages.progress(formatCount(done), formatCount(total), verbs[kind])];
  if (failed > 0) parts.push(messages.failed(formatCount(failed)));
  if (skipped > 0) parts.push(messages.skipped(formatCount(skipped)));
  return parts.join(', ');
}

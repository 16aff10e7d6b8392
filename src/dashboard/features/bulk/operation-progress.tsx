import { ProgressBar } from 'react-aria-components';
import type { Operation } from './use-operation.ts';

const verbs = { RETRY: 'queued for retry', REPLAY: 'queued as replays' } as const;

/** The progress of an operation, as a bar and in words. */
export function OperationProgress({ operation }: { readonly operation: Operation }) {
  const { kind, status, total, done, failed, skipped } = operation;
  const seen = done + failed + skipped;
  const isCounting = status === 'RUNNING' && seen === 0;
  const share = (count: number) => ({ width: `${total > 0 ? (count / Math.max(total, seen)) * 100 : 0}%` });
  const text = describeProgress(operation);
  return (
    <ProgressBar
      className="operation-progress"
      aria-label={`Deliveries ${verbs[kind]}`}
      isIndeterminate={isCounting}
      value={seen}
      maxValue={Math.max(total, seen, 1)}
      valueLabel={text}
    >
      <span className={`operation-track${isCounting ? ' is-counting' : ''}`}>
        <span className="operation-done" style={share(done)} />
        <span className="operation-failed" style={share(failed)} />
        <span className="operation-skipped" style={share(skipped)} />
      </span>
      <span className="operation-words">{text}</span>
    </ProgressBar>
  );
}

/** `812 of 1,284 queued, 3 failed`: queueing is not delivering, so the words do not say more. */
export function describeProgress({ kind, status, total, done, failed, skipped }: Operation): string {
  const format = (count: number) => count.toLocaleString('en');
  if (status === 'RUNNING' && done + failed + skipped === 0) return `${format(total)} found so far`;
  const parts = [`${format(done)} of ${format(total)} ${verbs[kind]}`];
  if (failed > 0) parts.push(`${format(failed)} failed`);
  if (skipped > 0) parts.push(`${format(skipped)} skipped`);
  return parts.join(', ');
}

import { classNames } from '../../../components/class-names.ts';
import { formatDuration } from '../../../time/format-time.ts';
import { messages } from '../messages.ts';
import type { DetailAttempt } from './detail-documents.ts';
import styles from './phase-bar.module.css';

interface Phase {
  readonly name: string;
  readonly kind: string;
  readonly spanMs: number;
}

/**
 * Returns the known phases of the request of an attempt in order: queued, DNS, connecting and so on. The time after the
 * first byte is the last phase. If no byte arrived, the remaining time is added to the phase that failed.
 */
export function phasesOf({ timings, durationMs }: DetailAttempt): Phase[] {
  if (!timings) return [];
  const { queueMs, dnsMs, connectMs, tlsMs, firstByteMs } = timings;
  const measured = [
    { name: messages.queued, kind: 'queue', spanMs: queueMs },
    { name: messages.dns, kind: 'dns', spanMs: dnsMs },
    { name: messages.connect, kind: 'connect', spanMs: connectMs },
    { name: messages.tls, kind: 'tls', spanMs: tlsMs },
    { name: messages.firstByte, kind: 'firstByte', spanMs: firstByteMs },
  ].flatMap(({ spanMs, ...phase }) => (spanMs == null ? [] : [{ ...phase, spanMs }]));
  const restMs = durationMs - measured.reduce((sum, phase) => (phase.kind === 'queue' ? sum : sum + phase.spanMs), 0);
  if (restMs <= 0 || measured.length === 0) return measured;
  const rest =
    firstByteMs == null ? { name: messages.failedAfter, kind: 'failed' } : { name: messages.body, kind: 'body' };
  return [...measured, { ...rest, spanMs: restMs }];
}

/** Shows the durations of the phases of an attempt, as a bar and as text. */
export function PhaseBar({ attempt }: { readonly attempt: DetailAttempt }) {
  const phases = phasesOf(attempt);
  if (phases.length === 0) return null;
  const shown = phases.filter(phase => phase.spanMs > 0);
  return (
    <span className={styles.phases}>
      <span className={styles.bar} aria-hidden="true">
        {shown.map(({ name, kind, spanMs }) => (
          <span key={name} className={classNames(styles.phase, styles[kind])} style={{ flexGrow: spanMs }} />
        ))}
      </span>
      <span className={styles.words}>
        {phases.map(({ name, kind, spanMs }) => (
          <span key={name}>
            <span className={classNames(styles.dot, styles[kind])} aria-hidden="true" />
            {name} {formatDuration(spanMs)}
          </span>
        ))}
      </span>
    </span>
  );
}

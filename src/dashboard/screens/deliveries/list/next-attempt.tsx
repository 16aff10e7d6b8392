import { useStore } from '../../../store.ts';
import { useTimeText } from '../../../time/clock.ts';
import { formatMoment, formatRelative } from '../../../time/format-time.ts';
import { zoneChoice } from '../../../time/time-zone.ts';
import { messages } from '../messages.ts';
import { describeWait, type Wait, waitWords } from '../wait-words.ts';
import styles from './delivery-list.module.css';

export interface NextAttemptProps {
  /** Null: no attempt follows. */
  readonly at: string | null;
  /** What holds the delivery back. Null: nothing. */
  readonly wait: Wait | null;
  readonly className?: string;
}

/** When the next attempt is, counting down, or what holds it back. The title says it in full. */
export function NextAttempt({ at, wait, className = '' }: NextAttemptProps) {
  const atMs = at === null ? 0 : Date.parse(at);
  useStore(zoneChoice);
  const text = useTimeText(nowMs => {
    if (atMs === 0) return '';
    if (wait) return waitWords[wait.reason];
    return atMs - nowMs < 1_000 ? messages.dueNow : formatRelative(atMs, nowMs);
  });
  const title = at === null ? '' : wait ? describeWait(wait, formatMoment) : formatMoment(at);
  return (
    <span className={className} title={title}>
      {text !== '' && text !== messages.dueNow && (
        <span className={styles.nextAttemptWords}>{wait ? messages.onHold : messages.nextAttempt} </span>
      )}
      {text}
    </span>
  );
}

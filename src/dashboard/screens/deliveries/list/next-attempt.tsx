import { useStore } from '../../../store.ts';
import { useTimeText } from '../../../time/clock.ts';
import { formatMoment, formatRelative } from '../../../time/format-time.ts';
import { zoneChoice } from '../../../time/time-zone.ts';
import { messages } from '../messages.ts';
import { describeWait, type Wait, waitWords } from '../wait-words.ts';
import styles from './delivery-list.module.css';

export interface NextAttemptProps {
  /** When the next attempt is due. Null if there is none. */
  readonly at: string | null;
  /** Why the delivery is on hold. Null if it is not. */
  readonly wait: Wait | null;
  readonly className?: string;
}

/** A countdown to the next attempt, or the reason why the delivery is on hold. The title contains the full sentence. */
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

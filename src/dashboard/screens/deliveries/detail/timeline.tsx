import badgeStyles from '../../../components/badge.module.css';
import { PlainButton } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import { AbsoluteTime, RelativeTime } from '../../../components/relative-time.tsx';
import { formatDuration } from '../../../time/format-time.ts';
import deliveryListStyles from '../list/delivery-list.module.css';
import { NextAttempt } from '../list/next-attempt.tsx';
import { messages } from '../messages.ts';
import type { Detail } from './detail-documents.ts';
import { outcomeOf } from './outcome.ts';
import { PhaseBar } from './phase-bar.tsx';
import styles from './timeline.module.css';

export interface TimelineProps {
  readonly delivery: Detail;
  readonly chosen: number | null;
  readonly onChoose: (attempt: number) => void;
}

/**
 * The attempts of a delivery, latest first, with the durations of their phases. The time of the next attempt is above
 * them.
 */
export function Timeline({ delivery, chosen, onChoose }: TimelineProps) {
  const { attempts, nextAttemptAt, status, attemptCount, waitingFor } = delivery;
  return (
    <ol className={styles.timeline}>
      {nextAttemptAt && (
        <li className={styles.next}>
          <span>{messages.attempt(attemptCount + 1)}</span>
          <span className="muted">
            <NextAttempt at={nextAttemptAt} wait={waitingFor ?? null} />{' '}
            {!waitingFor && <AbsoluteTime at={nextAttemptAt} />}
          </span>
        </li>
      )}
      {status === 'PROCESSING' && (
        <li className={styles.next}>
          <span>{messages.attempt(attemptCount)}</span>
          <span className="muted">{messages.inProgress}</span>
        </li>
      )}
      {attempts.toReversed().map(attempt => (
        <li key={attempt.number}>
          <PlainButton
            className={classNames(styles.attempt, attempt.number === chosen && styles.isChosen)}
            aria-pressed={attempt.number === chosen}
            onPress={() => onChoose(attempt.number)}
          >
            <span className={styles.line}>
              <span className={styles.number}>#{attempt.number}</span>
              <span className={attempt.error ? deliveryListStyles.wrong : deliveryListStyles.fine}>
                {outcomeOf(attempt)}
              </span>
              {attempt.trigger !== 'SCHEDULE' && (
                <span className={badgeStyles.badge}>
                  {attempt.trigger === 'BULK' ? messages.bulkTrigger : messages.manualTrigger}
                </span>
              )}
              <span className={classNames(styles.time, 'muted')}>
                {formatDuration(attempt.durationMs)} · <RelativeTime at={attempt.startedAt} absolute="inline" />
              </span>
            </span>
            <PhaseBar attempt={attempt} />
          </PlainButton>
        </li>
      ))}
    </ol>
  );
}

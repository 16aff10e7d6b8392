import { Button } from 'react-aria-components';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { formatDuration } from '../../../time/format-time.ts';
import { NextAttempt } from '../list/next-attempt.tsx';
import type { Detail } from './detail-documents.ts';
import { outcomeOf } from './outcome.ts';
import { PhaseBar } from './phase-bar.tsx';

export interface TimelineProps {
  readonly delivery: Detail;
  readonly chosen: number | null;
  readonly onChoose: (attempt: number) => void;
}

/** Every attempt, the latest first, with the phases of its exchange. The next attempt stands above them. */
export function Timeline({ delivery, chosen, onChoose }: TimelineProps) {
  const { attempts, nextAttemptAt, status, attemptCount, waitingFor } = delivery;
  return (
    <ol className="timeline">
      {nextAttemptAt && (
        <li className="timeline-next">
          <span>Attempt {attemptCount + 1}</span>
          <NextAttempt className="muted" at={nextAttemptAt} wait={waitingFor ?? null} />
        </li>
      )}
      {status === 'PROCESSING' && (
        <li className="timeline-next">
          <span>Attempt {attemptCount}</span>
          <span className="muted">In progress</span>
        </li>
      )}
      {attempts.toReversed().map(attempt => (
        <li key={attempt.number}>
          <Button
            className={`timeline-attempt${attempt.number === chosen ? ' is-chosen' : ''}`}
            aria-pressed={attempt.number === chosen}
            onPress={() => onChoose(attempt.number)}
          >
            <span className="timeline-line">
              <span className="timeline-number">#{attempt.number}</span>
              <span className={attempt.error ? 'log-wrong' : 'log-fine'}>{outcomeOf(attempt)}</span>
              {attempt.trigger !== 'SCHEDULE' && (
                <span className="badge">{attempt.trigger === 'BULK' ? 'Bulk' : 'Manual'}</span>
              )}
              <span className="timeline-time muted">
                {formatDuration(attempt.durationMs)} · <RelativeTime at={attempt.startedAt} absolute="inline" />
              </span>
            </span>
            <PhaseBar attempt={attempt} />
          </Button>
        </li>
      ))}
    </ol>
  );
}

import { useState } from 'react';
import { Link } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { classNames } from '../../components/class-names.ts';
import { OlderData } from '../../components/older-data.tsx';
import { formatCount } from '../../intl.ts';
import styles from './bulk.module.css';
import { messages } from './messages.ts';
import { OutcomesQuery } from './operation-documents.ts';
import { countElsewhere, countOutcomes, isSettled } from './outcome-counts.ts';
import type { Operation } from './use-operation.ts';

const liveMs = 2_000;
const settledMs = 30_000;

export interface OperationOutcomesProps {
  readonly operation: Operation;
  /** Called when the user follows a link. */
  readonly onLeave?: () => void;
}

/**
 * The current results of the deliveries of a bulk operation, polled every 2 seconds until all deliveries have ended.
 */
export function OperationOutcomes({ operation: { id, done, status }, onLeave }: OperationOutcomesProps) {
  const [everyMs, setEveryMs] = useState(liveMs);
  const { data, problem } = usePolledQuery({
    query: OutcomesQuery,
    variablesAt: () => ({ id }),
    key: `${id} ${status}`,
    everyMs,
  });
  const outcomes = data?.bulkOperation?.outcomes;
  const wantedMs = outcomes && isSettled(status, outcomes) ? settledMs : liveMs;
  if (wantedMs !== everyMs) setEveryMs(wantedMs);
  if (!outcomes) {
    if (!data && !problem) return <p className="muted">{messages.countingResults}</p>;
    return <p className="muted">{messages.couldntCountResults}</p>;
  }
  const elsewhere = countElsewhere(done, outcomes);
  return (
    <div className={styles.outcomes}>
      <OlderData problem={problem} />
      <ul aria-label={messages.results}>
        {countOutcomes(id, outcomes).map(({ name, tone, count, href }) => (
          <li key={name} className={classNames(styles.outcome, styles[tone])}>
            <Link href={href} {...(onLeave && { onClick: onLeave })}>
              <strong>{formatCount(count, outcomes.exact)}</strong> {name}
            </Link>
          </li>
        ))}
      </ul>
      {elsewhere > 0 && status !== 'RUNNING' && (
        <p className="muted">{messages.countedElsewhere(formatCount(elsewhere))}</p>
      )}
    </div>
  );
}

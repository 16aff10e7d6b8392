import { useState } from 'react';
import { Link } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { OutcomesQuery } from './operation-documents.ts';
import { countElsewhere, countOutcomes, isSettled } from './outcome-counts.ts';
import type { Operation } from './use-operation.ts';

const liveMs = 2_000;
const settledMs = 30_000;

export interface OperationOutcomesProps {
  readonly operation: Operation;
  /** Called when a link is followed. */
  readonly onLeave?: () => void;
}

/** How the deliveries of an operation stand now, read every 2 seconds until all of them have ended. */
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
    if (!data && !problem) return <p className="muted">Counting results…</p>;
    return <p className="muted">Couldn't count the results. Retrying every 2 seconds.</p>;
  }
  const elsewhere = countElsewhere(done, outcomes);
  return (
    <div className="operation-outcomes">
      <ul aria-label="Results">
        {countOutcomes(id, outcomes).map(({ name, tone, count, href }) => (
          <li key={name} className={`operation-outcome is-${tone}`}>
            <Link href={href} {...(onLeave && { onClick: onLeave })}>
              <strong>
                {count.toLocaleString('en')}
                {!outcomes.exact && '+'}
              </strong>{' '}
              {name}
            </Link>
          </li>
        ))}
      </ul>
      {elsewhere > 0 && status !== 'RUNNING' && (
        <p className="muted">
          {elsewhere.toLocaleString('en')} more were retried by a later operation or removed by retention.
        </p>
      )}
    </div>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import type { HealthFiguresFragment } from '../../../generated/graphql.ts';
import { formatCount, formatShare } from '../../../intl.ts';
import { formatAge, formatLatency, rateLevel } from '../health-words.ts';

export interface HealthCardsProps {
  readonly endpointId: string;
  readonly health: HealthFiguresFragment;
}

/** How the endpoint has done in the last hour, in four figures. */
export function HealthCards({ endpointId, health }: HealthCardsProps) {
  const { sampleSize, successRate, p95LatencyMs, backlog, oldestDueAgeSeconds } = health;
  const waiting = logLink({ endpointIds: [endpointId], statuses: ['PENDING', 'PROCESSING', 'RETRYING'] });
  return (
    <dl className="health-cards">
      <Card
        label="Success rate"
        note={sampleSize === 0 ? 'no attempts in the last hour' : `of ${formatCount(sampleSize)} in the last hour`}
      >
        <span className={`rate-${rateLevel(successRate)} rate-number`}>{formatShare(successRate ?? null)}</span>
      </Card>
      <Card label="Latency, p95" note="recent attempts">
        {formatLatency(p95LatencyMs)}
      </Card>
      <Card label="Backlog" note="queued or retrying">
        {backlog.value === 0 ? '0' : <Link href={waiting}>{formatCount(backlog.value, backlog.exact)}</Link>}
      </Card>
      <Card label="Longest wait" note={oldestDueAgeSeconds ? 'waiting' : 'nothing waiting'}>
        {formatAge(oldestDueAgeSeconds)}
      </Card>
    </dl>
  );
}

function Card({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="health-card">
      <dt>{label}</dt>
      <dd>
        <strong>{children}</strong>
        <small>{note}</small>
      </dd>
    </div>
  );
}

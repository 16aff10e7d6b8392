import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../../components/class-names.ts';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import type { HealthFiguresFragment } from '../../../generated/graphql.ts';
import { formatCount, formatShare } from '../../../intl.ts';
import { formatLatency } from '../../../time/format-time.ts';
import { formatAge, rateLevel } from '../health-words.ts';
import { messages } from '../messages.ts';
import rateBarStyles from '../rate-bar.module.css';
import styles from './endpoint-page.module.css';

export interface HealthCardsProps {
  readonly endpointId: string;
  readonly health: HealthFiguresFragment;
}

/** The health of the endpoint in the last hour, as four figures. */
export function HealthCards({ endpointId, health }: HealthCardsProps) {
  const { sampleSize, successRate, p95LatencyMs, backlog, oldestDueAgeSeconds } = health;
  const waiting = logLink({ endpointIds: [endpointId], statuses: ['PENDING', 'PROCESSING', 'RETRYING'] });
  return (
    <dl className={styles.healthCards}>
      <Card
        label={messages.successRate}
        note={sampleSize === 0 ? messages.noRecentAttempts : messages.recentSampleSize(sampleSize)}
      >
        <span className={classNames(rateBarStyles[rateLevel(successRate)], rateBarStyles.number)}>
          {formatShare(successRate ?? null)}
        </span>
      </Card>
      <Card label={messages.latencyP95} note={messages.recentAttempts}>
        {formatLatency(p95LatencyMs)}
      </Card>
      <Card label={messages.backlog} note={messages.queuedOrRetrying}>
        {backlog.value === 0 ? '0' : <Link href={waiting}>{formatCount(backlog.value, backlog.exact)}</Link>}
      </Card>
      <Card label={messages.longestWait} note={oldestDueAgeSeconds ? messages.waiting : messages.nothingWaiting}>
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
    <div className={styles.healthCard}>
      <dt>{label}</dt>
      <dd>
        <strong>{children}</strong>
        <small>{note}</small>
      </dd>
    </div>
  );
}

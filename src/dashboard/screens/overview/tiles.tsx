import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import { fill } from '../../components/fill.tsx';
import pageStyles from '../../components/page.module.css';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { formatCount, formatRate, formatShare } from '../../intl.ts';
import { formatDuration } from '../../time/format-time.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import type { Overview } from './use-overview.ts';

const minuteMs = 60_000;

/** The main figures of the range. The numbers link to their deliveries. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { counts, total, successRate, backlog, stats, from, attemptsPerSecond } = overview;
  const time = `${from}/`;
  const perMinute = total / Math.max(1, (serverNowMs() - Date.parse(from)) / minuteMs);
  const failing = counts.FAILED + counts.RETRYING;
  const latency = stats.latencyMs;
  return (
    <dl className={classNames(pageStyles.surface, styles.tiles)}>
      <Tile
        label={messages.deliveries}
        href={logLink({ time })}
        value={formatCount(total, stats.exact)}
        note={fill(messages.rates, {
          deliveries:
            perMinute < 1 ? messages.perHour(formatRate(60 * perMinute)) : messages.perMinute(formatRate(perMinute)),
          attempts: <strong>{formatRate(attemptsPerSecond)}</strong>,
        })}
      />
      <Tile
        label={messages.successRate}
        href={logLink({ time, statuses: ['SUCCEEDED'] })}
        value={formatShare(successRate)}
        note={
          stats.attemptSuccessRate === null || stats.attemptSuccessRate === undefined
            ? messages.succeededNoAttempts(formatCount(counts.SUCCEEDED, stats.exact))
            : messages.succeededOfAttempts(
                formatCount(counts.SUCCEEDED, stats.exact),
                formatShare(stats.attemptSuccessRate),
                formatShare(stats.firstAttemptSuccessRate ?? null),
              )
        }
      />
      <Tile
        label={messages.failedOrRetrying}
        href={logLink({ time, statuses: ['FAILED', 'RETRYING'] })}
        value={formatCount(failing, stats.exact)}
        note={messages.failedRetryingFailedAttempts(
          formatCount(counts.FAILED, stats.exact),
          formatCount(counts.RETRYING, stats.exact),
          formatCount(stats.attemptsFailed, stats.exact),
        )}
        tone={counts.FAILED > 0 ? 'danger' : counts.RETRYING > 0 ? 'warning' : undefined}
      />
      <Tile
        label={messages.backlog}
        href={logLink({ statuses: ['PENDING', 'PROCESSING', 'RETRYING'] })}
        value={formatCount(backlog.total, backlog.isExact)}
        note={messages.backlogByStatus(
          formatCount(backlog.counts.PENDING),
          formatCount(backlog.counts.PROCESSING),
          formatCount(backlog.counts.RETRYING),
        )}
      />
      <Tile
        label={messages.latencyP95}
        value={latency ? formatDuration(latency.p95) : '–'}
        note={latency ? messages.p50P99(formatDuration(latency.p50), formatDuration(latency.p99)) : messages.noAttempts}
      />
    </dl>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly href?: string;
  readonly tone?: 'danger' | 'warning' | undefined;
}

function Tile({ label, value, note, href, tone }: TileProps) {
  return (
    <div
      className={classNames(
        styles.tile,
        tone === 'danger' && styles.tileDanger,
        tone === 'warning' && styles.tileWarning,
      )}
    >
      <dt>{label}</dt>
      <dd className={styles.value}>{href ? <Link href={href}>{value}</Link> : value}</dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}

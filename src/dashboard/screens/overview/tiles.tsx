import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { formatCount, formatRate, formatShare } from '../../intl.ts';
import { formatDuration } from '../../time/format-time.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import type { Overview } from './use-overview.ts';

const minuteMs = 60_000;

/** The most important figures. Each number links to its deliveries. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { counts, total, successRate, backlog, stats, from, attemptsPerSecond } = overview;
  const time = `${from}/`;
  const perMinute = total / Math.max(1, (serverNowMs() - Date.parse(from)) / minuteMs);
  const failing = counts.FAILED + counts.RETRYING;
  const latency = stats.latencyMs;
  return (
    <dl className="overview-tiles">
      <Tile
        label="Deliveries"
        href={logLink({ time })}
        value={formatCount(total, stats.exact)}
        note={
          <>
            {perMinute < 1 ? `${formatRate(60 * perMinute)}/h` : `${formatRate(perMinute)}/min`} ·{' '}
            <strong>{formatRate(attemptsPerSecond)}</strong> attempts/s
          </>
        }
      />
      <Tile
        label="Success rate"
        href={logLink({ time, statuses: ['SUCCEEDED'] })}
        value={formatShare(successRate)}
        note={
          stats.attemptSuccessRate === null || stats.attemptSuccessRate === undefined
            ? `${formatCount(counts.SUCCEEDED)} succeeded · no attempts`
            : `${formatCount(counts.SUCCEEDED)} succeeded · ${formatShare(stats.attemptSuccessRate)} of attempts, ${formatShare(stats.firstAttemptSuccessRate ?? null)} at the first`
        }
      />
      <Tile
        label="Failed or retrying"
        href={logLink({ time, statuses: ['FAILED', 'RETRYING'] })}
        value={formatCount(failing)}
        note={`${formatCount(counts.FAILED)} failed · ${formatCount(counts.RETRYING)} retrying · ${formatCount(stats.attemptsFailed)} failed attempts`}
        tone={counts.FAILED > 0 ? 'danger' : counts.RETRYING > 0 ? 'warning' : undefined}
      />
      <Tile
        label="Backlog"
        href={logLink({ statuses: ['PENDING', 'PROCESSING', 'RETRYING'] })}
        value={formatCount(backlog.total, backlog.isExact)}
        note={`${formatCount(backlog.counts.PENDING)} pending · ${formatCount(backlog.counts.RETRYING)} retrying`}
      />
      <Tile
        label="Latency, p95"
        value={latency ? formatDuration(latency.p95) : '–'}
        note={latency ? `p50 ${formatDuration(latency.p50)} · p99 ${formatDuration(latency.p99)}` : 'no attempts'}
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
    <div className={`overview-tile${tone ? ` overview-tile-${tone}` : ''}`}>
      <dt>{label}</dt>
      <dd className="overview-value">{href ? <Link href={href}>{value}</Link> : value}</dd>
      <dd className="overview-note">{note}</dd>
    </div>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatDuration } from '../../time/format-time.ts';
import { logLink } from '../deliveries/filter/log-link.ts';
import { formatCount, formatRate, formatShare } from './number-text.ts';
import type { Overview } from './use-overview.ts';

const minuteMs = 60_000;

/** The figures that matter most; a number leads to its deliveries. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { counts, total, successRate, backlog, stats, from, attemptsPerSecond } = overview;
  const time = `${from}/`;
  const perMinute = total / Math.max(1, (Date.now() - Date.parse(from)) / minuteMs);
  const latency = stats.latencyMs;
  return (
    <dl className="overview-tiles">
      <Tile
        label="Deliveries"
        href={logLink({ time })}
        value={formatCount(total, stats.exact)}
        note={
          <>
            {perMinute < 1 ? `${formatRate(60 * perMinute)} an hour` : `${formatRate(perMinute)} a minute`} ·{' '}
            <strong>{formatRate(attemptsPerSecond)}</strong> attempts/s now
          </>
        }
      />
      <Tile
        label="Success rate"
        href={logLink({ time, statuses: ['SUCCEEDED'] })}
        value={formatShare(successRate)}
        note={`${formatCount(counts.SUCCEEDED)} succeeded`}
      />
      <Tile
        label="Failed"
        href={logLink({ time, statuses: ['FAILED'] })}
        value={formatCount(counts.FAILED)}
        note="given up"
        tone={counts.FAILED > 0 ? 'danger' : undefined}
      />
      <Tile
        label="Backlog"
        href={logLink({ statuses: ['PENDING', 'PROCESSING', 'RETRYING'] })}
        value={formatCount(backlog.total, backlog.isExact)}
        note={`${formatCount(backlog.counts.PENDING)} pending · ${formatCount(backlog.counts.RETRYING)} to be retried`}
      />
      <Tile
        label="Latency, p95"
        value={latency ? formatDuration(latency.p95) : '–'}
        note={latency ? `p50 ${formatDuration(latency.p50)} · p99 ${formatDuration(latency.p99)}` : 'nothing was tried'}
      />
    </dl>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly href?: string;
  readonly tone?: 'danger' | undefined;
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

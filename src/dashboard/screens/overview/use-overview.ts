import { useEffect, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { filterOfRange, type RangeId, ranges, startOfRange } from '../../features/series/ranges.ts';
import type { DeliveryStatus, OverviewQuery as Figures } from '../../generated/graphql.ts';
import { createStore, useStore } from '../../store.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { LiveCounts, type LiveState } from './live-counts.ts';
import { OverviewQuery } from './overview-documents.ts';

export type Counts = Readonly<Record<DeliveryStatus, number>>;

type Stats = NonNullable<Figures['stats']>;
/** A response without these fields is not shown. */
type ShownFigures = Figures & { readonly stats: Stats; readonly backlog: NonNullable<Figures['backlog']> };

/** The statistics of a range, with counts that are updated live. */
export interface Overview extends Omit<Figures, 'backlog' | 'stats'> {
  readonly stats: Stats;
  /** The start of the range as an RFC 3339 time. */
  readonly from: string;
  /** The number of deliveries in the range by status. */
  readonly counts: Counts;
  readonly total: number;
  /** The share of SUCCEEDED among SUCCEEDED and FAILED deliveries, 0 to 1. Null if there are none. */
  readonly successRate: number | null;
  /** Unfinished deliveries of any age. `isExact` is false if there are more than were counted. */
  readonly backlog: { readonly counts: Counts; readonly total: number; readonly isExact: boolean };
  readonly attemptsPerSecond: number;
}

const everyMs = 10_000;
const still = createStore<LiveState | null>(null);

/** Loads the statistics of a range every 10 s, and updates their counts live in between. */
export function useOverview(rangeId: RangeId) {
  const { socket } = useApi();
  const range = ranges[rangeId];
  const [live, setLive] = useState<LiveCounts | null>(null);
  useEffect(() => {
    const opened = new LiveCounts(socket);
    setLive(opened);
    return () => opened[Symbol.dispose]();
  }, [socket]);
  const [fromMs, setFromMs] = useState(0);
  const { data, problem, refresh } = usePolledQuery({
    query: OverviewQuery,
    variablesAt: nowMs => ({ filter: filterOfRange(range, nowMs), buckets: range.buckets }),
    key: rangeId,
    isEnough: hasCounts,
    everyMs,
    onAsk: () => live?.ask(startOfRange(range, serverNowMs())),
    onRead: () => {
      setFromMs(startOfRange(range, serverNowMs()));
      live?.read();
    },
  });
  const deltas = useStore<LiveState | null>(live?.state ?? still);
  const overview = data && hasCounts(data) ? fold(data, new Date(fromMs).toISOString(), deltas) : null;
  return { overview, problem, refresh };
}

function hasCounts(figures: Figures): figures is ShownFigures {
  return figures.stats !== null && figures.backlog !== null;
}

function fold(figures: ShownFigures, from: string, live: LiveState | null): Overview {
  const counts = countsOf(figures.stats.byStatus, live?.inRange);
  const waiting = countsOf(figures.backlog.byStatus, live?.all);
  const done = counts.SUCCEEDED + counts.FAILED;
  return {
    ...figures,
    from,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    successRate: done > 0 ? counts.SUCCEEDED / done : null,
    backlog: {
      counts: waiting,
      total: waiting.PENDING + waiting.PROCESSING + waiting.RETRYING,
      isExact: figures.backlog.exact,
    },
    attemptsPerSecond: live?.attemptsPerSecond ?? 0,
  };
}

function countsOf(byStatus: Stats['byStatus'], deltas: Counts | undefined): Counts {
  const entries = byStatus.map(({ status, count }) => [status, Math.max(0, count + (deltas?.[status] ?? 0))]);
  return Object.fromEntries(entries) as Counts;
}

import type { DeliveryStatus, OverviewQuery } from '../../generated/graphql.ts';
import { formatSpan } from '../../time/format-span.ts';
import { logLink } from '../deliveries/filter/log-link.ts';

/** The buckets of a time series as the server returns them. */
export type Series = NonNullable<NonNullable<OverviewQuery['stats']>['series']>;

/** One step of the range: the deliveries that were created in it, counted by current status, and their attempts. */
export interface SeriesStep {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retrying: number;
  /** Deliveries that wait for their first attempt or are in flight. */
  readonly pending: number;
  readonly attemptsFailed: number;
  /** The share of attempts that succeeded, 0 to 1. Null if no attempt has ended. */
  readonly rate: number | null;
  /** The latency of the last attempt of these deliveries in milliseconds. Null if no attempt was made. */
  readonly latency: Series[number]['latencyMs'];
}

/** The minimum number of steps in a chart. Fewer steps would not show a trend. */
const fewestSteps = 15;

/** The number of deliveries of a step in all statuses. */
export function countStep({
  succeeded,
  failed,
  retrying,
  pending,
}: Pick<Series[number], 'succeeded' | 'failed' | 'retrying' | 'pending'>): number {
  return succeeded + failed + retrying + pending;
}

/** Returns the steps from the first one with deliveries to the last, but at least fifteen. */
export function readSteps(series: Series, stepMs: number): SeriesStep[] {
  const first = series.findIndex(step => countStep(step) > 0);
  const shown = first < 0 ? series : series.slice(Math.min(first, Math.max(0, series.length - fewestSteps)));
  return shown.map(
    ({ startsAt, succeeded, failed, retrying, pending, attemptsSucceeded, attemptsFailed, latencyMs }) => {
      const startsAtMs = Date.parse(startsAt);
      const attempts = attemptsSucceeded + attemptsFailed;
      return {
        startsAtMs,
        endsAtMs: startsAtMs + stepMs,
        succeeded,
        failed,
        retrying,
        pending,
        attemptsFailed,
        rate: attempts > 0 ? attemptsSucceeded / attempts : null,
        latency: latencyMs ?? null,
      };
    },
  );
}

/** Formats the time range of a step: `22 Nov 02:00–03:00 UTC`. */
export function formatStep({ startsAtMs, endsAtMs }: SeriesStep): string {
  return formatSpan(new Date(startsAtMs).toISOString(), new Date(endsAtMs).toISOString());
}

export function linkOfStep({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []): string {
  return logLink({ time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`, statuses });
}

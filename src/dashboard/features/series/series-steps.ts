import type { DeliveryStatus, OverviewQuery } from '../../generated/graphql.ts';
import { formatSpan } from '../../time/format-span.ts';
import { logLink } from '../deliveries/filter/log-link.ts';

/** The steps of a series as the server counts them. */
export type Series = NonNullable<NonNullable<OverviewQuery['stats']>['series']>;

/** The deliveries that were created in a step of the range, by their status now, and their attempts. */
export interface SeriesStep {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retrying: number;
  /** Waiting for their first attempt, or in flight. */
  readonly pending: number;
  readonly attemptsFailed: number;
  /** The share of attempts that succeeded, 0 to 1; null if no attempt has ended. */
  readonly rate: number | null;
  /** How long their last attempts took, in milliseconds; null if there were no attempts. */
  readonly latency: Series[number]['latencyMs'];
}

/** A chart with fewer steps would not show a trend. */
const fewestSteps = 15;

/** How many deliveries a step has, whatever their status. */
export function countStep({
  succeeded,
  failed,
  retrying,
  pending,
}: Pick<Series[number], 'succeeded' | 'failed' | 'retrying' | 'pending'>): number {
  return succeeded + failed + retrying + pending;
}

/** The steps from the first one that has deliveries, fifteen at least. */
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

/** `22 Nov 02:00–03:00 UTC`. */
export function formatStep({ startsAtMs, endsAtMs }: SeriesStep): string {
  return formatSpan(new Date(startsAtMs).toISOString(), new Date(endsAtMs).toISOString());
}

export function linkOfStep({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []): string {
  return logLink({ time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`, statuses });
}

import type { DeliveryStatus, OverviewQuery } from '../../generated/graphql.ts';
import { formatSpan } from '../../time/format-span.ts';
import { logLink } from '../deliveries/filter/log-link.ts';

/** What became of the deliveries that were made in a step of the range. */
export interface SeriesStep {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly succeeded: number;
  readonly failed: number;
  /** 0 to 1; null where nothing has come to its end. */
  readonly rate: number | null;
}

export function readSteps(series: OverviewQuery['stats']['series'], stepMs: number): SeriesStep[] {
  return series.map(({ startsAt, succeeded, failed }) => {
    const startsAtMs = Date.parse(startsAt);
    const done = succeeded + failed;
    return { startsAtMs, endsAtMs: startsAtMs + stepMs, succeeded, failed, rate: done > 0 ? succeeded / done : null };
  });
}

/** `22 Nov 02:00–03:00 UTC`. */
export function formatStep({ startsAtMs, endsAtMs }: SeriesStep): string {
  return formatSpan(new Date(startsAtMs).toISOString(), new Date(endsAtMs).toISOString());
}

export function linkOfStep({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []): string {
  return logLink({ time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`, statuses });
}

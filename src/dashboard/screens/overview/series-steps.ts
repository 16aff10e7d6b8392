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
  /** How long their last attempts took, in milliseconds; null where nothing was tried. */
  readonly latency: OverviewQuery['stats']['series'][number]['latencyMs'];
}

/** A chart of fewer would tell nothing of time. */
const fewestSteps = 15;

/** The steps from the first that has anything on, fifteen at least: before it there was nothing to deliver. */
export function readSteps(series: OverviewQuery['stats']['series'], stepMs: number): SeriesStep[] {
  const first = series.findIndex(({ succeeded, failed }) => succeeded + failed > 0);
  const shown = first < 0 ? series : series.slice(Math.min(first, Math.max(0, series.length - fewestSteps)));
  return shown.map(({ startsAt, succeeded, failed, latencyMs }) => {
    const startsAtMs = Date.parse(startsAt);
    const done = succeeded + failed;
    const rate = done > 0 ? succeeded / done : null;
    return { startsAtMs, endsAtMs: startsAtMs + stepMs, succeeded, failed, rate, latency: latencyMs ?? null };
  });
}

/** `22 Nov 02:00–03:00 UTC`. */
export function formatStep({ startsAtMs, endsAtMs }: SeriesStep): string {
  return formatSpan(new Date(startsAtMs).toISOString(), new Date(endsAtMs).toISOString());
}

export function linkOfStep({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []): string {
  return logLink({ time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`, statuses });
}

import type { DeliveryFilter } from '../../generated/graphql.ts';

/** What of the past is looked at: `buckets` steps of `stepMs`, of which the last one is under way. */
export interface Range {
  readonly label: string;
  readonly stepMs: number;
  readonly buckets: number;
}

export const ranges = {
  '1h': { label: '1 hour', stepMs: 60_000, buckets: 60 },
  '24h': { label: '24 hours', stepMs: 3_600_000, buckets: 24 },
  '7d': { label: '7 days', stepMs: 7_200_000, buckets: 84 },
} as const satisfies Readonly<Record<string, Range>>;

export type RangeId = keyof typeof ranges;

/** As the address says it, `?range=7d`. Default: 24 h. */
export function readRange(text: string | null): RangeId {
  return text === '1h' || text === '7d' ? text : '24h';
}

/** Where it begins, in unix milliseconds: on a whole step, as the server counts them. */
export function startOfRange({ stepMs, buckets }: Range, nowMs: number): number {
  return (Math.floor(nowMs / stepMs) - buckets + 1) * stepMs;
}

export function filterOfRange(range: Range, nowMs: number): DeliveryFilter {
  return { createdAt: { from: new Date(startOfRange(range, nowMs)).toISOString() } };
}

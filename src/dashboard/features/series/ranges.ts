import type { DeliveryFilter } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** A time range that ends now: `buckets` steps of `stepMs` milliseconds each. The last step is not complete. */
export interface Range {
  readonly label: string;
  readonly stepMs: number;
  readonly buckets: number;
}

export const ranges = {
  '1h': { label: messages.lastHour, stepMs: 60_000, buckets: 60 },
  '24h': { label: messages.last24Hours, stepMs: 3_600_000, buckets: 24 },
  '7d': { label: messages.last7Days, stepMs: 7_200_000, buckets: 84 },
} as const satisfies Readonly<Record<string, Range>>;

export type RangeId = keyof typeof ranges;

/** Reads the range from `?range=7d`. Default: 24 hours. */
export function readRange(text: string | null): RangeId {
  return text === '1h' || text === '7d' ? text : '24h';
}

/** The start of the range in Unix milliseconds, aligned to a step like the buckets of the server. */
export function startOfRange({ stepMs, buckets }: Range, nowMs: number): number {
  return (Math.floor(nowMs / stepMs) - buckets + 1) * stepMs;
}

export function filterOfRange(range: Range, nowMs: number): DeliveryFilter {
  return { createdAt: { from: new Date(startOfRange(range, nowMs)).toISOString() } };
}

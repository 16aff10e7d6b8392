import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import type { DeliveryStatus } from '../../delivery.ts';
import { uuidTime } from '../../ids.ts';
import { requireInteger } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { authorize } from '../verbs.ts';
import { countCells, within } from './count-cells.ts';
import { dayMs, hourMs } from './time-span.ts';

/**
 * The deliveries that were created from `startsAt` (Unix milliseconds) to the start of the next bucket, counted by
 * their current status.
 */
export interface SeriesBucket {
  readonly startsAt: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retrying: number;
  /** The number of deliveries that are PENDING or PROCESSING. */
  readonly pending: number;
  /**
   * The number of failed attempts of these deliveries. A successful attempt ends its delivery, so successes are in
   * `succeeded`.
   */
  readonly failedAttempts: number;
}

const countedFields = ['succeeded', 'failed', 'retrying', 'pending', 'failedAttempts'] as const;

const defaultBuckets = 24;
const maxBuckets = 200;
const minuteMs = 60_000;
/** The longest time span in ms with buckets of minutes, which are counted row by row. */
const longestWalkMs = 3 * hourMs;
/** The longest time span in ms with buckets of hours. Longer ones have buckets of days. */
const longestHourlyMs = 8 * dayMs;

/**
 * Checks the number of buckets. Null means 24.
 *
 * @throws BadUserInputError (`buckets`) outside 1 to 200.
 */
export function requireBuckets(buckets: number | null | undefined): number {
  return requireInteger(buckets ?? defaultBuckets, 'buckets', 1, maxBuckets);
}

export interface SeriesSteps {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The length of a minute, an hour or a day in ms. `fromMs` and `stepMs` are multiples of this length. */
  readonly unitMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/**
 * Divides a time span into steps of equal length. The span goes from `createdAt.from` (default: 24 hours before the end
 * of the current hour) to `createdAt.to` (default: now). A step is whole minutes, whole hours for spans over 3 hours,
 * or whole days for spans over 8 days. The first step starts at a whole minute, hour or day. Deliveries outside
 * `createdAt` are in none of the steps.
 */
export function planSeries(
  filter: Pick<CheckedFilter, 'fromId' | 'untilId'>,
  buckets: number,
  nowMs: number,
): SeriesSteps {
  const untilMs = filter.untilId === null ? nowMs + 1 : uuidTime(filter.untilId);
  const aDayBefore = Math.ceil(untilMs / hourMs) * hourMs - dayMs;
  const fromMs = filter.fromId === null ? aDayBefore : uuidTime(filter.fromId);
  const spanMs = untilMs - fromMs;
  const unitMs = spanMs <= longestWalkMs ? minuteMs : spanMs <= longestHourlyMs ? hourMs : dayMs;
  const startMs = Math.floor(fromMs / unitMs) * unitMs;
  const stepMs = Math.max(1, Math.ceil((untilMs - startMs) / unitMs / buckets)) * unitMs;
  return { fromMs: startMs, untilMs, unitMs, stepMs, count: Math.max(0, Math.ceil((untilMs - startMs) / stepMs)) };
}

/**
 * Counts the deliveries of a filter by the time of their creation, in the steps of `planSeries`. Empty steps are
 * included. At most 100,000 unfinished deliveries are counted.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function countSeries(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
  steps: SeriesSteps,
): Promise<SeriesBucket[]> {
  authorize(actor, 'deliveryStats');
  const { pool } = services;
  const statement = seriesStatement(actor.tenantId, await resolveSearch(pool, actor.tenantId, filter), steps);
  const rows = statement
    ? (await withClient(pool, client => client.query<BucketRow>(statement.text, statement.values))).rows
    : [];
  const byBucket = new Map(rows.map(row => [row.bucket, row]));
  return Array.from({ length: steps.count }, (_, index) => {
    const row = byBucket.get(index);
    const counts = Object.fromEntries(countedFields.map(field => [field, row?.[field] ?? 0]));
    return { startsAt: steps.fromMs + index * steps.stepMs, ...(counts as Omit<SeriesBucket, 'startsAt'>) };
  });
}

type BucketRow = Omit<SeriesBucket, 'startsAt'> & { readonly bucket: number };

/**
 * Builds the statement of `countSeries`. Null if nothing can match. Run it unnamed, because its best plan depends on
 * the values.
 */
export function seriesStatement(tenantId: string, filter: ResolvedFilter, steps: SeriesSteps): Prisma.Sql | null {
  const { fromMs, untilMs, unitMs, stepMs, count } = steps;
  if (count === 0) return null;
  const fromId = filter.fromId === null ? fromMs : uuidTime(filter.fromId);
  const span = within(filter, { fromMs: fromId, untilMs: filter.untilId === null ? null : untilMs });
  // The live table and the history are counted separately, each with its own limit of rows, so that a large backlog
  // does not push the history out.
  const cells = (['history', 'live'] as const).flatMap(table => {
    const options = { tables: [table], byDay: unitMs === dayMs, scanOnly: table === 'live' || unitMs === minuteMs };
    const counted = countCells(tenantId, span, options);
    return counted ? [Prisma.sql`SELECT start_ms, status, count, failed_attempts FROM ${counted} AS cell`] : [];
  });
  if (cells.length === 0) return null;
  return Prisma.sql`
SELECT bucket, ${countOf('SUCCEEDED')} AS succeeded, ${countOf('FAILED')} AS failed, ${countOf('RETRYING')} AS retrying,
  ${countOf('PENDING', 'PROCESSING')} AS pending, GREATEST(0, sum(failed_attempts))::bigint AS "failedAttempts"
FROM (SELECT least((start_ms - ${fromMs}::bigint) / ${stepMs}::bigint,
  ${count - 1}::bigint) AS bucket, status, count, failed_attempts
  FROM (${Prisma.join(cells, ' UNION ALL ')}) AS cell) AS cell
GROUP BY bucket`;
}

function countOf(...statuses: DeliveryStatus[]): Prisma.Sql {
  const labels = statuses.map(status => `'${status}'`).join(', ');
  return Prisma.raw(`coalesce(sum(count) FILTER (WHERE status IN (${labels})), 0)::bigint`);
}

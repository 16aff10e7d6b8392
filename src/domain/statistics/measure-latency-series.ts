import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import { uuidLowerBound } from '../../ids.ts';
import type { DomainContext } from '../context.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { planScans, rowsOf, toArray } from '../deliveries/filter-sql.ts';
import { skipUnknownKinds } from '../deliveries/known-kinds.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { authorize } from '../verbs.ts';
import type { SeriesSteps } from './count-series.ts';
import type { Latency } from './measure-latency.ts';

/**
 * The number of newest deliveries that are read for each bucket. In a smaller sample, p99 would depend on one or two of
 * the slowest.
 */
const sampleSize = 500;
/**
 * The largest sample of all buckets together. With more than 40 buckets, the sample of each bucket is smaller, so that
 * 200 buckets take no longer than 40.
 */
const maxSampled = 20_000;

/*
 * The percentiles come from a sample, because percentiles of hours cannot be combined. A sample of the newest
 * deliveries of each bucket reads at most 20,000 rows. Maintaining a histogram would cost time for every delivery, and
 * reading all rows takes seconds.
 */

/**
 * Measures the duration of the last attempts of the newest deliveries in each bucket of `planSeries`: 500 of them, or
 * fewer with more than 40 buckets. Deliveries that ended without an attempt are left out.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function measureLatencySeries(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
  steps: SeriesSteps,
): Promise<(Latency | null)[]> {
  authorize(actor, 'deliveryStats');
  const { pool } = services;
  const statement = latencySeriesStatement(actor.tenantId, await resolveSearch(pool, actor.tenantId, filter), steps);
  const rows = statement
    ? (await withClient(pool, client => client.query<BucketRow>(statement.text, statement.values))).rows
    : [];
  const byBucket = new Map(rows.map(({ bucket, percentiles: [p50, p95, p99] }) => [bucket, { p50, p95, p99 }]));
  return Array.from({ length: steps.count }, (_, index) => byBucket.get(index) ?? null);
}

interface BucketRow {
  readonly bucket: number;
  readonly percentiles: readonly [p50: number, p95: number, p99: number];
}

/**
 * Builds the statement of `measureLatencySeries`. Null if nothing can match. Run it unnamed, because its best plan
 * depends on the values.
 *
 * Each bucket reads an index backwards, only in its own partitions. The limit is a subquery, so that PostgreSQL does
 * not know it when it plans. With a known limit it underestimates the rows of a bucket, fetches all of them and sorts.
 */
export function latencySeriesStatement(
  tenantId: string,
  filter: ResolvedFilter,
  steps: SeriesSteps,
): Prisma.Sql | null {
  const { fromMs, stepMs, count } = steps;
  if (count === 0) return null;
  const within = { ...unindexedRange(filter), fromId: filter.fromId ?? uuidLowerBound(fromMs) };
  const planned = planScans(tenantId, within, ['history']);
  const scans = skipUnknownKinds(tenantId, within, planned);
  if (scans.length === 0) return null;
  const starts = Array.from({ length: count + 1 }, (_, index) => uuidLowerBound(fromMs + index * stepMs));
  const size = Prisma.sql`(SELECT ${Math.min(sampleSize, Math.floor(maxSampled / count))}::int)`;
  const newest = scans.map(
    scan => Prisma.sql`(SELECT d.id, d.duration_ms FROM ${rowsOf(scan)}
AND d.id >= b.from_id AND d.id < b.until_id AND d.duration_ms IS NOT NULL
ORDER BY d.id DESC LIMIT ${size})`,
  );
  return Prisma.sql`
SELECT b.index::int - 1 AS bucket, sample.percentiles
FROM unnest(${toArray(starts.slice(0, -1), 'uuid')}, ${toArray(starts.slice(1), 'uuid')})
  WITH ORDINALITY AS b (from_id, until_id, index)
CROSS JOIN LATERAL (
  SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS percentiles
  FROM (SELECT duration_ms FROM (${Prisma.join(newest, ' UNION ALL ')}) AS part ORDER BY id DESC LIMIT ${size}) AS newest
) AS sample
WHERE sample.percentiles IS NOT NULL`;
}

/**
 * Repeats a range of response statuses, so that no index can evaluate the condition. Otherwise PostgreSQL, which does
 * not know the ids of a bucket when it plans, would fetch all rows of the range, including old ones (see
 * newest-floor.ts).
 */
function unindexedRange(filter: ResolvedFilter): ResolvedFilter {
  const [only, ...others] = filter.responseStatuses ?? [];
  if (!only || others.length > 0 || only.from === only.to) return filter;
  return { ...filter, responseStatuses: [only, only] };
}

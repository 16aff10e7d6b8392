import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import { uuidLowerBound } from '../../ids.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { planScans, rowsOf, toArray } from '../deliveries/filter-sql.ts';
import { skipUnknownKinds } from '../deliveries/known-kinds.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import type { SeriesSteps } from './count-series.ts';
import type { Latency } from './measure-latency.ts';

/** The newest deliveries that are looked at of each bucket: p99 of fewer is the slowest but few. */
const sampleSize = 500;
/** Of all buckets together: many buckets have smaller samples, so that 200 take no longer than 40. */
const maxSampled = 20_000;

/*
 * Percentiles do not add up, so the sums can't have them. Ways to get them by bucket, for 60 buckets of 2,000,000 rows:
 *   a histogram in the sums      exact to a few percent; every settled delivery pays for it, and the sums double
 *   a window over all the rows   exact; seconds
 *   the newest of each bucket    a sample of a known size; 20,000 rows whatever is kept
 */

/**
 * How long the last attempt took, of the newest deliveries of each bucket that came to their end by one: 500, fewer in
 * more than 40 buckets. In the steps that `planSeries` has for the filter; null for one that has none.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function measureLatencySeries(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
  steps: SeriesSteps,
): Promise<(Latency | null)[]> {
  requirePermission(actor, 'DELIVERIES_READ');
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
 * Null where nothing can match. To be run unnamed, as every statement of a filter. Each bucket walks an index from its
 * end, and only its own partitions. The limit is a subquery, so that PostgreSQL does not know it: it takes a bucket, whose
 * ids it does not know either, for fewer rows, and would fetch all of them and sort (a type's 25,000 rows, not 7,500).
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
 * A range of responses as two, which no index takes for its condition: for a bucket whose ids it does not know PostgreSQL
 * would else fetch all of the range, however long ago (see newest-floor.ts).
 */
function unindexedRange(filter: ResolvedFilter): ResolvedFilter {
  const [only, ...others] = filter.responseStatuses ?? [];
  if (!only || others.length > 0 || only.from === only.to) return filter;
  return { ...filter, responseStatuses: [only, only] };
}

import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import type { DomainContext } from '../context.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { planScans, rowsOf } from '../deliveries/filter-sql.ts';
import { skipUnknownKinds } from '../deliveries/known-kinds.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { authorize } from '../verbs.ts';
import { endAtNewest } from './newest-floor.ts';

/** The duration in ms that 50%, 95% and 99% of the attempts did not exceed. Each is the duration of a real attempt. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * The number of newest deliveries that are read. It is enough for percentiles, and reading millions would take seconds.
 */
const sampleSize = 10_000;

/**
 * Measures the duration of the last attempts of a filter's newest 10,000 deliveries that ended by an attempt. Null if
 * there are none.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function measureLatency(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
): Promise<Latency | null> {
  authorize(actor, 'deliveryStats');
  const { pool } = services;
  const statement = latencyStatement(actor.tenantId, await resolveSearch(pool, actor.tenantId, filter));
  if (!statement) return null;
  const { rows } = await withClient(pool, client =>
    client.query<{ percentiles: [number, number, number] | null }>(statement.text, statement.values),
  );
  const [p50, p95, p99] = rows[0]?.percentiles ?? [];
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
}

/**
 * Builds the statement of `measureLatency`. Null if nothing can match. Run it unnamed, because its best plan depends on
 * the values.
 */
export function latencyStatement(tenantId: string, filter: ResolvedFilter): Prisma.Sql | null {
  const planned = planScans(tenantId, filter, ['history']);
  const known = skipUnknownKinds(tenantId, filter, planned);
  const scans = endAtNewest(tenantId, filter, known, sampleSize);
  if (scans.length === 0) return null;
  const limit = Prisma.raw(`LIMIT ${sampleSize}`);
  const newest = scans.map(
    scan => Prisma.sql`(SELECT d.id, d.duration_ms FROM ${rowsOf(scan)}
AND d.duration_ms IS NOT NULL ORDER BY d.id DESC ${limit})`,
  );
  return Prisma.sql`
SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS percentiles
FROM (SELECT duration_ms FROM (${Prisma.join(newest, ' UNION ALL ')}) AS part ORDER BY id DESC ${limit}) AS sample`;
}

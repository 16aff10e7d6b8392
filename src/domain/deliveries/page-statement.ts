import type { Pool } from 'pg';
import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import { nameStatement } from '../../database/statement-names.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import type { Page } from '../pages.ts';
import { endAtNewest } from '../statistics/newest-floor.ts';
import { snapshotColumns } from './delivery-columns.ts';
import {
  type Bound,
  boundScan,
  type DeliveryKey,
  type DeliveryOrder,
  orderOverall,
  orderWithin,
  reaches,
  splitScan,
} from './delivery-order.ts';
import { rowsOf } from './filter-sql.ts';
import { skipUnknownKinds } from './known-kinds.ts';
import type { ResolvedFilter } from './resolve-search.ts';
import { planPageScans } from './scan-endpoints.ts';

/** The statement of a page. Its text depends on the fields that the filter has. */
export interface ListStatement {
  readonly text: string;
  readonly values: unknown[];
  /**
   * Whether it reads all deliveries of the tenant, with at most one cursor. Its best plan is then the same for all
   * values.
   */
  readonly isPlain: boolean;
}

/**
 * Builds a statement that reads `size + 1` rows of a page in its reading direction. Null if nothing can match.
 * `nextAttemptAt` does not include the estimate for rate limits, which would make planning a third slower.
 *
 * Each scan returns at most `size + 1` rows in the order of an index, and the results are merged. MATERIALIZED is
 * needed because PostgreSQL 17 and 18 plan the parts of a sorted UNION ALL for their first row only. For an endpoint
 * without live deliveries they would then read the whole backlog (100,000 rows: 45 ms instead of 1 ms).
 */
export function pageStatement(
  tenantId: string,
  filter: ResolvedFilter,
  order: DeliveryOrder,
  page: Page<DeliveryKey>,
): ListStatement | null {
  const bounds = boundsOf(page);
  const known = skipUnknownKinds(tenantId, filter, planPageScans(tenantId, filter));
  const isNewest = order.field === 'CREATED_AT' && (order.direction === 'DESC') !== page.backward;
  const newest = isNewest ? endAtNewest(tenantId, endBefore(filter, page), known, page.size + 1) : known;
  const scans = newest
    .flatMap(scan => splitScan(order, scan))
    .filter(scan => bounds.every(bound => reaches(order, scan, bound)))
    .map(scan => bounds.reduce((bounded, bound) => boundScan(order, bounded, bound), scan));
  if (scans.length === 0) return null;
  const limit = Prisma.sql`LIMIT ${page.size + 1}::int`;
  const parts = scans.map((scan, index) => {
    const end = Prisma.sql`ORDER BY ${orderWithin(order, scan, page.backward)} ${limit}`;
    const rows = Prisma.sql`SELECT d.* FROM ${rowsOf(scan)}`;
    const ofEach = Prisma.sql`SELECT d.* FROM unnest(${scan.endpoints}) AS e (id) CROSS JOIN LATERAL (
  ${rows} AND d.endpoint_id = e.id ${end}) d`;
    return Prisma.sql`${partName(index)} AS MATERIALIZED (${scan.endpoints === undefined ? rows : ofEach} ${end})`;
  });
  const tables = parts.map((_, index) => Prisma.sql`TABLE ${partName(index)}`);
  const { text, values } = Prisma.sql`
WITH ${Prisma.join(parts)}
SELECT ${columns}
FROM (${Prisma.join(tables, ' UNION ALL ')}) d
ORDER BY ${orderOverall(order, page.backward)} ${limit}`;
  return { text, values, isPlain: bounds.length < 2 && Object.values(filter).every(part => part === null) };
}

const columns = Prisma.raw(snapshotColumns('d'));

function partName(index: number): Prisma.Sql {
  return Prisma.raw(`part_${index}`);
}

/**
 * Runs the statement. Only the list without a filter is prepared by name, which saves a fifth of its time. With a
 * filter, a named statement may get a generic plan after five runs, which is slow (see `planScans`).
 */
export async function runPageStatement(
  pool: Pool,
  { text, values, isPlain }: ListStatement,
): Promise<DeliverySnapshot[]> {
  const name = isPlain ? nameStatement(text) : undefined;
  const query = name === undefined ? { text, values } : { name, text, values };
  return (await withClient(pool, client => client.query<DeliverySnapshot>(query))).rows;
}

/** Excludes the rows above the cursor of a page that is read newest first. */
function endBefore(filter: ResolvedFilter, { backward, after, before }: Page<DeliveryKey>): ResolvedFilter {
  const id = (backward ? before : after)?.[1];
  if (id === undefined || (filter.untilId !== null && filter.untilId <= id)) return filter;
  return { ...filter, untilId: id };
}

function boundsOf({ after, before }: Page<DeliveryKey>): Bound[] {
  return [
    ...(after ? [{ side: 'after' as const, key: after }] : []),
    ...(before ? [{ side: 'before' as const, key: before }] : []),
  ];
}

import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import { requireInteger } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import { endAtNewest } from '../statistics/newest-floor.ts';
import { authorize } from '../verbs.ts';
import type { CheckedFilter } from './delivery-filter.ts';
import { planScans, rowsOf } from './filter-sql.ts';
import { skipUnknownKinds } from './known-kinds.ts';
import { type ResolvedFilter, resolveSearch } from './resolve-search.ts';

/** The default and the largest value of the argument `max`. */
const defaultMax = 10_000;
const maxMax = 1_000_000;

/** A number of deliveries. If `exact` is false, counting stopped at `value` and there are more. */
export interface Count {
  readonly value: number;
  readonly exact: boolean;
}

/**
 * Counts the tenant's deliveries that match a filter, and stops at `max` (default: 10,000).
 *
 * @throws BadUserInputError (`max`, outside 0 to 1,000,000), ForbiddenError without DELIVERIES_READ.
 */
export async function countDeliveries(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
  max: number | null = defaultMax,
): Promise<Count> {
  authorize(actor, 'deliveries');
  const most = requireInteger(max ?? defaultMax, 'max', 0, maxMax);
  const { pool } = services;
  const resolved = await resolveSearch(pool, actor.tenantId, filter);
  const statement = countStatement(actor.tenantId, resolved, most + 1);
  if (!statement) return { value: 0, exact: true };
  const { rows } = await withClient(pool, client => client.query<{ value: number }>(statement.text, statement.values));
  const value = rows[0]?.value ?? 0;
  return { value: Math.min(value, most), exact: value <= most };
}

/** Builds a statement that counts up to `limit` deliveries of a filter. Null if nothing can match. */
export function countStatement(tenantId: string, filter: ResolvedFilter, limit: number): Prisma.Sql | null {
  const known = skipUnknownKinds(tenantId, filter, planScans(tenantId, filter));
  const scans = endAtNewest(tenantId, filter, known, limit);
  if (scans.length === 0) return null;
  const bound = Prisma.sql`LIMIT ${limit}::int`;
  const parts = scans.map(scan => Prisma.sql`(SELECT 1 FROM ${rowsOf(scan)} ${bound})`);
  return Prisma.sql`
SELECT count(*)::int AS value FROM (SELECT 1 FROM (${Prisma.join(parts, ' UNION ALL ')}) AS part ${bound}) AS row`;
}

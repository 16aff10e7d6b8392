import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import type { DomainContext } from '../context.ts';
import { checkFilter } from '../deliveries/delivery-filter.ts';
import { planScans, rowsOf } from '../deliveries/filter-sql.ts';
import { resolveSearch } from '../deliveries/resolve-search.ts';

/**
 * Which of these events (UUIDs) there are for the actor: all of them, or those that went to an endpoint that a portal
 * token reaches.
 */
export async function filterReachedEvents(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (actor.endpointIds === null || ids.length === 0) return ids;
  const filter = { ...checkFilter(null, 'filter', actor), eventIds: new Set(ids) };
  const scans = planScans(actor.tenantId, await resolveSearch(services.pool, actor.tenantId, filter));
  if (scans.length === 0) return [];
  const parts = scans.map(scan => Prisma.sql`SELECT d.event_id FROM ${rowsOf(scan)}`);
  const { text, values } = Prisma.sql`
SELECT DISTINCT event_id AS id FROM (${Prisma.join(parts, ' UNION ALL ')}) AS reached`;
  const { rows } = await withClient(services.pool, client => client.query<{ id: string }>(text, values));
  return rows.map(row => row.id);
}

import { defineStatement } from '../../database/pool.ts';
import { type DomainContext, requirePermission } from '../context.ts';

const maxTypes = 1000;
/** The newest events of the tenant that are looked at. */
const lookBackEvents = 10_000;

/* A list of distinct types by index would need an index on (tenant_id, type), which every publish would pay for. */
const typesStatement = defineStatement<[tenantId: string], { type: string }>({
  name: 'event-types',
  text: `
SELECT DISTINCT type FROM (
  SELECT type FROM event WHERE tenant_id = $1 ORDER BY id DESC LIMIT ${lookBackEvents}
) AS recent
UNION
SELECT pattern FROM endpoint, unnest(event_types) AS pattern
WHERE tenant_id = $1 AND deleted_at IS NULL AND pattern NOT LIKE '%.*'
ORDER BY type LIMIT ${maxTypes}`,
});

/**
 * The event types to offer for choice: those of the newest 10,000 events, and those that endpoints name. Sorted, at most
 * 1,000.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function listEventTypes({ services, actor }: DomainContext): Promise<string[]> {
  requirePermission(actor, 'DELIVERIES_READ');
  return (await typesStatement(services.pool, [actor.tenantId])).map(row => row.type);
}

import { defineStatement } from '../../database/pool.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';

const maxTypes = 1000;

const typesStatement = defineStatement<[tenantId: string], { type: string }>({
  name: 'event-types',
  text: `
SELECT type FROM event_type WHERE tenant_id = $1
UNION
SELECT pattern FROM endpoint, unnest(event_types) AS pattern
WHERE tenant_id = $1 AND deleted_at IS NULL AND pattern NOT LIKE '%.*'
ORDER BY type LIMIT ${maxTypes}`,
});

/**
 * Lists the event types that a user can choose from: those that were published, and those that endpoints name. Sorted,
 * at most 1,000.
 *
 * @throws ForbiddenError without DELIVERIES_READ, and for a portal token.
 */
export async function listEventTypes({ services, actor }: DomainContext): Promise<string[]> {
  authorize(actor, 'eventTypes');
  return (await typesStatement(services.pool, [actor.tenantId])).map(row => row.type);
}

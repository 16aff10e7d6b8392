import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';
import { endWaitingDeliveries } from './delete-endpoint.ts';

const orphansStatement = defineStatement<[], { endpointId: string }>({
  name: 'endpoints-deleted-waiting',
  text: `
WITH RECURSIVE lane AS (
  (SELECT endpoint_id FROM delivery_live ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > lane.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM lane WHERE lane.endpoint_id IS NOT NULL
)
SELECT e.id AS "endpointId" FROM lane JOIN endpoint e ON e.id = lane.endpoint_id WHERE e.deleted_at IS NOT NULL`,
});

/**
 * Ends what still waits for endpoints that are deleted: the rest of a long queue, and what a publisher was inserting
 * while the endpoint was deleted.
 *
 * @returns how many were ended.
 */
export async function endOrphans(services: Pick<Services, 'pool' | 'announcer'>): Promise<number> {
  const endpoints = await orphansStatement(services.pool, []);
  if (endpoints.length === 0) return 0;
  const ids = endpoints.map(row => row.endpointId);
  return endWaitingDeliveries(services, ids, Number.POSITIVE_INFINITY);
}

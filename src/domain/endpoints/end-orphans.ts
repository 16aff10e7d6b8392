import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';
import { laneScan } from '../deliveries/lane-scan.ts';
import { endWaitingDeliveries } from './delete-endpoint.ts';

const orphansStatement = defineStatement<[], { endpointId: string }>({
  name: 'endpoints-deleted-waiting',
  text: `
WITH RECURSIVE ${laneScan}
SELECT e.id AS "endpointId" FROM lane JOIN endpoint e ON e.id = lane.endpoint_id JOIN tenant t ON t.id = e.tenant_id
WHERE e.deleted_at IS NOT NULL AND t.deleted_at IS NULL`,
});

/**
 * Ends what still waits for endpoints that are deleted: the rest of a long queue, and what a publisher was inserting
 * while the endpoint was deleted.
 *
 * Does not touch deleted tenants: `removeDeletedTenants` removes their deliveries.
 *
 * @returns how many were ended.
 */
export async function endOrphans(services: Pick<Services, 'pool' | 'announcer'>): Promise<number> {
  const endpoints = await orphansStatement(services.pool, []);
  if (endpoints.length === 0) return 0;
  const ids = endpoints.map(row => row.endpointId);
  return endWaitingDeliveries(services, ids, Number.POSITIVE_INFINITY);
}

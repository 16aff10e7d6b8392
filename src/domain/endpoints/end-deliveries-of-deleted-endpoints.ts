import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';
import { laneScan } from '../deliveries/lane-scan.ts';
import { endWaitingDeliveries } from './delete-endpoint.ts';

const deletedEndpointsStatement = defineStatement<[], { endpointId: string }>({
  name: 'endpoints-deleted-waiting',
  text: `
WITH RECURSIVE ${laneScan}
SELECT e.id AS "endpointId" FROM lane JOIN endpoint e ON e.id = lane.endpoint_id JOIN tenant t ON t.id = e.tenant_id
WHERE e.deleted_at IS NOT NULL AND t.deleted_at IS NULL`,
});

/**
 * Ends the deliveries to deleted endpoints that still wait: those that `deleteEndpoint` left in a long queue, and those
 * that a publisher inserted while the endpoint was being deleted. Ignores deleted tenants, because
 * `removeDeletedTenants` deletes their deliveries.
 *
 * @returns the number of deliveries that were ended.
 */
export async function endDeliveriesOfDeletedEndpoints(services: Pick<Services, 'pool' | 'announcer'>): Promise<number> {
  const endpoints = await deletedEndpointsStatement(services.pool, []);
  if (endpoints.length === 0) return 0;
  const ids = endpoints.map(row => row.endpointId);
  return endWaitingDeliveries(services, ids, Number.POSITIVE_INFINITY);
}

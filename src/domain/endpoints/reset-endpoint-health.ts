import type { Prisma } from '../../database/generated/client.ts';

/**
 * Deletes the recorded failures of an endpoint (UUID). Call it before the transaction locks the endpoint, because the
 * evaluation of endpoint health locks the health row first too, and another order could deadlock.
 */
export async function resetEndpointHealth(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  endpointId: string,
): Promise<void> {
  await transaction.$executeRaw`
    DELETE FROM endpoint_health WHERE endpoint_id = ${endpointId}::uuid
      AND EXISTS (SELECT FROM endpoint e WHERE e.id = ${endpointId}::uuid AND e.tenant_id = ${tenantId}::uuid)`;
}

import type { Prisma } from '../../database/generated/client.ts';

/**
 * Discards the recorded failures of an endpoint (UUID). Call it before the transaction locks the endpoint: the evaluation
 * of endpoint health takes its locks in the same order.
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

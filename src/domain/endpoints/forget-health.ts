import type { Prisma } from '../../database/generated/client.ts';

/**
 * Lets an endpoint (UUID) begin afresh: what it failed before is not held against it. First of its transaction: whoever
 * judges endpoints locks their health before them.
 */
export async function forgetHealth(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  endpointId: string,
): Promise<void> {
  await transaction.$executeRaw`
    DELETE FROM endpoint_health WHERE endpoint_id = ${endpointId}::uuid
      AND EXISTS (SELECT FROM endpoint e WHERE e.id = ${endpointId}::uuid AND e.tenant_id = ${tenantId}::uuid)`;
}

import type { PrismaClient } from '../../database/client.ts';

/**
 * Makes the counter of an endpoint's deliveries in flight fit its `maxConcurrency` and `ordering`: there is one where the
 * first is set or the second is FIFO, and it begins with what is in flight. To be run in the transaction that sets them.
 */
export async function fitInFlightCounter(prisma: Pick<PrismaClient, '$executeRaw'>, endpointId: string): Promise<void> {
  await prisma.$executeRaw`
      DELETE FROM endpoint_in_flight WHERE endpoint_id = ${endpointId}::uuid
        AND NOT EXISTS (SELECT FROM endpoint
          WHERE id = ${endpointId}::uuid AND (max_concurrency IS NOT NULL OR ordering = 'FIFO'))`;
  await prisma.$executeRaw`
      INSERT INTO endpoint_in_flight (endpoint_id, in_flight)
      SELECT e.id, (SELECT count(*) FROM delivery_live d WHERE d.endpoint_id = e.id AND d.status = 'PROCESSING')
      FROM endpoint e WHERE e.id = ${endpointId}::uuid AND (e.max_concurrency IS NOT NULL OR e.ordering = 'FIFO')
      ON CONFLICT (endpoint_id) DO NOTHING`;
}

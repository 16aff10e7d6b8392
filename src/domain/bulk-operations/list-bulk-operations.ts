import type { BulkOperation, Prisma } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { visibleOperations } from './bulk-operation-row.ts';

/**
 * Lists the bulk operations that the actor can see, without their filters.
 *
 * @param page the rows, columns and relations that Prisma reads.
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function listBulkOperations(
  { services, actor }: DomainContext,
  page: Prisma.BulkOperationFindManyArgs,
): Promise<BulkOperation[]> {
  authorize(actor, 'bulkOperations');
  return services.prisma.bulkOperation.findMany({ ...page, where: { ...page.where, ...visibleOperations(actor) } });
}

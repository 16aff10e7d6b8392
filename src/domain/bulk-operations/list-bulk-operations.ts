import type { DomainContext } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { authorize } from '../verbs.ts';
import { type BulkOperationRow, visibleOperations } from './bulk-operation-row.ts';

/**
 * Lists the bulk operations that the actor can see, newest first, without their filters.
 *
 * @throws BadUserInputError (page arguments), ForbiddenError without DELIVERIES_READ.
 */
export async function listBulkOperations(
  { services, actor }: DomainContext,
  input: PageInput,
): Promise<IdPage<BulkOperationRow>> {
  authorize(actor, 'bulkOperations');
  const { tenantId } = actor;
  return readIdPage({ kind: 'bulkOperations', tenantId, input }, ({ below, above, direction, take }) =>
    services.prisma.bulkOperation.findMany({
      where: { ...visibleOperations(actor), id: { ...(below && { lt: below }), ...(above && { gt: above }) } },
      omit: { filter: true },
      orderBy: { id: direction },
      take,
    }),
  );
}

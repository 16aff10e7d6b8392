import type { ErrorCode } from '../../errors.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import type { BulkOperationRow } from './bulk-operation-row.ts';

/** Why one delivery of a bulk operation could not be retried or replayed. */
export interface BulkErrorRow {
  /** The delivery's, a UUID. */
  readonly id: string;
  /** What the single verb answers. */
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The errors of a bulk operation of the actor's, newest delivery first; of the first 10,000 that failed.
 *
 * @throws BadUserInputError (page arguments), ForbiddenError without DELIVERIES_READ.
 */
export async function listBulkErrors(
  { services, actor }: DomainContext,
  operation: Pick<BulkOperationRow, 'id' | 'tenantId'>,
  input: PageInput,
): Promise<IdPage<BulkErrorRow>> {
  requirePermission(actor, 'DELIVERIES_READ');
  const { id: operationId, tenantId } = operation;
  return readIdPage(
    { kind: `errors of ${operationId}`, tenantId, input },
    async ({ below, above, direction, take }) => {
      const rows = await services.prisma.bulkOperationError.findMany({
        where: { operationId, deliveryId: { ...(below && { lt: below }), ...(above && { gt: above }) } },
        orderBy: { deliveryId: direction },
        take,
      });
      return rows.map(({ deliveryId, code, message }) => ({ id: deliveryId, code: code as ErrorCode, message }));
    },
  );
}

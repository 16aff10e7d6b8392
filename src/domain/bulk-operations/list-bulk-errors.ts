import type { ErrorCode } from '../../errors.ts';
import type { DomainContext } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { authorize } from '../verbs.ts';
import type { BulkOperationRow } from './bulk-operation-row.ts';

/** The error with which a bulk operation could not retry or replay one delivery. */
export interface BulkErrorRow {
  /** The id of the delivery, a UUID. */
  readonly id: string;
  /** The code of the error that `retryDelivery` or `replayDelivery` would throw for this delivery. */
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Lists the errors of a bulk operation, which the actor must be able to see. The newest delivery comes first. Only the
 * first 10,000 errors are stored.
 *
 * @throws BadUserInputError (page arguments), ForbiddenError without DELIVERIES_READ.
 */
export async function listBulkErrors(
  { services, actor }: DomainContext,
  operation: Pick<BulkOperationRow, 'id' | 'tenantId'>,
  input: PageInput,
): Promise<IdPage<BulkErrorRow>> {
  authorize(actor, 'bulkOperation');
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

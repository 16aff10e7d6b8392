import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { type BulkOperationRow, visibleOperations } from './bulk-operation-row.ts';

/**
 * Cancels a RUNNING bulk operation. Deliveries that it has processed are not undone. A chunk in progress is rolled
 * back.
 *
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError if it has ended, ForbiddenError without
 *   DELIVERIES_MANAGE.
 */
export async function cancelBulkOperation(ctx: DomainContext, id: string): Promise<BulkOperationRow> {
  const { services, actor } = ctx;
  authorize(actor, 'cancelBulkOperation');
  const uuid = requireId('blk', id, 'id');
  const where = { ...visibleOperations(actor), id: uuid };
  const canceled = await services.prisma.$transaction(async transaction => {
    const [row] = await transaction.bulkOperation.updateManyAndReturn({
      where: { ...where, status: 'RUNNING' },
      data: { status: 'CANCELED', finishedAt: new Date(services.clock.now()) },
    });
    if (row) await recordAudit(transaction, ctx, { action: 'BULK_OPERATION_CANCELED', targetIds: [id] });
    return row;
  });
  if (canceled) {
    services.feed.notifyBulkOperations([uuid]);
    return canceled;
  }
  const operation = await services.prisma.bulkOperation.findUnique({ where });
  if (!operation) throw new NotFoundError('There is no such bulk operation.', 'id', id);
  throw new InvalidStateError(
    `Only a bulk operation that is RUNNING can be canceled; this one is ${operation.status}.`,
    operation.status,
  );
}

import { type DomainContext, requirePermission } from '../context.ts';
import { type BulkOperationRow, operationsOf } from './bulk-operation-row.ts';

/**
 * The actor's bulk operations of these ids (UUIDs), by id. Those that are unknown or another's are missing.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadBulkOperations(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, BulkOperationRow>> {
  requirePermission(actor, 'DELIVERIES_READ');
  const where = { ...operationsOf(actor), id: { in: [...ids] } };
  const rows = await services.prisma.bulkOperation.findMany({ where });
  return new Map(rows.map(row => [row.id, row]));
}

import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { formatId, newUuid, uuidLowerBound, uuidTime } from '../../ids.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { shortenList } from '../audit/shorten-list.ts';
import { type DomainContext, requirePermission, type Services } from '../context.ts';
import type { DeliveryFilterInput } from '../deliveries/delivery-filter.ts';
import { requirePortalBulkQuota, requireQuota } from '../quotas.ts';
import { type BulkOperationKind, type BulkOperationRow, checkBulkFilter, operationsOf } from './bulk-operation-row.ts';
import { countAtOnce } from './count-at-once.ts';

const oldestStatement = defineStatement<[tenantId: string], { id: string }>({
  name: 'deliveries-oldest',
  text: 'SELECT id FROM delivery WHERE tenant_id = $1 ORDER BY id LIMIT 1',
});

/**
 * Starts to retry or to replay every delivery of the filter, in the background: the janitors carry it out, oldest
 * delivery first, exactly once each. Only deliveries that were created before the operation are in it; of those, each
 * that matches the filter when its turn comes.
 *
 * @returns the operation, RUNNING; counted already, unless that takes long.
 * @throws BadUserInputError (`filter`, or a part of it), QuotaExceededError (too many that run), ForbiddenError without DELIVERIES_MANAGE.
 */
export async function startBulkOperation(
  ctx: DomainContext,
  kind: BulkOperationKind,
  input: DeliveryFilterInput,
): Promise<BulkOperationRow> {
  const { services, actor } = ctx;
  requirePermission(actor, 'DELIVERIES_MANAGE');
  const checked = checkBulkFilter(input, actor);
  const { fromId, endpointIds } = checked;
  // A portal token's operation stays within its endpoints also when it is carried out.
  const narrowed = actor.endpointIds && { endpointIds: [...(endpointIds ?? [])].map(each => formatId('ep', each)) };
  const id = newUuid(services.clock.now());
  const start = await findStart(services, actor.tenantId, fromId ?? '');
  const beginning = start !== null && start < id ? start : id;
  const total = await countAtOnce(services.pool, actor.tenantId, checked, { after: beginning, until: id });
  const countedTo = total === null ? beginning : id;
  const filter = JSON.parse(JSON.stringify({ ...input, ...narrowed }));
  const operation = await services.prisma.$transaction(async transaction => {
    await requireQuota(transaction, services.quotas, actor.tenantId, 'bulkOperations');
    if (actor.portalToken) {
      const reached = [...(actor.endpointIds ?? [])].map(each => formatId('ep', each));
      await requirePortalBulkQuota(transaction, services.quotas, actor.tenantId, actor.portalToken.id, reached);
    }
    await recordAudit(transaction, ctx, {
      action: `BULK_${kind}_STARTED`,
      targetIds: [formatId('blk', id)],
      changes: { filter: describeFilter(filter) },
    });
    return transaction.bulkOperation.create({
      data: {
        ...operationsOf(actor),
        apiKeyId: actor.apiKeyId,
        id,
        kind,
        filter,
        total: total ?? 0,
        countedTo,
        position: beginning,
      },
    });
  });
  services.feed.touchOperations([id]);
  return operation;
}

/** The whole of it is with the operation. */
function describeFilter(filter: Prisma.InputJsonObject): Prisma.InputJsonObject {
  return Object.fromEntries(
    Object.entries(filter).map(([field, value]) => [
      field,
      shortenList((value ?? null) as Prisma.InputJsonValue | null),
    ]),
  );
}

/** An id right before the first delivery that can be in it; null where the tenant has none at all. */
async function findStart({ pool }: Services, tenantId: string, fromId: string): Promise<string | null> {
  const [oldest] = await oldestStatement(pool, [tenantId]);
  if (!oldest) return null;
  const first = oldest.id > fromId ? oldest.id : fromId;
  return uuidLowerBound(uuidTime(first) - 1);
}

import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { formatId, newUuid, uuidLowerBound, uuidTime } from '../../ids.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { shortenList } from '../audit/shorten-list.ts';
import type { DomainContext, Services } from '../context.ts';
import type { DeliveryFilterInput } from '../deliveries/delivery-filter.ts';
import { requirePortalBulkQuota, requireQuota } from '../quotas.ts';
import { authorize } from '../verbs.ts';
import {
  type BulkOperationKind,
  type BulkOperationRow,
  checkBulkFilter,
  visibleOperations,
} from './bulk-operation-row.ts';
import { countAtOnce } from './count-at-once.ts';

const oldestStatement = defineStatement<[tenantId: string], { id: string }>({
  name: 'deliveries-oldest',
  text: 'SELECT id FROM delivery WHERE tenant_id = $1 ORDER BY id LIMIT 1',
});

/**
 * Starts to retry or replay every delivery that matches a filter. The janitors process each delivery once, in the
 * background, oldest first. The operation includes only deliveries that were created before it and that match the
 * filter when they are processed.
 *
 * @returns the RUNNING operation. Its `total` is final unless counting takes longer than 300 ms.
 * @throws BadUserInputError (`filter`, or a part of it), QuotaExceededError (too many RUNNING operations),
 *   ForbiddenError without DELIVERIES_MANAGE.
 */
export async function startBulkOperation(
  ctx: DomainContext,
  kind: BulkOperationKind,
  input: DeliveryFilterInput,
): Promise<BulkOperationRow> {
  const { services, actor } = ctx;
  authorize(actor, kind === 'RETRY' ? 'retryDeliveries' : 'replayDeliveries');
  const checked = checkBulkFilter(input, actor);
  const { fromId, endpointIds } = checked;
  // The stored filter contains the endpoints of a portal token, because the background steps do not know the token.
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
        ...visibleOperations(actor),
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
  services.feed.notifyBulkOperations([id]);
  return operation;
}

/** Shortens long lists of the filter for the audit log. The operation itself stores the whole filter. */
function describeFilter(filter: Prisma.InputJsonObject): Prisma.InputJsonObject {
  return Object.fromEntries(
    Object.entries(filter).map(([field, value]) => [
      field,
      shortenList((value ?? null) as Prisma.InputJsonValue | null),
    ]),
  );
}

/** Returns an id right before that of the first delivery that may match. Null if the tenant has no deliveries. */
async function findStart({ pool }: Services, tenantId: string, fromId: string): Promise<string | null> {
  const [oldest] = await oldestStatement(pool, [tenantId]);
  if (!oldest) return null;
  const first = oldest.id > fromId ? oldest.id : fromId;
  return uuidLowerBound(uuidTime(first) - 1);
}

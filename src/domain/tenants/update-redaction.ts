import type { Prisma } from '../../database/generated/client.ts';
import { formatId } from '../../ids.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { nullableJson } from '../endpoints/endpoint-row.ts';
import { requireListLength } from '../quotas.ts';
import { requireRedactionPaths } from '../redaction/redaction-path.ts';
import type { TenantRow } from './create-tenant.ts';

/** Absent keeps, null resets to the default, a list replaces the whole. */
export interface RedactionInput {
  readonly paths?: readonly string[] | null | undefined;
  readonly scanCardNumbers?: boolean | null | undefined;
}

/** Bounds the work before the quota is known to apply: a tenant may keep a list that is longer than the quota. */
const maxPaths = 1000;

/**
 * Sets what is taken out of the payloads of the actor's tenant before they are stored or sent. It holds for every event
 * that is committed after this resolves, by any process. Events that were stored before stay as they are.
 *
 * @throws BadUserInputError naming the path, such as `input.paths.3`; ForbiddenError without KEYS_MANAGE: whoever may
 * hand out keys answers for what they read.
 */
export async function updateRedaction(ctx: DomainContext, input: RedactionInput): Promise<TenantRow> {
  const { services, actor } = ctx;
  requirePermission(actor, 'KEYS_MANAGE');
  const { paths, scanCardNumbers } = input;
  if (paths) requireListLength('input.paths', paths.length, maxPaths);
  if (paths) requireRedactionPaths(paths, 'input.paths');
  return services.prisma.$transaction(async transaction => {
    if (paths && paths.length > services.quotas.redactionPaths) {
      const current = await readPathCount(transaction, actor.tenantId);
      requireListLength('input.paths', paths.length, services.quotas.redactionPaths, current);
    }
    const tenant = await transaction.tenant.update({
      where: { id: actor.tenantId },
      data: {
        ...(paths !== undefined && { redactionPaths: nullableJson(paths && [...new Set(paths)]) }),
        ...(scanCardNumbers !== undefined && { scanCardNumbers: scanCardNumbers ?? false }),
        routingRevision: { increment: 1 },
      },
    });
    await recordAudit(transaction, ctx, {
      action: 'REDACTION_UPDATED',
      targetIds: [formatId('tnt', actor.tenantId)],
      changes: {
        ...(paths !== undefined && { paths: paths && [...paths] }),
        ...(scanCardNumbers !== undefined && { scanCardNumbers }),
      },
    });
    // Last: publishers wait for this lock. What they accepted under the redaction before is committed once it is granted.
    await transaction.$executeRaw`SELECT lock_redaction(${actor.tenantId}::uuid)`;
    return tenant;
  });
}

/** The tenant stays locked until the end of the transaction. */
async function readPathCount(transaction: Prisma.TransactionClient, tenantId: string): Promise<number> {
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT coalesce(jsonb_array_length(redaction_paths), 0) AS count FROM tenant
    WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  return row?.count ?? 0;
}

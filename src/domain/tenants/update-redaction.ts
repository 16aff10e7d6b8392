import type { Prisma } from '../../database/generated/client.ts';
import { formatId } from '../../ids.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { nullableJson } from '../endpoints/endpoint-row.ts';
import { requireListLength } from '../quotas.ts';
import { requireRedactionPaths } from '../redaction/redaction-path.ts';
import { authorize } from '../verbs.ts';
import type { TenantRow } from './create-tenant.ts';

/**
 * The new redaction settings. An absent field keeps its value, null resets it to the default, and a list replaces the
 * whole list.
 */
export interface RedactionInput {
  readonly paths?: readonly string[] | null | undefined;
  readonly scanCardNumbers?: boolean | null | undefined;
}

/**
 * Limits the work of validation. The quota is checked later, because a tenant may keep a list that is longer than the
 * quota.
 */
const maxPaths = 1000;

/**
 * Sets what is redacted in payloads of the actor's tenant before they are stored or sent. It applies to every event
 * that any process commits after this resolves. Stored events do not change.
 *
 * @throws BadUserInputError that names the path, such as `input.paths.3`; ForbiddenError without KEYS_MANAGE. That
 *   permission is required because a credential that creates keys decides what they can read.
 */
export async function updateRedaction(ctx: DomainContext, input: RedactionInput): Promise<TenantRow> {
  const { services, actor } = ctx;
  authorize(actor, 'updateRedaction');
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
    // The lock waits until publishers have committed the events that they accepted under the previous redaction. It is
    // acquired last, because new publishers wait for it.
    await transaction.$executeRaw`SELECT lock_redaction(${actor.tenantId}::uuid)`;
    return tenant;
  });
}

/** Reads the number of redaction paths, and locks the tenant until the end of the transaction. */
async function readPathCount(transaction: Prisma.TransactionClient, tenantId: string): Promise<number> {
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT coalesce(jsonb_array_length(redaction_paths), 0) AS count FROM tenant
    WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  return row?.count ?? 0;
}

import type { TenantModel } from '../../database/generated/models.ts';
import { formatId, newUuid } from '../../ids.ts';
import { requireLine } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { inputLimits } from '../input-limits.ts';
import { requireQuota } from '../quotas.ts';
import { authorize } from '../verbs.ts';

/** A tenant as it is stored. */
export type TenantRow = TenantModel;

/**
 * Creates a tenant, an account whose data no other tenant sees. The acting tenant's audit log gets an entry.
 *
 * @throws BadUserInputError (`name`: 1 to 200 characters), QuotaExceededError, ForbiddenError for any key but the root
 *   key.
 */
export async function createTenant(ctx: DomainContext, name: string): Promise<TenantRow> {
  const { services, actor } = ctx;
  authorize(actor, 'createTenant');
  const now = services.clock.now();
  const data = {
    id: newUuid(now),
    name: requireLine(name, 'name', inputLimits.maxNameLength),
    createdAt: new Date(now),
  };
  return services.prisma.$transaction(async transaction => {
    await requireQuota(transaction, services.quotas, actor.tenantId, 'tenants');
    await recordAudit(transaction, ctx, {
      action: 'TENANT_CREATED',
      targetIds: [formatId('tnt', data.id)],
      changes: { name: data.name },
    });
    return transaction.tenant.create({ data });
  });
}

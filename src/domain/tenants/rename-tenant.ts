import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { formatId } from '../../ids.ts';
import { requireId, requireLine } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { inputLimits } from '../input-limits.ts';
import { authorize } from '../verbs.ts';
import type { TenantRow } from './create-tenant.ts';

/**
 * Renames a tenant. The acting tenant's audit log gets an entry.
 *
 * @throws NotFoundError, InvalidStateError (the tenant is deleted), BadUserInputError (`id`, `name`: 1 to 200
 *   characters), ForbiddenError for any key but the root key.
 */
export async function renameTenant(ctx: DomainContext, id: string, name: string): Promise<TenantRow> {
  const { services, actor } = ctx;
  authorize(actor, 'renameTenant');
  const uuid = requireId('tnt', id, 'id');
  const data = { name: requireLine(name, 'name', inputLimits.maxNameLength) };
  const tenant = await services.prisma.$transaction(async transaction => {
    const [renamed] = await transaction.tenant.updateManyAndReturn({ where: { id: uuid, deletedAt: null }, data });
    if (renamed) await recordAudit(transaction, ctx, { action: 'TENANT_RENAMED', targetIds: [id], changes: data });
    return renamed;
  });
  if (!tenant) throw await missingTenantError(ctx, uuid);
  return tenant;
}

/** Returns the error for a tenant (UUID) that was not found: InvalidStateError if it is deleted, else NotFoundError. */
export async function missingTenantError(
  { services }: DomainContext,
  id: string,
): Promise<NotFoundError | InvalidStateError> {
  const deleted = await services.prisma.tenant.count({ where: { id } });
  return deleted === 0
    ? new NotFoundError('There is no such tenant.', 'id', formatId('tnt', id))
    : new InvalidStateError('The tenant is deleted.', 'DELETED');
}

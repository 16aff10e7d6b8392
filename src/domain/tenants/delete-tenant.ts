import { InvalidStateError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, defaultTenantId } from '../context.ts';
import { awaitAllSenders } from '../endpoints/await-senders.ts';
import { authorize } from '../verbs.ts';
import type { TenantRow } from './create-tenant.ts';
import { missingTenantError } from './rename-tenant.ts';

/**
 * Deletes a tenant. Once this resolves, no request to any of its endpoints starts. Within seconds its API keys and
 * portal tokens are rejected, and its websockets and event streams are closed. The janitor removes its rows in the
 * background (see `removeDeletedTenants`).
 *
 * The acting tenant's audit log gets an entry, or that of the default tenant if a tenant deletes itself.
 *
 * @throws NotFoundError, InvalidStateError (the tenant is deleted already, or is the default tenant), BadUserInputError
 *   (`id`), ForbiddenError for any key but the root key.
 */
export async function deleteTenant(ctx: DomainContext, id: string): Promise<TenantRow> {
  const { services, actor } = ctx;
  authorize(actor, 'deleteTenant');
  const uuid = requireId('tnt', id, 'id');
  if (uuid === defaultTenantId) throw new InvalidStateError('The default tenant cannot be deleted.', 'DEFAULT');
  const now = new Date(services.clock.now());
  const tenant = await services.prisma.$transaction(async transaction => {
    const [deleted] = await transaction.tenant.updateManyAndReturn({
      where: { id: uuid, deletedAt: null },
      data: { deletedAt: now, routingRevision: { increment: 1 } },
    });
    if (!deleted) return null;
    await transaction.bulkOperation.updateMany({
      where: { tenantId: uuid, status: 'RUNNING' },
      data: { status: 'CANCELED', finishedAt: now },
    });
    // The quota MAX_ENDPOINTS limits the number of rows that this statement changes.
    await transaction.endpoint.updateMany({
      where: { tenantId: uuid, deletedAt: null },
      data: { deletedAt: now, updatedAt: now, revision: { increment: 1 } },
    });
    const recorder = actor.tenantId === uuid ? { ...ctx, actor: { ...actor, tenantId: defaultTenantId } } : ctx;
    const changes = { name: deleted.name };
    await recordAudit(transaction, recorder, { action: 'TENANT_DELETED', targetIds: [id], changes });
    return deleted;
  });
  if (!tenant) throw await missingTenantError(ctx, uuid);
  await awaitAllSenders();
  return tenant;
}

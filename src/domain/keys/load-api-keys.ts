import { type DomainContext, requirePermission } from '../context.ts';
import type { ApiKeyRow } from './create-api-key.ts';

/**
 * The tenant's API keys of these ids (UUIDs), by id, revoked ones too; those it has not are missing.
 *
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function loadApiKeys(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, ApiKeyRow>> {
  requirePermission(actor, 'KEYS_MANAGE');
  const rows = await services.prisma.apiKey.findMany({ where: { id: { in: [...ids] }, tenantId: actor.tenantId } });
  return new Map(rows.map(row => [row.id, row]));
}

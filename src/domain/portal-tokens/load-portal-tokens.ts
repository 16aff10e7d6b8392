import type { PortalToken } from '../../database/generated/client.ts';
import { type DomainContext, requirePermission } from '../context.ts';

/**
 * The tenant's portal tokens of these ids (UUIDs), by id, revoked ones too. Those that it does not have, or that were
 * deleted after they had expired, are missing.
 *
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function loadPortalTokens(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, PortalToken>> {
  requirePermission(actor, 'KEYS_MANAGE');
  const where = { id: { in: [...ids] }, tenantId: actor.tenantId };
  return new Map((await services.prisma.portalToken.findMany({ where })).map(row => [row.id, row]));
}

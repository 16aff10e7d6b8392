import type { PortalToken } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';

/**
 * Loads the tenant's portal tokens with these ids (UUIDs) as a map by id, including revoked ones. Ids of other tenants
 * and of deleted tokens are missing.
 *
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function loadPortalTokens(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, PortalToken>> {
  authorize(actor, 'portalTokens');
  const where = { id: { in: [...ids] }, tenantId: actor.tenantId };
  return new Map((await services.prisma.portalToken.findMany({ where })).map(row => [row.id, row]));
}

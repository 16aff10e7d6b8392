import type { Prisma } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { PortalTokenRow } from './create-portal-token.ts';

/**
 * Lists the tenant's portal tokens, including revoked ones, and expired ones until the janitor deletes them.
 *
 * @param page the rows, columns and relations that Prisma reads.
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function listPortalTokens(
  { services, actor }: DomainContext,
  page: Prisma.PortalTokenFindManyArgs,
): Promise<PortalTokenRow[]> {
  authorize(actor, 'portalTokens');
  return services.prisma.portalToken.findMany({ ...page, where: { ...page.where, tenantId: actor.tenantId } });
}

import type { DomainContext } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { authorize } from '../verbs.ts';
import type { PortalTokenRow } from './create-portal-token.ts';

/**
 * Lists the tenant's portal tokens, newest first, including revoked ones, and expired ones until the janitor deletes
 * them.
 *
 * @throws BadUserInputError (page arguments), ForbiddenError without KEYS_MANAGE.
 */
export async function listPortalTokens(
  { services, actor }: DomainContext,
  input: PageInput,
): Promise<IdPage<PortalTokenRow>> {
  authorize(actor, 'portalTokens');
  const { tenantId } = actor;
  return readIdPage({ kind: 'portal tokens', tenantId, input }, ({ below, above, direction, take }) =>
    services.prisma.portalToken.findMany({
      where: { tenantId, id: { ...(below && { lt: below }), ...(above && { gt: above }) } },
      orderBy: { id: direction },
      take,
    }),
  );
}

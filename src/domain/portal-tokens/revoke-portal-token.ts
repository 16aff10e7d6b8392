import { NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { PortalTokenRow } from './create-portal-token.ts';

/**
 * Revokes a portal token permanently: within seconds, requests with it are rejected, and its open sockets and streams
 * end. A token that is already revoked does not change.
 *
 * @throws NotFoundError (also if the token has expired and was deleted), BadUserInputError (`id`), ForbiddenError
 *   without KEYS_MANAGE.
 */
export async function revokePortalToken(ctx: DomainContext, id: string): Promise<PortalTokenRow> {
  const { services, actor } = ctx;
  authorize(actor, 'revokePortalToken');
  const where = { id: requireId('ptk', id, 'id'), tenantId: actor.tenantId };
  const portalToken = await services.prisma.$transaction(async transaction => {
    const { count } = await transaction.portalToken.updateMany({
      where: { ...where, revokedAt: null },
      data: { revokedAt: new Date(services.clock.now()) },
    });
    if (count > 0) await recordAudit(transaction, ctx, { action: 'PORTAL_TOKEN_REVOKED', targetIds: [id] });
    return transaction.portalToken.findUnique({ where });
  });
  if (!portalToken) throw new NotFoundError('There is no such portal token.', 'id', id);
  return portalToken;
}

import { NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import type { ApiKeyRow } from './create-api-key.ts';

/**
 * Ends an API key for good: requests with it are refused, and its open subscriptions end, within seconds. One that is
 * revoked already stays as it is. Portal tokens that it issued end with it.
 *
 * @throws NotFoundError, BadUserInputError (`id`), ForbiddenError without KEYS_MANAGE.
 */
export async function revokeApiKey(ctx: DomainContext, id: string): Promise<ApiKeyRow> {
  const { services, actor } = ctx;
  requirePermission(actor, 'KEYS_MANAGE');
  const key = { id: requireId('key', id, 'id'), tenantId: actor.tenantId };
  const { prisma, clock } = services;
  const revoked = await prisma.$transaction(async transaction => {
    const [row] = await transaction.apiKey.updateManyAndReturn({
      where: { ...key, revokedAt: null },
      data: { revokedAt: new Date(clock.now()) },
    });
    if (row) await recordAudit(transaction, ctx, { action: 'API_KEY_REVOKED', targetIds: [id] });
    return row;
  });
  const apiKey = revoked ?? (await prisma.apiKey.findUnique({ where: key }));
  if (!apiKey) throw new NotFoundError('There is no such API key.');
  return apiKey;
}

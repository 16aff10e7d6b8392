import { NotFoundError } from '../../errors.ts';
import { requireId, requireLine } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { inputLimits } from '../input-limits.ts';
import { authorize } from '../verbs.ts';
import type { ApiKeyRow } from './create-api-key.ts';

/**
 * Renames an API key of the actor's tenant, even if it is revoked or expired.
 *
 * @throws NotFoundError, BadUserInputError (`id`, `name`: 1 to 200 characters), ForbiddenError without KEYS_MANAGE.
 */
export async function renameApiKey(ctx: DomainContext, id: string, name: string): Promise<ApiKeyRow> {
  const { services, actor } = ctx;
  authorize(actor, 'renameApiKey');
  const where = { id: requireId('key', id, 'id'), tenantId: actor.tenantId };
  const data = { name: requireLine(name, 'name', inputLimits.maxNameLength) };
  const apiKey = await services.prisma.$transaction(async transaction => {
    const [renamed] = await transaction.apiKey.updateManyAndReturn({ where, data });
    if (renamed) await recordAudit(transaction, ctx, { action: 'API_KEY_RENAMED', targetIds: [id], changes: data });
    return renamed;
  });
  if (!apiKey) throw new NotFoundError('There is no such API key.', 'id', id);
  return apiKey;
}

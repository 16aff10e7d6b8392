import type { Prisma } from '../../database/generated/client.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import type { ApiKeyRow } from './create-api-key.ts';

const maxKeys = 1000;

/**
 * The tenant's API keys, newest first, revoked and expired ones too; of more than 1,000 the newest 1,000.
 *
 * @param query what of them Prisma selects or includes. Default: their columns.
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function listApiKeys(
  { services, actor }: DomainContext,
  query: Pick<Prisma.ApiKeyFindManyArgs, 'include' | 'select'> = {},
): Promise<ApiKeyRow[]> {
  requirePermission(actor, 'KEYS_MANAGE');
  return services.prisma.apiKey.findMany({
    ...query,
    where: { tenantId: actor.tenantId },
    orderBy: { id: 'desc' },
    take: maxKeys,
  });
}

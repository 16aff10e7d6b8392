import type { Prisma } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { ApiKeyRow } from './create-api-key.ts';

const maxKeys = 1000;

/**
 * Lists the newest 1,000 API keys of the tenant, newest first, including revoked and expired ones.
 *
 * @param query the columns and relations that Prisma selects. Default: all columns.
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function listApiKeys(
  { services, actor }: DomainContext,
  query: Pick<Prisma.ApiKeyFindManyArgs, 'include' | 'select'> = {},
): Promise<ApiKeyRow[]> {
  authorize(actor, 'apiKeys');
  return services.prisma.apiKey.findMany({
    ...query,
    where: { tenantId: actor.tenantId },
    orderBy: { id: 'desc' },
    take: maxKeys,
  });
}

import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { ApiKeyRow } from './create-api-key.ts';

/**
 * Loads the tenant's API keys with these ids (UUIDs) as a map by id, including revoked ones. Ids of other tenants are
 * missing.
 *
 * @throws ForbiddenError without KEYS_MANAGE.
 */
export async function loadApiKeys(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, ApiKeyRow>> {
  authorize(actor, 'apiKeys');
  const rows = await services.prisma.apiKey.findMany({ where: { id: { in: [...ids] }, tenantId: actor.tenantId } });
  return new Map(rows.map(row => [row.id, row]));
}

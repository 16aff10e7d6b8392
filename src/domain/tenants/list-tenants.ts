import type { Prisma } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { TenantRow } from './create-tenant.ts';

export interface ListTenantsInput {
  /** Whether the list includes deleted tenants. Default: false. */
  readonly includeDeleted?: boolean | null | undefined;
}

/**
 * Lists all tenants.
 *
 * @param page the rows and columns that Prisma reads.
 * @throws ForbiddenError for any key but the root key.
 */
export async function listTenants(
  { services, actor }: DomainContext,
  { includeDeleted }: ListTenantsInput,
  page: Prisma.TenantFindManyArgs,
): Promise<TenantRow[]> {
  authorize(actor, 'tenants');
  const where = { ...page.where, ...(!includeDeleted && { deletedAt: null }) };
  return services.prisma.tenant.findMany({ ...page, where });
}

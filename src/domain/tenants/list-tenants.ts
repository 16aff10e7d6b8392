import type { DomainContext } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { authorize } from '../verbs.ts';
import type { TenantRow } from './create-tenant.ts';

export interface ListTenantsInput extends PageInput {
  /** Whether the list includes deleted tenants. Default: false. */
  readonly includeDeleted?: boolean | null | undefined;
}

/**
 * Lists all tenants, newest first.
 *
 * @throws BadUserInputError (page arguments), ForbiddenError for any key but the root key.
 */
export async function listTenants(
  { services, actor }: DomainContext,
  { includeDeleted, ...input }: ListTenantsInput,
): Promise<IdPage<TenantRow>> {
  authorize(actor, 'tenants');
  return readIdPage({ kind: 'tenants', tenantId: '', input }, ({ below, above, direction, take }) =>
    services.prisma.tenant.findMany({
      where: {
        id: { ...(below && { lt: below }), ...(above && { gt: above }) },
        ...(!includeDeleted && { deletedAt: null }),
      },
      orderBy: { id: direction },
      take,
    }),
  );
}

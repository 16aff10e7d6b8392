import { type DomainContext, requirePermission } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { checkSearch } from '../search-text.ts';
import type { EndpointStatus } from './endpoint-input.ts';
import type { EndpointHead } from './endpoint-row.ts';
import { whereReached } from './require-endpoint-id.ts';
import { searchEndpoints } from './search-endpoints.ts';

export interface ListEndpointsInput extends PageInput {
  /** A part of the name, the URL or a former URL: see `searchEndpoints`. */
  readonly search?: string | null | undefined;
  /** An empty list matches nothing. */
  readonly statuses?: readonly EndpointStatus[] | null | undefined;
}

/**
 * The actor's endpoints, newest first, without the deleted ones and without long texts.
 *
 * @throws BadUserInputError (`search`, page arguments), ForbiddenError without ENDPOINTS_READ.
 */
export async function listEndpoints(
  { services, actor }: DomainContext,
  { search = null, statuses = null, ...input }: ListEndpointsInput,
): Promise<IdPage<EndpointHead>> {
  requirePermission(actor, 'ENDPOINTS_READ');
  const term = checkSearch(search, 'search');
  const found = term === null ? null : await searchEndpoints(services.pool, actor.tenantId, term);
  return readIdPage({ kind: 'endpoints', tenantId: actor.tenantId, input }, ({ below, above, direction, take }) =>
    services.prisma.endpoint.findMany({
      where: {
        ...whereReached(actor),
        deletedAt: null,
        id: { ...(below && { lt: below }), ...(above && { gt: above }) },
        ...(statuses && { status: { in: [...statuses] } }),
        ...(found && { AND: { id: { in: found } } }),
      },
      omit: { eventTypes: true, headers: true, bodyTemplate: true },
      orderBy: { id: direction },
      take,
    }),
  );
}

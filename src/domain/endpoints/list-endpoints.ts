import type { Prisma } from '../../database/generated/client.ts';
import type { DomainContext } from '../context.ts';
import { readIdPage } from '../id-pages.ts';
import type { CursorPage, PageInput } from '../pages.ts';
import { checkSearch } from '../search-text.ts';
import { authorize } from '../verbs.ts';
import type { EndpointStatus } from './endpoint-input.ts';
import type { EndpointHead } from './endpoint-row.ts';
import { type EndpointOrder, rankEndpoints } from './rank-endpoints.ts';
import { whereAccessible } from './require-endpoint-id.ts';
import { searchEndpoints } from './search-endpoints.ts';

export interface ListEndpointsInput extends PageInput {
  /** Only endpoints whose name, URL or a former URL contains this text (see `searchEndpoints`). */
  readonly search?: string | null | undefined;
  /** Only endpoints with one of these statuses. All by default. An empty list matches nothing. */
  readonly statuses?: readonly EndpointStatus[] | null | undefined;
  /** The order of the list. Default: newest first. */
  readonly orderBy?: EndpointOrder | null | undefined;
}

const omit = { eventTypes: true, headers: true, bodyTemplate: true } as const;

/**
 * Lists the endpoints that the actor can access, without deleted ones and without their long columns.
 *
 * @throws BadUserInputError (`search`, page arguments), ForbiddenError without ENDPOINTS_READ.
 */
export async function listEndpoints(
  ctx: DomainContext,
  { search = null, statuses = null, orderBy = null, ...input }: ListEndpointsInput,
): Promise<CursorPage<EndpointHead>> {
  const { services, actor } = ctx;
  authorize(actor, 'endpoints');
  const term = checkSearch(search, 'search');
  const found = term === null ? null : await searchEndpoints(services.pool, actor.tenantId, term);
  const where = {
    AND: [whereAccessible(actor), ...(found ? [{ id: { in: found } }] : [])],
    deletedAt: null,
    ...(statuses && { status: { in: [...statuses] } }),
  } satisfies Prisma.EndpointWhereInput;
  if (orderBy && (orderBy.field !== 'CREATED_AT' || orderBy.direction !== 'DESC')) {
    return listRanked(ctx, where, orderBy, input);
  }
  return readIdPage({ kind: 'endpoints', tenantId: actor.tenantId, input }, ({ below, above, direction, take }) =>
    services.prisma.endpoint.findMany({
      where: { ...where, id: { ...(below && { lt: below }), ...(above && { gt: above }) } },
      omit,
      orderBy: { id: direction },
      take,
    }),
  );
}

/**
 * Lists endpoints in another order than newest first. It reads the ids of all endpoints, of which a tenant has few, and
 * then the rows of the page.
 */
async function listRanked(
  ctx: DomainContext,
  where: Prisma.EndpointWhereInput,
  order: EndpointOrder,
  input: PageInput,
): Promise<CursorPage<EndpointHead>> {
  const { endpoint } = ctx.services.prisma;
  const all = await endpoint.findMany({ where, select: { id: true }, orderBy: { id: 'desc' } });
  const page = await rankEndpoints(ctx, { ids: all.map(({ id }) => id), order, input });
  const ids = page.rows.map(({ id }) => id);
  const rows = ids.length === 0 ? [] : await endpoint.findMany({ where: { id: { in: ids } }, omit });
  const byId = new Map(rows.map(row => [row.id, row]));
  return { ...page, rows: ids.flatMap(id => byId.get(id) ?? []) };
}

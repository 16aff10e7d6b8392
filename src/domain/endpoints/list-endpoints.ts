import { BadUserInputError } from '../../errors.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import type { EndpointStatus } from './endpoint-input.ts';
import type { EndpointHead } from './endpoint-row.ts';
import { whereReached } from './require-endpoint-id.ts';

export interface ListEndpointsInput extends PageInput {
  /** A part of the name or the URL, in any case. */
  readonly search?: string | null | undefined;
  /** An empty list matches nothing. */
  readonly statuses?: readonly EndpointStatus[] | null | undefined;
}

const maxSearchLength = 256;

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
  const text = checkSearch(search);
  return readIdPage({ kind: 'endpoints', tenantId: actor.tenantId, input }, ({ below, above, direction, take }) =>
    services.prisma.endpoint.findMany({
      where: {
        ...whereReached(actor),
        deletedAt: null,
        id: { ...(below && { lt: below }), ...(above && { gt: above }) },
        ...(statuses && { status: { in: [...statuses] } }),
        ...(text && { OR: [{ name: text }, { url: text }] }),
      },
      omit: { eventTypes: true, headers: true, bodyTemplate: true },
      orderBy: { id: direction },
      take,
    }),
  );
}

function checkSearch(search: string | null) {
  if (search === null || search === '') return null;
  if (search.length > maxSearchLength) {
    throw new BadUserInputError('search', `must have at most ${maxSearchLength} characters`);
  }
  if (!search.isWellFormed() || search.includes('\u0000')) {
    throw new BadUserInputError('search', 'must be well-formed Unicode without U+0000');
  }
  // Prisma makes it a LIKE pattern and leaves these as they are.
  return { contains: search.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' as const };
}

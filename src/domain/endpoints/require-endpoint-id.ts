import type { Prisma } from '../../database/generated/client.ts';
import { NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { type Actor, canAccessEndpoint } from '../context.ts';

/**
 * The UUID of an endpoint that a client wants changed.
 *
 * @throws BadUserInputError naming `argument`; NotFoundError where the actor does not reach it, as if it were not there.
 */
export function requireEndpointId(actor: Actor, id: string, argument: string): string {
  const uuid = requireId('ep', id, argument);
  if (!canAccessEndpoint(actor, uuid)) throw new NotFoundError('There is no such endpoint.', argument, id);
  return uuid;
}

/** The endpoints that there are for the actor: to be ANDed to whatever else is asked of them. */
export function whereAccessible({ tenantId, endpointIds }: Pick<Actor, 'tenantId' | 'endpointIds'>) {
  return {
    tenantId,
    ...(endpointIds && { AND: { id: { in: [...endpointIds] } } }),
  } satisfies Prisma.EndpointWhereInput;
}

import type { Prisma } from '../../database/generated/client.ts';
import { NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { type Actor, canAccessEndpoint } from '../context.ts';

/**
 * Reads the UUID of an endpoint that a client wants to change.
 *
 * @throws BadUserInputError naming `argument`; NotFoundError if the actor cannot access the endpoint.
 */
export function requireEndpointId(actor: Actor, id: string, argument: string): string {
  const uuid = requireId('ep', id, argument);
  if (!canAccessEndpoint(actor, uuid)) throw new NotFoundError('There is no such endpoint.', argument, id);
  return uuid;
}

/** The Prisma condition for the endpoints that the actor can access. Combine it with other conditions by AND. */
export function whereAccessible({ tenantId, endpointIds }: Pick<Actor, 'tenantId' | 'endpointIds'>) {
  return {
    tenantId,
    ...(endpointIds && { AND: { id: { in: [...endpointIds] } } }),
  } satisfies Prisma.EndpointWhereInput;
}

import type { Prisma } from '../../database/generated/client.ts';
import { NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { type Actor, canAccessEndpoint } from '../context.ts';

/**
 * Parses the id of an endpoint and checks that the actor can access it. Returns its UUID.
 *
 * @throws BadUserInputError naming `argument`; NotFoundError if the actor cannot access the endpoint.
 */
export function requireEndpointId(actor: Actor, id: string, argument: string): string {
  const uuid = requireId('ep', id, argument);
  if (!canAccessEndpoint(actor, uuid)) throw new NotFoundError('There is no such endpoint.', argument, id);
  return uuid;
}

/**
 * Returns the Prisma condition for the endpoints that the actor can access. Combine it with other conditions by AND.
 */
export function whereAccessible({ tenantId, endpointIds }: Pick<Actor, 'tenantId' | 'endpointIds'>) {
  return {
    tenantId,
    ...(endpointIds && { AND: { id: { in: [...endpointIds] } } }),
  } satisfies Prisma.EndpointWhereInput;
}

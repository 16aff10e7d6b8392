import type { Prisma } from '../../database/generated/client.ts';
import { BadUserInputError, QuotaExceededError, UnauthorizedError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import { coversPattern, reservedPrefix } from '../events/event-type.ts';
import { maxTokenEndpoints } from './create-portal-token.ts';

/** The largest number of event types that an error message lists. */
const listedTypes = 10;

/**
 * Checks that a portal token may create an endpoint with these event types, and locks the token until the transaction
 * ends. It must have fewer endpoints than `maxEndpoints`, not counting deleted ones. Each event type must be covered by
 * the token's `eventTypes` or by those of one of its endpoints.
 *
 * @throws QuotaExceededError, BadUserInputError (`input.eventTypes`), UnauthorizedError if the token was revoked
 *   meanwhile.
 */
export async function requirePortalCreation(
  transaction: Prisma.TransactionClient,
  { portalToken, tenantId }: Actor,
  eventTypes: readonly string[],
): Promise<void> {
  if (!portalToken) return;
  const [token] = await transaction.$queryRaw<{ endpointIds: string[]; maxEndpoints: number | null }[]>`
    SELECT to_json(endpoint_ids) AS "endpointIds", max_endpoints AS "maxEndpoints" FROM portal_token
    WHERE id = ${portalToken.id}::uuid AND revoked_at IS NULL FOR UPDATE`;
  if (!token) throw new UnauthorizedError('This key is unknown, revoked or expired.');
  const endpoints = await transaction.endpoint.findMany({
    where: { id: { in: token.endpointIds }, tenantId, deletedAt: null },
    select: { eventTypes: true },
  });
  const limit = token.maxEndpoints ?? 0;
  if (endpoints.length >= limit) {
    throw new QuotaExceededError(`This portal token may have at most ${limit} endpoints.`, limit);
  }
  if (token.endpointIds.length >= maxTokenEndpoints) {
    const message = `A portal token may have at most ${maxTokenEndpoints} endpoints, deleted ones included.`;
    throw new QuotaExceededError(message, maxTokenEndpoints);
  }
  requireGrantedTypes(
    eventTypes,
    endpoints.map(endpoint => endpoint.eventTypes),
    portalToken.eventTypes,
  );
}

/** Gives a portal token access to an endpoint (UUIDs) that it has created. */
export async function addPortalEndpoint(
  transaction: Prisma.TransactionClient,
  portalTokenId: string,
  endpointId: string,
): Promise<void> {
  await transaction.portalToken.update({
    where: { id: portalTokenId },
    data: { endpointIds: { push: endpointId } },
  });
}

/**
 * Gives the current actor access to an endpoint (UUID) that it has created, for the rest of the request or websocket.
 * Later requests with the token read their endpoints from the database.
 */
export function revealToActor({ endpointIds }: Actor, endpointId: string): void {
  (endpointIds as Set<string>).add(endpointId);
}

/**
 * Checks the event types of a new endpoint of a portal token.
 *
 * @param existing the event types of each endpoint of the token.
 * @param granted the event types of the token itself.
 */
function requireGrantedTypes(
  wanted: readonly string[],
  existing: readonly (readonly string[])[],
  granted: readonly string[],
): void {
  const receivesAll = existing.some(patterns => patterns.length === 0);
  if (wanted.length === 0 && !receivesAll) {
    throw new BadUserInputError(
      'input.eventTypes',
      'must not be empty: a portal token can only subscribe to event types that it was given',
    );
  }
  for (const [index, pattern] of wanted.entries()) {
    const isGranted = granted.length > 0 && coversPattern(granted, pattern);
    const isCovered =
      !pattern.startsWith(reservedPrefix) && existing.some(patterns => coversPattern(patterns, pattern));
    if (isGranted || isCovered) continue;
    const accepted = [...new Set([...granted, ...existing.flat()])].slice(0, listedTypes).join(', ');
    throw new BadUserInputError(
      `input.eventTypes.${index}`,
      `must be covered by the event types of this portal token${accepted && `, such as ${accepted}`}; got "${pattern}"`,
    );
  }
}

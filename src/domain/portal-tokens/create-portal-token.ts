import type { PortalTokenModel } from '../../database/generated/models.ts';
import { BadUserInputError, NotFoundError } from '../../errors.ts';
import { formatId, newUuid } from '../../ids.ts';
import { checkAll, checkEach, requireId, requireInteger } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { shortenList } from '../audit/shorten-list.ts';
import { type DomainContext, type Permission, requirePermission } from '../context.ts';
import { requireEventTypePattern, reservedPrefix } from '../events/event-type.ts';
import { requireListLength, requireQuota } from '../quotas.ts';
import { authorize } from '../verbs.ts';

export interface CreatePortalTokenInput {
  readonly endpointIds: readonly string[];
  readonly permissions: readonly Permission[];
  /** How long the token is valid, in seconds: 60 to 86,400. Default: 3,600. */
  readonly expiresInSeconds?: number | null | undefined;
  /**
   * Event types and prefixes that the token's holder may add to the endpoints. Default: none, only those that an
   * endpoint already has.
   */
  readonly eventTypes?: readonly string[] | null | undefined;
  /**
   * If set, the token's holder may create endpoints until it has this many: 1 to 1,000. Default: it may create none.
   */
  readonly maxEndpoints?: number | null | undefined;
}

/** A portal token as it is stored, without its signed text. */
export type PortalTokenRow = PortalTokenModel;

export interface CreatedPortalToken {
  readonly token: string;
  readonly expiresAt: Date;
  readonly portalToken: PortalTokenRow;
}

/** The permissions that a portal token can have. All of them apply only to the token's endpoints. */
export const portalPermissions: readonly Permission[] = [
  'DELIVERIES_READ',
  'DELIVERIES_MANAGE',
  'ENDPOINTS_READ',
  'ENDPOINTS_MANAGE',
];

/** The largest number of endpoints of one token, including deleted ones. */
export const maxTokenEndpoints = 1000;
const defaultSeconds = 3600;
const minSeconds = 60;
const maxSeconds = 86_400;

/**
 * Creates a token with permissions for some endpoints of the tenant for a limited time, for a page on which a customer
 * sees its own webhooks. The token can only see and change these endpoints and their deliveries. It ends when it
 * expires, or with the key that created it.
 *
 * @returns the token, which clients send instead of an API key, its expiry, and its row.
 * @throws NotFoundError (one of the endpoints), BadUserInputError (`input.endpointIds`: up to 1,000, and at least 1
 *   unless the holder may create endpoints; `input.permissions`: at least one of `portalPermissions`, with
 *   ENDPOINTS_MANAGE if the holder may create endpoints; `input.expiresInSeconds`; `input.eventTypes`;
 *   `input.maxEndpoints`), QuotaExceededError, ForbiddenError without KEYS_MANAGE or without a permission of the token.
 */
export async function createPortalToken(
  ctx: DomainContext,
  input: CreatePortalTokenInput,
): Promise<CreatedPortalToken> {
  const { services, actor } = ctx;
  authorize(actor, 'createPortalToken');
  const maxEndpoints = input.maxEndpoints ?? null;
  const { endpointIds, permissions, seconds, eventTypes } = checkAll({
    endpointIds: () => checkEndpointIds(input.endpointIds, maxEndpoints === null ? 1 : 0),
    permissions: () => checkPermissions(input.permissions),
    seconds: () =>
      requireInteger(input.expiresInSeconds ?? defaultSeconds, 'input.expiresInSeconds', minSeconds, maxSeconds),
    eventTypes: () => checkEventTypes(input.eventTypes ?? [], services.quotas.eventTypesPerEndpoint),
    maxEndpoints: () => checkMaxEndpoints(maxEndpoints, input.permissions),
  });
  for (const permission of permissions) requirePermission(actor, permission);
  // The time is rounded down, because tokens contain whole seconds.
  const now = Math.floor(services.clock.now() / 1000) * 1000;
  const expiresAt = new Date(now + seconds * 1000);
  const { tenantId, apiKeyId } = actor;
  const found = await services.prisma.endpoint.findMany({
    where: { id: { in: endpointIds }, tenantId },
    select: { id: true },
  });
  const foundIds = new Set(found.map(endpoint => endpoint.id));
  const missing = endpointIds.find(id => !foundIds.has(id));
  if (missing !== undefined) {
    const argument = 'input.endpointIds';
    throw new NotFoundError(`There is no such endpoint as one in ${argument}.`, argument, formatId('ep', missing));
  }
  const id = newUuid(now);
  const portalToken = await services.prisma.$transaction(async transaction => {
    await requireQuota(transaction, services.quotas, tenantId, 'portalTokens');
    const data = { id, tenantId, apiKeyId, permissions, endpointIds, expiresAt, eventTypes, maxEndpoints };
    const created = await transaction.portalToken.create({ data });
    await recordAudit(transaction, ctx, {
      action: 'PORTAL_TOKEN_CREATED',
      targetIds: [formatId('ptk', id), ...endpointIds.map(endpointId => formatId('ep', endpointId))],
      changes: {
        permissions,
        expiresAt: expiresAt.toISOString(),
        ...(eventTypes.length > 0 && { eventTypes: shortenList(eventTypes) }),
        ...(maxEndpoints !== null && { maxEndpoints }),
      },
    });
    return created;
  });
  return { token: await services.portalTokens.sign(id, now, expiresAt.getTime()), expiresAt, portalToken };
}

function checkEndpointIds(ids: readonly string[], minimum: number): string[] {
  const argument = 'input.endpointIds';
  if (ids.length < minimum || ids.length > maxTokenEndpoints) {
    throw new BadUserInputError(argument, `must have ${minimum} to ${maxTokenEndpoints} entries`);
  }
  return [...new Set(checkEach(ids, (id, index) => requireId('ep', id, `${argument}.${index}`)))];
}

function checkMaxEndpoints(maxEndpoints: number | null, permissions: readonly Permission[]): void {
  if (maxEndpoints === null) return;
  requireInteger(maxEndpoints, 'input.maxEndpoints', 1, maxTokenEndpoints);
  if (permissions.includes('ENDPOINTS_MANAGE')) return;
  throw new BadUserInputError('input.maxEndpoints', 'needs ENDPOINTS_MANAGE in input.permissions');
}

/**
 * Checks the event types that the token's holder may add. Operational events are rejected, because they concern all
 * endpoints of the tenant.
 */
function checkEventTypes(patterns: readonly string[], maxPatterns: number): string[] {
  const argument = 'input.eventTypes';
  requireListLength(argument, patterns.length, maxPatterns);
  const checked = checkEach(patterns, (pattern, index) => {
    if (!pattern.startsWith(reservedPrefix)) return requireEventTypePattern(pattern, `${argument}.${index}`);
    throw new BadUserInputError(`${argument}.${index}`, `must not begin with ${reservedPrefix}`);
  });
  return [...new Set(checked)];
}

function checkPermissions(permissions: readonly Permission[]): Permission[] {
  if (permissions.length === 0) throw new BadUserInputError('input.permissions', 'must not be empty');
  const index = permissions.findIndex(permission => !portalPermissions.includes(permission));
  if (index >= 0) {
    throw new BadUserInputError(`input.permissions.${index}`, `must be one of ${portalPermissions.join(', ')}`);
  }
  return [...new Set(permissions)];
}

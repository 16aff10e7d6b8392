import { ForbiddenError } from '../errors.ts';
import { type Actor, isRoot, missingPermission, type Permission } from './context.ts';

/**
 * The permission that each verb of the API needs, in whatever way it is called: as a root field of GraphQL, over REST,
 * or for a field of another object. `ROOT` is the root key alone, null no permission. docs/api.md has the same table.
 */
export const verbPermissions = {
  viewer: null,
  settings: null,
  publishEvent: 'EVENTS_PUBLISH',
  publishEvents: 'EVENTS_PUBLISH',
  event: 'DELIVERIES_READ',
  events: 'DELIVERIES_READ',
  eventTypes: 'DELIVERIES_READ',
  delivery: 'DELIVERIES_READ',
  deliveries: 'DELIVERIES_READ',
  deliveryStats: 'DELIVERIES_READ',
  failureGroups: 'DELIVERIES_READ',
  feedCursor: 'DELIVERIES_READ',
  deliveryUpdated: 'DELIVERIES_READ',
  bulkOperation: 'DELIVERIES_READ',
  bulkOperations: 'DELIVERIES_READ',
  bulkOperationUpdated: 'DELIVERIES_READ',
  retryDelivery: 'DELIVERIES_MANAGE',
  replayDelivery: 'DELIVERIES_MANAGE',
  cancelDelivery: 'DELIVERIES_MANAGE',
  retryDeliveries: 'DELIVERIES_MANAGE',
  replayDeliveries: 'DELIVERIES_MANAGE',
  cancelBulkOperation: 'DELIVERIES_MANAGE',
  endpoint: 'ENDPOINTS_READ',
  endpoints: 'ENDPOINTS_READ',
  createEndpoint: 'ENDPOINTS_MANAGE',
  updateEndpoint: 'ENDPOINTS_MANAGE',
  deleteEndpoint: 'ENDPOINTS_MANAGE',
  revealEndpointSecret: 'ENDPOINTS_MANAGE',
  rotateEndpointSecret: 'ENDPOINTS_MANAGE',
  expirePreviousSecrets: 'ENDPOINTS_MANAGE',
  sendTestEvent: 'ENDPOINTS_MANAGE',
  apiKeys: 'KEYS_MANAGE',
  createApiKey: 'KEYS_MANAGE',
  renameApiKey: 'KEYS_MANAGE',
  revokeApiKey: 'KEYS_MANAGE',
  portalTokens: 'KEYS_MANAGE',
  createPortalToken: 'KEYS_MANAGE',
  revokePortalToken: 'KEYS_MANAGE',
  auditLog: 'KEYS_MANAGE',
  updateRedaction: 'KEYS_MANAGE',
  tenants: 'ROOT',
  createTenant: 'ROOT',
  renameTenant: 'ROOT',
  deleteTenant: 'ROOT',
} as const satisfies Record<string, Permission | 'ROOT' | null>;

export type Verb = keyof typeof verbPermissions;

/**
 * Verbs on what belongs to a whole tenant. A portal token, which is for a few endpoints, may use none of them, except that
 * one with `maxEndpoints` may create endpoints.
 */
const wholeTenantVerbs: ReadonlySet<Verb> = new Set(['events', 'eventTypes', 'createEndpoint', 'deleteEndpoint']);

/** @throws ForbiddenError naming the missing permission, or null if no permission would do. */
export function authorize(actor: Actor, verb: Verb): void {
  const error = findForbidden(actor, verb);
  if (error) throw error;
}

export function mayUse(actor: Actor, verb: Verb): boolean {
  return findForbidden(actor, verb) === null;
}

/** The error of `authorize`. Null if the actor may use the verb. */
export function findForbidden(actor: Actor, verb: Verb): ForbiddenError | null {
  const needed = verbPermissions[verb];
  if (needed === 'ROOT') return isRoot(actor) ? null : new ForbiddenError('Only the root key can do this.', null);
  if (needed !== null && !actor.permissions.has(needed)) return missingPermission(needed);
  const mayCreate = verb === 'createEndpoint' && actor.portalToken?.maxEndpoints != null;
  return actor.endpointIds !== null && wholeTenantVerbs.has(verb) && !mayCreate
    ? new ForbiddenError('A portal token can not do this: it is for its endpoints.', null)
    : null;
}

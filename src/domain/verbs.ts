import { ForbiddenError } from '../errors.ts';
import { type Actor, isRoot, missingPermission, type Permission } from './context.ts';

/**
 * The permission that each verb of the API needs, whether it is called as a root field of GraphQL, over REST, or for a
 * field of another object. `ROOT` means that only the root key may use it, null that no permission is needed.
 * docs/api.md has the same table.
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
 * Verbs that affect a whole tenant. A portal token, which is limited to a few endpoints, may not use them. The
 * exception is a token with `maxEndpoints`, which may create endpoints.
 */
const wholeTenantVerbs: ReadonlySet<Verb> = new Set(['events', 'eventTypes', 'createEndpoint', 'deleteEndpoint']);

/**
 * Checks that the actor may use the verb.
 *
 * @throws ForbiddenError with the missing permission, which is null if no permission would allow the verb.
 */
export function authorize(actor: Actor, verb: Verb): void {
  const error = findForbidden(actor, verb);
  if (error) throw error;
}

export function mayUse(actor: Actor, verb: Verb): boolean {
  return findForbidden(actor, verb) === null;
}

/** Returns the error that `authorize` would throw. Null if the actor may use the verb. */
export function findForbidden(actor: Actor, verb: Verb): ForbiddenError | null {
  const needed = verbPermissions[verb];
  if (needed === 'ROOT') return isRoot(actor) ? null : new ForbiddenError('Only the root key can do this.', null);
  if (needed !== null && !actor.permissions.has(needed)) return missingPermission(needed);
  const mayCreate = verb === 'createEndpoint' && actor.portalToken?.maxEndpoints != null;
  return actor.endpointIds !== null && wholeTenantVerbs.has(verb) && !mayCreate
    ? new ForbiddenError('A portal token cannot do this. It only has access to its own endpoints.', null)
    : null;
}

import { type Cache, type CacheExchangeOpts, cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Exchange } from 'urql';

/** Types without an id. The cache stores their objects inside the object that contains them. */
const parts = [
  'Attempt',
  'AttemptError',
  'AttemptHeader',
  'AttemptRequest',
  'AttemptResponse',
  'AttemptTimings',
  'BadUserInputError',
  'BulkOperationError',
  'BulkOperationOutcomes',
  'BulkOperationStarter',
  'Count',
  'CreateApiKeySuccess',
  'CreatePortalTokenSuccess',
  'DeliveryUpdate',
  'DeliveryWait',
  'EndpointHeader',
  'IdempotencyConflictError',
  'InputProblem',
  'InvalidStateError',
  'NotFoundError',
  'PayloadTooLargeError',
  'QuotaExceededError',
  'Redaction',
  'RotateEndpointSecretSuccess',
  'Settings',
  'Viewer',
];

const errors = [
  'BadUserInputError',
  'IdempotencyConflictError',
  'InvalidStateError',
  'NotFoundError',
  'PayloadTooLargeError',
  'QuotaExceededError',
];
const nodes = ['ApiKey', 'BulkOperation', 'Delivery', 'Endpoint', 'Event', 'PortalToken', 'Tenant'];

/**
 * What graphcache has to know about the schema. Add a new type without `id` to `parts`, and a new type with `id` to
 * `nodes`.
 */
const options: Partial<CacheExchangeOpts> = {
  keys: Object.fromEntries(parts.map(part => [part, () => null])),
  possibleTypes: { Error: errors, Node: nodes },
  resolvers: {
    BulkOperation: { errors: relayPagination() },
    Query: {
      // An object that a list has loaded is read from the cache on its own page, without another request.
      bulkOperation: (_parent, { id }) => ({ __typename: 'BulkOperation', id: id as string }),
      bulkOperations: relayPagination(),
      delivery: (_parent, { id }) => ({ __typename: 'Delivery', id: id as string }),
      endpoint: (_parent, { id }) => ({ __typename: 'Endpoint', id: id as string }),
      endpoints: relayPagination(),
      portalTokens: relayPagination(),
      tenants: relayPagination(),
    },
  },
  updates: {
    Mutation: {
      createApiKey: (_result, _args, cache) => forget(cache, 'apiKeys'),
      createPortalToken: (_result, _args, cache) => forget(cache, 'portalTokens'),
      createTenant: (_result, _args, cache) => forget(cache, 'tenants'),
      deleteTenant: (_result, _args, cache) => forget(cache, 'tenants'),
      createEndpoint: (_result, _args, cache) => forget(cache, 'endpoints'),
      revokeApiKey: (_result, { revokeChildren }, cache) => revokeChildren && forget(cache, 'apiKeys'),
      replayDeliveries: (_result, _args, cache) => forget(cache, 'bulkOperations'),
      retryDeliveries: (_result, _args, cache) => forget(cache, 'bulkOperations'),
    },
  },
};

/**
 * Invalidates a list for all arguments with which it was read. `Cache.invalidate` without arguments covers only a list
 * that was read without arguments.
 */
function forget(cache: Cache, field: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === field) cache.invalidate('Query', fieldKey);
  }
}

/** The normalized cache. It stores each object once, so all components show the same state of an object. */
export function createCache(): Exchange {
  return cacheExchange(options);
}

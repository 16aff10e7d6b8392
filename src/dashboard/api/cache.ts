import { type Cache, type CacheExchangeOpts, cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Exchange } from 'urql';

/** Parts of others, without an id of their own: they are kept inside the object that holds them. */
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

/** What graphcache must know of the schema. A new type without `id` goes into `parts`, a new one with it into `nodes`. */
const options: Partial<CacheExchangeOpts> = {
  keys: Object.fromEntries(parts.map(part => [part, () => null])),
  possibleTypes: { Error: errors, Node: nodes },
  resolvers: {
    BulkOperation: { errors: relayPagination() },
    Query: {
      // An object that a list has read is not read again on its own page.
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

/** Invalidates a list with all arguments that it was read with. `invalidate` alone covers only the one without arguments. */
function forget(cache: Cache, field: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === field) cache.invalidate('Query', fieldKey);
  }
}

/** The normalized cache. It holds each object once, so that all components show the same state. */
export function createCache(): Exchange {
  return cacheExchange(options);
}

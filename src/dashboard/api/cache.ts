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
      // What a list has brought is not asked for again, one by one.
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

/** Has a list read again, with whatever arguments it was read: `invalidate` alone knows only the one without any. */
function forget(cache: Cache, field: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === field) cache.invalidate('Query', fieldKey);
  }
}

/** The normalised cache: an object is held once, and whoever shows it sees each change. */
export function createCache(): Exchange {
  return cacheExchange(options);
}

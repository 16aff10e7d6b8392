import { type CacheExchangeOpts, cacheExchange } from '@urql/exchange-graphcache';
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
  'Count',
  'DeliveryUpdate',
  'EndpointHeader',
  'IdempotencyConflictError',
  'InvalidStateError',
  'NotFoundError',
  'PayloadTooLargeError',
  'Viewer',
];

const errors = [
  'BadUserInputError',
  'IdempotencyConflictError',
  'InvalidStateError',
  'NotFoundError',
  'PayloadTooLargeError',
];
const nodes = ['ApiKey', 'Delivery', 'Endpoint', 'Event', 'Tenant'];

/** What graphcache must know of the schema. A new type without `id` goes into `parts`, a new one with it into `nodes`. */
const options: Partial<CacheExchangeOpts> = {
  keys: Object.fromEntries(parts.map(part => [part, () => null])),
  possibleTypes: { Error: errors, Node: nodes },
  resolvers: {
    Query: {
      // What a list has brought is not asked for again, one by one.
      delivery: (_parent, { id }) => ({ __typename: 'Delivery', id: id as string }),
      endpoint: (_parent, { id }) => ({ __typename: 'Endpoint', id: id as string }),
      endpoints: relayPagination(),
    },
  },
  updates: {
    Mutation: {
      createEndpoint: (_result, _args, cache) => cache.invalidate('Query', 'endpoints'),
    },
  },
};

/** The normalised cache: an object is held once, and whoever shows it sees each change. */
export function createCache(): Exchange {
  return cacheExchange(options);
}

import DataLoader from 'dataloader';
import type { DeliverySnapshot } from '../delivery.ts';
import { loadBulkFilters, loadBulkOperations } from '../domain/bulk-operations/find-bulk-operations.ts';
import { loadOutcomes } from '../domain/bulk-operations/load-outcomes.ts';
import type { DomainContext } from '../domain/context.ts';
import { loadWaitFacts } from '../domain/deliveries/load-waits.ts';
import {
  type AttemptKey,
  loadAttemptTexts,
  loadRequestBodies,
  loadResponseBodies,
} from '../domain/deliveries/read-attempt-bodies.ts';
import { type AttemptRow, loadAttempts, loadLastAttempts } from '../domain/deliveries/read-attempts.ts';
import { loadDeliveries, loadReplays } from '../domain/deliveries/read-deliveries.ts';
import { loadSecretExpiries } from '../domain/endpoints/endpoint-secrets.ts';
import { loadEndpoints, loadEndpointTexts } from '../domain/endpoints/load-endpoints.ts';
import { loadHealth } from '../domain/endpoints/load-health.ts';
import { loadPayloads, loadPreviews } from '../domain/events/load-payloads.ts';
import { loadApiKeys } from '../domain/keys/load-api-keys.ts';
import { loadPortalTokens } from '../domain/portal-tokens/load-portal-tokens.ts';
import type { GraphqlContext } from './context.ts';

/** The key of a list of related rows: the id of the row to which they belong, and the largest number to load. */
interface ListKey {
  readonly id: string;
  readonly limit: number;
}

/** The most keys of one statement. It is enough for a page of rows that each have a page of related rows. */
const maxBatchSize = 1000;
/** The most keys of one statement that loads lists, because each key may load a list of 100. */
const maxListsBatchSize = 100;

/** How each kind of related row is loaded, for all rows of a list in one statement. Keys are UUIDs. */
const factories = {
  apiKeys: byId(loadApiKeys),
  portalTokens: byId(loadPortalTokens),
  bulkOperations: byId(loadBulkOperations),
  bulkFilters: byId(loadBulkFilters),
  /** The outcomes of a bulk operation. `limit` is the number of deliveries to count. Null if counting times out. */
  bulkOutcomes: byIdAndLimit(loadOutcomes, null),
  endpoints: byId(loadEndpoints),
  endpointTexts: byId(loadEndpointTexts),
  health: byId(loadHealth),
  /** When the last earlier secret of an endpoint stops signing. Null if only the current one signs. */
  secretExpiries: byId(loadSecretExpiries),
  deliveries: byId(loadDeliveries),
  /** Why a delivery waits, by its id. Null if it does not wait. */
  waits: byId(loadWaitFacts),
  /** The full payload of an event, by its id. */
  payloads: byId(loadPayloads),
  /** The beginning of the payload of an event, by its id. */
  previews: byId(loadPreviews),
  /** The newest attempts of a delivery, in ascending number. */
  attempts: byIdAndLimit<readonly AttemptRow[], readonly AttemptRow[]>(loadAttempts, []),
  /** The last attempt of a delivery. Null if there was no attempt. */
  lastAttempts: byId(loadLastAttempts),
  attemptTexts: byAttempt(loadAttemptTexts),
  requestBodies: byAttempt(loadRequestBodies),
  responseBodies: byAttempt(loadResponseBodies),
  /** The replays of a delivery, by its id, oldest first. */
  replays: byIdAndLimit<readonly DeliverySnapshot[], readonly DeliverySnapshot[]>(loadReplays, []),
};

/** The batch loaders of one request, or of one update of a subscription. */
export type Loaders = { readonly [Name in keyof typeof factories]: ReturnType<(typeof factories)[Name]> };

/** Creates loaders. Each loader is created at its first use, because most operations need only two or three. */
export function createLoaders(context: DomainContext): Loaders {
  return new LazyLoaders(context) as unknown as Loaders;
}

/** Drops all loaded rows. Call it before reading rows that may have changed since they were loaded. */
export function renewLoaders(context: GraphqlContext): void {
  context.loaders = createLoaders(context);
}

class LazyLoaders {
  readonly context: DomainContext;
  readonly created = new Map<string, unknown>();

  constructor(context: DomainContext) {
    this.context = context;
  }
}

for (const [name, create] of Object.entries(factories)) {
  Object.defineProperty(LazyLoaders.prototype, name, {
    get(this: LazyLoaders) {
      if (!this.created.has(name)) this.created.set(name, create(this.context));
      return this.created.get(name);
    },
  });
}

function byId<Value>(load: (context: DomainContext, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
  return (context: DomainContext) =>
    new DataLoader<string, Value | null>(
      async ids => {
        const found = await load(context, ids);
        return ids.map(id => found.get(id) ?? null);
      },
      { maxBatchSize },
    );
}

function byAttempt<Row extends AttemptKey>(
  load: (context: DomainContext, keys: readonly AttemptKey[]) => Promise<readonly Row[]>,
) {
  const keyOf = ({ deliveryId, number }: AttemptKey) => `${deliveryId}/${number}`;
  return (context: DomainContext) =>
    new DataLoader<AttemptKey, Row | null, string>(
      async keys => {
        const found = new Map((await load(context, keys)).map(row => [keyOf(row), row]));
        return keys.map(key => found.get(keyOf(key)) ?? null);
      },
      { maxBatchSize, cacheKeyFn: keyOf },
    );
}

function byIdAndLimit<Value, Missing>(
  load: (context: DomainContext, ids: readonly string[], limit: number) => Promise<ReadonlyMap<string, Value>>,
  missing: Missing,
) {
  return (context: DomainContext) =>
    new DataLoader<ListKey, Value | Missing, string>(
      async keys => {
        const found = new Map<number, ReadonlyMap<string, Value>>();
        for (const [limit, some] of Map.groupBy(keys, key => key.limit)) {
          const ids = some.map(({ id }) => id);
          found.set(limit, await load(context, ids, limit));
        }
        return keys.map(({ id, limit }) => found.get(limit)?.get(id) ?? missing);
      },
      { maxBatchSize: maxListsBatchSize, cacheKeyFn: ({ id, limit }) => `${id}/${limit}` },
    );
}

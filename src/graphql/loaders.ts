import DataLoader from 'dataloader';
import type { PortalToken } from '../database/generated/client.ts';
import type { DeliverySnapshot } from '../delivery.ts';
import type { BulkOperationRow } from '../domain/bulk-operations/bulk-operation-row.ts';
import { loadBulkFilters, loadBulkOperations } from '../domain/bulk-operations/find-bulk-operations.ts';
import { type BulkOutcomes, loadOutcomes } from '../domain/bulk-operations/load-outcomes.ts';
import type { DomainContext } from '../domain/context.ts';
import { loadWaitFacts, type WaitFacts } from '../domain/deliveries/load-waits.ts';
import {
  type AttemptKey,
  type AttemptTexts,
  loadAttemptTexts,
  loadRequestBodies,
  loadResponseBodies,
  type RequestBody,
  type ResponseBody,
} from '../domain/deliveries/read-attempt-bodies.ts';
import { type AttemptRow, loadAttempts, loadLastAttempts } from '../domain/deliveries/read-attempts.ts';
import { loadDeliveries, loadReplays } from '../domain/deliveries/read-deliveries.ts';
import type { EndpointHead } from '../domain/endpoints/endpoint-row.ts';
import { loadSecretExpiries } from '../domain/endpoints/endpoint-secrets.ts';
import { type EndpointTexts, loadEndpoints, loadEndpointTexts } from '../domain/endpoints/load-endpoints.ts';
import { type EndpointHealth, loadHealth } from '../domain/endpoints/load-health.ts';
import { loadPayloads, loadPreviews } from '../domain/events/load-payloads.ts';
import type { ApiKeyRow } from '../domain/keys/create-api-key.ts';
import { loadApiKeys } from '../domain/keys/load-api-keys.ts';
import { loadPortalTokens } from '../domain/portal-tokens/load-portal-tokens.ts';
import type { GraphqlContext } from './context.ts';

/** Batch loaders for related rows. Each reads its kind for all rows of a list in one statement. Keys are UUIDs. */
export interface Loaders {
  readonly apiKeys: DataLoader<string, ApiKeyRow | null>;
  readonly portalTokens: DataLoader<string, PortalToken | null>;
  readonly bulkFilters: DataLoader<string, unknown>;
  readonly bulkOperations: DataLoader<string, BulkOperationRow | null>;
  /** By bulk operation. `limit` is the number of deliveries that are counted. Null if counting times out. */
  readonly bulkOutcomes: DataLoader<ListKey, BulkOutcomes | null, string>;
  readonly endpoints: DataLoader<string, EndpointHead | null>;
  readonly endpointTexts: DataLoader<string, EndpointTexts | null>;
  readonly health: DataLoader<string, EndpointHealth | null>;
  /** When the last earlier secret of an endpoint stops signing. Null if only the current one signs. */
  readonly secretExpiries: DataLoader<string, Date | null>;
  readonly deliveries: DataLoader<string, DeliverySnapshot | null>;
  /** By delivery. Null if the delivery does not wait. */
  readonly waits: DataLoader<string, WaitFacts | null>;
  /** The full payload, by event. */
  readonly payloads: DataLoader<string, string | null>;
  /** The beginning of the payload, by event. */
  readonly previews: DataLoader<string, string | null>;
  /** The newest attempts of a delivery, in ascending number. */
  readonly attempts: BoundedListLoader<AttemptRow>;
  /** By delivery. Null if there was no attempt. */
  readonly lastAttempts: DataLoader<string, AttemptRow | null>;
  readonly attemptTexts: AttemptLoader<AttemptTexts>;
  readonly requestBodies: AttemptLoader<RequestBody>;
  readonly responseBodies: AttemptLoader<ResponseBody>;
  /** By the original delivery, oldest first. */
  readonly replays: BoundedListLoader<DeliverySnapshot>;
}

export type AttemptLoader<Row> = DataLoader<AttemptKey, Row | null, string>;

/** Loads a list of at most `limit` rows that belong to the row with this id. */
export type BoundedListLoader<Row> = DataLoader<ListKey, readonly Row[], string>;

interface ListKey {
  readonly id: string;
  readonly limit: number;
}

/** Enough for a page of rows with a page each, and few enough for one statement. */
const maxBatchSize = 1000;
/** Smaller, because each key may load a list of 100. */
const maxListsBatchSize = 100;

/**
 * Creates the loaders of one request, or of one update of a subscription. Each is created on first use, as most
 * operations need two or three.
 */
export function createLoaders(context: DomainContext): Loaders {
  return new LazyLoaders(context);
}

/** Drops what was loaded. Call it before reading anything that may have changed since. */
export function renewLoaders(context: GraphqlContext): void {
  context.loaders = createLoaders(context);
}

function createLoader<Value, Missing>(
  load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  missing: Missing,
): DataLoader<string, Value | Missing> {
  return new DataLoader(
    async ids => {
      const found = await load(ids);
      return ids.map(id => found.get(id) ?? missing);
    },
    { maxBatchSize },
  );
}

function createAttemptLoader<Row extends AttemptKey>(
  load: (keys: readonly AttemptKey[]) => Promise<readonly Row[]>,
): AttemptLoader<Row> {
  const keyOf = ({ deliveryId, number }: AttemptKey) => `${deliveryId}/${number}`;
  return new DataLoader(
    async keys => {
      const found = new Map((await load(keys)).map(row => [keyOf(row), row]));
      return keys.map(key => found.get(keyOf(key)) ?? null);
    },
    { maxBatchSize, cacheKeyFn: keyOf },
  );
}

function createListLoader<Row>(
  load: (ids: readonly string[], limit: number) => Promise<ReadonlyMap<string, readonly Row[]>>,
): BoundedListLoader<Row> {
  return createBoundedLoader<readonly Row[], readonly Row[]>(load, []);
}

function createBoundedLoader<Value, Missing>(
  load: (ids: readonly string[], limit: number) => Promise<ReadonlyMap<string, Value>>,
  missing: Missing,
): DataLoader<ListKey, Value | Missing, string> {
  return new DataLoader(
    async keys => {
      const found = new Map<number, ReadonlyMap<string, Value>>();
      for (const [limit, some] of Map.groupBy(keys, key => key.limit)) {
        found.set(
          limit,
          await load(
            some.map(key => key.id),
            limit,
          ),
        );
      }
      return keys.map(({ id, limit }) => found.get(limit)?.get(id) ?? missing);
    },
    { maxBatchSize: maxListsBatchSize, cacheKeyFn: ({ id, limit }) => `${id}/${limit}` },
  );
}

class LazyLoaders implements Loaders {
  readonly #context: DomainContext;
  #apiKeys: Loaders['apiKeys'] | undefined;
  #portalTokens: Loaders['portalTokens'] | undefined;
  #bulkFilters: Loaders['bulkFilters'] | undefined;
  #bulkOperations: Loaders['bulkOperations'] | undefined;
  #bulkOutcomes: Loaders['bulkOutcomes'] | undefined;
  #endpoints: Loaders['endpoints'] | undefined;
  #endpointTexts: Loaders['endpointTexts'] | undefined;
  #health: Loaders['health'] | undefined;
  #secretExpiries: Loaders['secretExpiries'] | undefined;
  #deliveries: Loaders['deliveries'] | undefined;
  #waits: Loaders['waits'] | undefined;
  #payloads: Loaders['payloads'] | undefined;
  #previews: Loaders['previews'] | undefined;
  #attempts: Loaders['attempts'] | undefined;
  #lastAttempts: Loaders['lastAttempts'] | undefined;
  #attemptTexts: Loaders['attemptTexts'] | undefined;
  #requestBodies: Loaders['requestBodies'] | undefined;
  #responseBodies: Loaders['responseBodies'] | undefined;
  #replays: Loaders['replays'] | undefined;

  constructor(context: DomainContext) {
    this.#context = context;
  }

  get apiKeys(): Loaders['apiKeys'] {
    this.#apiKeys ??= createLoader(ids => loadApiKeys(this.#context, ids), null);
    return this.#apiKeys;
  }

  get portalTokens(): Loaders['portalTokens'] {
    this.#portalTokens ??= createLoader(ids => loadPortalTokens(this.#context, ids), null);
    return this.#portalTokens;
  }

  get bulkFilters(): Loaders['bulkFilters'] {
    this.#bulkFilters ??= createLoader(ids => loadBulkFilters(this.#context, ids), null);
    return this.#bulkFilters;
  }

  get bulkOperations(): Loaders['bulkOperations'] {
    this.#bulkOperations ??= createLoader(ids => loadBulkOperations(this.#context, ids), null);
    return this.#bulkOperations;
  }

  get bulkOutcomes(): Loaders['bulkOutcomes'] {
    this.#bulkOutcomes ??= createBoundedLoader((ids, limit) => loadOutcomes(this.#context, ids, limit), null);
    return this.#bulkOutcomes;
  }

  get endpoints(): Loaders['endpoints'] {
    this.#endpoints ??= createLoader(ids => loadEndpoints(this.#context, ids), null);
    return this.#endpoints;
  }

  get endpointTexts(): Loaders['endpointTexts'] {
    this.#endpointTexts ??= createLoader(ids => loadEndpointTexts(this.#context, ids), null);
    return this.#endpointTexts;
  }

  get health(): Loaders['health'] {
    this.#health ??= createLoader(ids => loadHealth(this.#context, ids), null);
    return this.#health;
  }

  get secretExpiries(): Loaders['secretExpiries'] {
    this.#secretExpiries ??= createLoader(ids => loadSecretExpiries(this.#context, ids), null);
    return this.#secretExpiries;
  }

  get deliveries(): Loaders['deliveries'] {
    this.#deliveries ??= createLoader(ids => loadDeliveries(this.#context, ids), null);
    return this.#deliveries;
  }

  get waits(): Loaders['waits'] {
    this.#waits ??= createLoader(ids => loadWaitFacts(this.#context, ids), null);
    return this.#waits;
  }

  get payloads(): Loaders['payloads'] {
    this.#payloads ??= createLoader(ids => loadPayloads(this.#context, ids), null);
    return this.#payloads;
  }

  get previews(): Loaders['previews'] {
    this.#previews ??= createLoader(ids => loadPreviews(this.#context, ids), null);
    return this.#previews;
  }

  get attempts(): Loaders['attempts'] {
    this.#attempts ??= createListLoader((ids, limit) => loadAttempts(this.#context, ids, limit));
    return this.#attempts;
  }

  get lastAttempts(): Loaders['lastAttempts'] {
    this.#lastAttempts ??= createLoader(ids => loadLastAttempts(this.#context, ids), null);
    return this.#lastAttempts;
  }

  get attemptTexts(): Loaders['attemptTexts'] {
    this.#attemptTexts ??= createAttemptLoader(keys => loadAttemptTexts(this.#context, keys));
    return this.#attemptTexts;
  }

  get requestBodies(): Loaders['requestBodies'] {
    this.#requestBodies ??= createAttemptLoader(keys => loadRequestBodies(this.#context, keys));
    return this.#requestBodies;
  }

  get responseBodies(): Loaders['responseBodies'] {
    this.#responseBodies ??= createAttemptLoader(keys => loadResponseBodies(this.#context, keys));
    return this.#responseBodies;
  }

  get replays(): Loaders['replays'] {
    this.#replays ??= createListLoader((ids, limit) => loadReplays(this.#context, ids, limit));
    return this.#replays;
  }
}

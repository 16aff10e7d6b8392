import DataLoader from 'dataloader';
import type { DomainContext } from '../domain/context.ts';
import { type AttemptBodies, type AttemptKey, loadAttemptBodies } from '../domain/deliveries/read-attempt-bodies.ts';
import { type AttemptRow, loadAttempts, loadLastAttempts } from '../domain/deliveries/read-attempts.ts';
import { loadDeliveries, loadReplays } from '../domain/deliveries/read-deliveries.ts';
import type { EndpointRow } from '../domain/endpoints/endpoint-row.ts';
import { loadEndpoints } from '../domain/endpoints/load-endpoints.ts';
import { type EndpointHealth, loadHealth } from '../domain/endpoints/load-health.ts';
import { loadPayloads, loadPreviews } from '../domain/events/load-payloads.ts';
import type { ApiKeyRow } from '../domain/keys/create-api-key.ts';
import { loadApiKeys } from '../domain/keys/load-api-keys.ts';
import type { DeliverySnapshot } from '../feed/transition.ts';
import type { GraphqlContext } from './context.ts';

/** What rows of a list refer to, each kind read in one statement for all of them. Keys are UUIDs. */
export interface Loaders {
  readonly apiKeys: DataLoader<string, ApiKeyRow | null>;
  readonly endpoints: DataLoader<string, EndpointRow | null>;
  readonly health: DataLoader<string, EndpointHealth | null>;
  readonly deliveries: DataLoader<string, DeliverySnapshot | null>;
  /** By event. */
  readonly payloads: DataLoader<string, string | null>;
  /** By event. */
  readonly previews: DataLoader<string, string | null>;
  /** By delivery, in ascending number. */
  readonly attempts: DataLoader<string, readonly AttemptRow[]>;
  /** By delivery. */
  readonly lastAttempts: DataLoader<string, AttemptRow | null>;
  readonly bodies: DataLoader<AttemptKey, AttemptBodies | null, string>;
  /** By the original delivery, oldest first. */
  readonly replays: DataLoader<string, readonly DeliverySnapshot[]>;
}

/** As many as a page of pages may need, and few enough for one statement. */
const maxBatchSize = 1000;
/** Bodies are up to `MAX_PAYLOAD_BYTES` and `MAX_RESPONSE_BYTES` each. */
const maxBodiesBatchSize = 50;

/** The loaders of one request, or of one moment of a subscription. Each is made at its first use: most need two or three. */
export function createLoaders(context: DomainContext): Loaders {
  return new LazyLoaders(context);
}

/** Forgets what was loaded. Call before anything that must show what has changed since. */
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

function createBodiesLoader(context: DomainContext): Loaders['bodies'] {
  const keyOf = ({ deliveryId, number }: AttemptKey) => `${deliveryId}/${number}`;
  return new DataLoader(
    async keys => {
      const found = new Map((await loadAttemptBodies(context, keys)).map(bodies => [keyOf(bodies), bodies]));
      return keys.map(key => found.get(keyOf(key)) ?? null);
    },
    { maxBatchSize: maxBodiesBatchSize, cacheKeyFn: keyOf },
  );
}

class LazyLoaders implements Loaders {
  readonly #context: DomainContext;
  #apiKeys: Loaders['apiKeys'] | undefined;
  #endpoints: Loaders['endpoints'] | undefined;
  #health: Loaders['health'] | undefined;
  #deliveries: Loaders['deliveries'] | undefined;
  #payloads: Loaders['payloads'] | undefined;
  #previews: Loaders['previews'] | undefined;
  #attempts: Loaders['attempts'] | undefined;
  #lastAttempts: Loaders['lastAttempts'] | undefined;
  #bodies: Loaders['bodies'] | undefined;
  #replays: Loaders['replays'] | undefined;

  constructor(context: DomainContext) {
    this.#context = context;
  }

  get apiKeys(): Loaders['apiKeys'] {
    this.#apiKeys ??= createLoader(ids => loadApiKeys(this.#context, ids), null);
    return this.#apiKeys;
  }

  get endpoints(): Loaders['endpoints'] {
    this.#endpoints ??= createLoader(ids => loadEndpoints(this.#context, ids), null);
    return this.#endpoints;
  }

  get health(): Loaders['health'] {
    this.#health ??= createLoader(ids => loadHealth(this.#context, ids), null);
    return this.#health;
  }

  get deliveries(): Loaders['deliveries'] {
    this.#deliveries ??= createLoader(ids => loadDeliveries(this.#context, ids), null);
    return this.#deliveries;
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
    this.#attempts ??= createLoader(ids => loadAttempts(this.#context, ids), []);
    return this.#attempts;
  }

  get lastAttempts(): Loaders['lastAttempts'] {
    this.#lastAttempts ??= createLoader(ids => loadLastAttempts(this.#context, ids), null);
    return this.#lastAttempts;
  }

  get bodies(): Loaders['bodies'] {
    this.#bodies ??= createBodiesLoader(this.#context);
    return this.#bodies;
  }

  get replays(): Loaders['replays'] {
    this.#replays ??= createLoader(ids => loadReplays(this.#context, ids), []);
    return this.#replays;
  }
}

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

export function createLoaders(context: DomainContext): Loaders {
  return {
    apiKeys: createLoader(ids => loadApiKeys(context, ids), null),
    endpoints: createLoader(ids => loadEndpoints(context, ids), null),
    health: createLoader(ids => loadHealth(context, ids), null),
    deliveries: createLoader(ids => loadDeliveries(context, ids), null),
    payloads: createLoader(ids => loadPayloads(context, ids), null),
    previews: createLoader(ids => loadPreviews(context, ids), null),
    attempts: createLoader(ids => loadAttempts(context, ids), []),
    lastAttempts: createLoader(ids => loadLastAttempts(context, ids), null),
    bodies: createBodiesLoader(context),
    replays: createLoader(ids => loadReplays(context, ids), []),
  };
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

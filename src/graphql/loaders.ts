import { dataloaderGetter } from '@pothos/plugin-dataloader';
import { loadBulkFilters } from '../domain/bulk-operations/find-bulk-operations.ts';
import type { DomainContext } from '../domain/context.ts';
import { loadWaitFacts } from '../domain/deliveries/load-waits.ts';
import {
  type AttemptKey,
  loadAttemptTexts,
  loadRequestBodies,
  loadResponseBodies,
} from '../domain/deliveries/read-attempt-bodies.ts';
import { loadDeliveries } from '../domain/deliveries/read-deliveries.ts';
import { loadEndpointTexts } from '../domain/endpoints/load-endpoints.ts';
import { loadPayloads, loadPreviews } from '../domain/events/load-payloads.ts';
import { loadApiKeys } from '../domain/keys/load-api-keys.ts';

type LoadById<Value> = (context: DomainContext, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/** The most keys of one statement. It is enough for a page of rows that each have a page of related rows. */
const loaderOptions = { maxBatchSize: 1000 };

/** Options for the loader of a field that loads a list of up to 100 rows for each key. */
export const listLoaderOptions = { maxBatchSize: 100 };

/**
 * The loaders that several fields share. Each loads one kind of related row for all rows of a list in one statement.
 * Keys are UUIDs. A loader lives as long as the context of its operation. `clearAllDataLoaders` empties all of them.
 */
export const loaders = {
  apiKeys: shareById(loadApiKeys),
  bulkFilters: shareById(loadBulkFilters),
  endpointTexts: shareById(loadEndpointTexts),
  deliveries: shareById(loadDeliveries),
  /** Why a delivery waits, by its id. Null if it does not wait. */
  waits: shareById(loadWaitFacts),
  /** The full payload of an event, by its id. */
  payloads: shareById(loadPayloads),
  /** The beginning of the payload of an event, by its id. */
  previews: shareById(loadPreviews),
  attemptTexts: shareByAttempt(loadAttemptTexts),
  requestBodies: shareByAttempt(loadRequestBodies),
  responseBodies: shareByAttempt(loadResponseBodies),
};

/**
 * The options of a type or field that the dataloader plugin loads by id (a UUID). The value is null if the id is not
 * found.
 */
export function byId<Value>(load: LoadById<Value>) {
  return {
    loaderOptions,
    load: async (ids: readonly string[], context: DomainContext) => inOrder(ids, await load(context, ids), null),
  };
}

/** Puts loaded values into the order of their keys, as a DataLoader requires. */
export function inOrder<Value, Missing>(
  keys: readonly string[],
  found: ReadonlyMap<string, Value>,
  missing: Missing,
): (Value | Missing)[] {
  return keys.map(key => found.get(key) ?? missing);
}

function shareById<Value>(load: LoadById<Value>) {
  const options = byId(load);
  return dataloaderGetter<string, Value | null, string>(options.loaderOptions, options.load as never, undefined, false);
}

function shareByAttempt<Row extends AttemptKey>(
  load: (context: DomainContext, keys: readonly AttemptKey[]) => Promise<readonly Row[]>,
) {
  const cacheKeyFn = ({ deliveryId, number }: AttemptKey) => `${deliveryId}/${number}`;
  const loadAll = async (keys: readonly AttemptKey[], context: DomainContext) => {
    const found = new Map((await load(context, keys)).map(row => [cacheKeyFn(row), row]));
    return inOrder(keys.map(cacheKeyFn), found, null);
  };
  return dataloaderGetter<AttemptKey, Row | null, string>(
    { ...loaderOptions, cacheKeyFn },
    loadAll as never,
    undefined,
    false,
  );
}

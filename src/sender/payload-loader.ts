import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { readPayloads } from '../domain/delivery-state/index.ts';

/**
 * Loads the payload of a claimed delivery by its id: null if retention has deleted it, undefined if the lease was lost.
 */
export type PayloadLoader = Pick<DataLoader<string, string | null | undefined>, 'load'>;

/**
 * The largest number of payloads in one statement. Larger statements need more memory, because each payload is in
 * memory three times meanwhile. Smaller ones take longer, because each takes a few turns of the event loop.
 */
const maxBatchSize = 4;

/** Creates a loader. Loads in the same turn of the event loop are combined in one statement. Nothing is cached. */
export function createPayloadLoader(pool: Pool): PayloadLoader {
  return new DataLoader<string, string | null | undefined>(
    async ids => {
      const payloads = await readPayloads(pool, ids);
      return ids.map(id => payloads.get(id));
    },
    { maxBatchSize, cache: false },
  );
}

import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { readPayloads } from '../domain/delivery-state/index.ts';

/** Loads the payload of a claimed delivery by its id: null if it has been purged, undefined if the lease was lost. */
export type PayloadLoader = Pick<DataLoader<string, string | null | undefined>, 'load'>;

/**
 * The most payloads of one statement. Larger statements would hold more memory: each of their payloads is in memory three
 * times. Smaller ones would take longer: each statement takes a few turns of the event loop.
 */
const maxBatchSize = 4;

/** Loads of the same turn of the event loop share a statement. Nothing is cached. */
export function createPayloadLoader(pool: Pool): PayloadLoader {
  return new DataLoader<string, string | null | undefined>(
    async ids => {
      const payloads = await readPayloads(pool, ids);
      return ids.map(id => payloads.get(id));
    },
    { maxBatchSize, cache: false },
  );
}

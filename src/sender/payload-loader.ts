import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { readPayloads } from '../domain/delivery-state/index.ts';

/** Loads the payload of a claimed delivery by its id: null where it has been purged, undefined where the lease was lost. */
export type PayloadLoader = Pick<DataLoader<string, string | null | undefined>, 'load'>;

/**
 * Payloads of one statement. Each statement takes a few turns of the event loop, however little it reads; each payload of a
 * statement under way is in memory three times.
 */
const maxBatchSize = 4;

/** Loads that are asked for in the same turn of the event loop share a statement. Nothing is kept. */
export function createPayloadLoader(pool: Pool): PayloadLoader {
  return new DataLoader<string, string | null | undefined>(
    async ids => {
      const payloads = await readPayloads(pool, ids);
      return ids.map(id => payloads.get(id));
    },
    { maxBatchSize, cache: false },
  );
}

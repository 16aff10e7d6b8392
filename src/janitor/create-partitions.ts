import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import { ensurePartitions, partitionRange } from '../database/partitions.ts';
import { defineStatement, withClient } from '../database/pool.ts';
import { uuidTime } from '../ids.ts';

const oldestStatement = defineStatement<[], { id: string }>({
  name: 'delivery-live-oldest',
  text: 'SELECT id FROM delivery_live ORDER BY id LIMIT 1',
});

/** Returns when the oldest unfinished delivery was created, in Unix milliseconds. Infinity if there is none. */
export async function readOldestLive(pool: Pool): Promise<number> {
  const [oldest] = await oldestStatement(pool, []);
  return oldest ? uuidTime(oldest.id) : Number.POSITIVE_INFINITY;
}

/**
 * Creates missing partitions for the weeks around now, and back to `backToMs` (Unix milliseconds) if that is earlier.
 */
export async function createPartitions(
  services: { readonly pool: Pool; readonly clock: DatabaseClock },
  backToMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { fromMs, untilMs } = partitionRange(services.clock.now());
  const range = { fromMs: Math.min(fromMs, backToMs), untilMs };
  await withClient(services.pool, client => ensurePartitions(client, range));
}

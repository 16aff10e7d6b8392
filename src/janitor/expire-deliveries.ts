import { defineStatement } from '../database/pool.ts';
import type { Services } from '../domain/context.ts';
import { announceFinished } from '../domain/deliveries/announce-change.ts';
import { finishDeliveries } from '../domain/delivery-state/index.ts';
import { uuidLowerBound } from '../ids.ts';
import { readOldestLive } from './create-partitions.ts';

const chunk = 500;
/**
 * How much longer than the retention a manually retried delivery may stay unfinished. Common retry schedules end within
 * this time.
 */
const retriedGraceMs = 30 * 86_400_000;

const waitingStatement = defineStatement<[beforeId: string, retriedBeforeId: string], { id: string }>({
  name: 'deliveries-expiring',
  text: `
SELECT id FROM delivery_live
WHERE id < $1 AND (payload IS NULL OR id < $2) AND status IN ('PENDING', 'RETRYING') ORDER BY id LIMIT ${chunk}`,
});

/**
 * Ends waiting deliveries that were created before `keptFromMs` (Unix milliseconds) as FAILED / EXPIRED. A manually
 * retried delivery has its own copy of the payload, and gets 30 more days.
 *
 * @returns the moment before which no unfinished delivery was created, so that older partitions can be dropped.
 */
export async function expireDeliveries(
  services: Pick<Services, 'pool' | 'announcer'>,
  keptFromMs: number,
): Promise<number> {
  const bounds: [string, string] = [uuidLowerBound(keptFromMs), uuidLowerBound(keptFromMs - retriedGraceMs)];
  for (;;) {
    const waiting = await waitingStatement(services.pool, bounds);
    const finished = await finishDeliveries(
      services.pool,
      waiting.map(row => row.id),
      'EXPIRED',
    );
    announceFinished(services, finished);
    if (waiting.length < chunk || finished.length === 0) break;
  }
  // A partition is kept while a delivery of its week is unfinished, because the delivery is moved there when it ends.
  return Math.min(keptFromMs, await readOldestLive(services.pool));
}

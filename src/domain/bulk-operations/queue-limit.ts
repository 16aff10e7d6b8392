import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';

/** The largest number of deliveries of one bulk operation that may wait for a sender at the same time. */
const maxQueueLimit = 1000;
/**
 * The wait in ms after a chunk that made deliveries due. `nextQueueLimit` then uses the number of them that senders
 * have not claimed.
 */
export const checkIntervalMs = 100;

/*
 * Finds deliveries that no sender has claimed. It leaves out paused endpoints, whose deliveries do not wait for a
 * sender.
 */
export const unclaimedStatement = defineStatement<[ids: string], { id: string }>({
  name: 'bulk-unclaimed',
  text: `
SELECT d.id FROM delivery_live d JOIN endpoint e ON e.id = d.endpoint_id
WHERE d.id = ANY ($1::uuid[]) AND d.status IN ('PENDING', 'RETRYING') AND d.due_at <= now()
  AND e.status = 'ENABLED' AND e.deleted_at IS NULL AND (e.hold_until IS NULL OR e.hold_until <= now())`,
});

/** Returns those of the deliveries (UUIDs) that could be sent now and that no sender has claimed yet. */
export async function readUnclaimed(pool: Pool, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await unclaimedStatement(pool, [encodePlainArray(ids)])).map(row => row.id);
}

/**
 * Returns how many deliveries of the operation may wait for a sender at the same time. New events wait behind them, so
 * the limit follows the number that senders claim within 100 ms: it doubles if all were claimed, and halves if most
 * still wait. The minimum is 1.
 *
 * @param waiting the number of deliveries that no sender has claimed.
 */
export function nextQueueLimit(queueLimit: number, waiting: number): number {
  if (waiting === 0) return Math.min(2 * queueLimit, maxQueueLimit);
  return waiting > queueLimit / 2 ? Math.max(1, Math.floor(queueLimit / 2)) : queueLimit;
}

import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';

/** An operation never has more deliveries than this waiting for a sender. */
const maxQueueLimit = 1000;
/** The wait after a chunk that made deliveries due. The number that senders claim meanwhile decides the next limit. */
export const checkIntervalMs = 100;

/* Deliveries to an endpoint that is paused are left out: they do not wait for a sender. */
export const unclaimedStatement = defineStatement<[ids: string], { id: string }>({
  name: 'bulk-unclaimed',
  text: `
SELECT d.id FROM delivery_live d JOIN endpoint e ON e.id = d.endpoint_id
WHERE d.id = ANY ($1::uuid[]) AND d.status IN ('PENDING', 'RETRYING') AND d.due_at <= now()
  AND e.status = 'ENABLED' AND e.deleted_at IS NULL AND (e.hold_until IS NULL OR e.hold_until <= now())`,
});

/** Those of these deliveries (UUIDs) that could be sent and that no sender has claimed yet. */
export async function readUnclaimed(pool: Pool, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await unclaimedStatement(pool, [encodePlainArray(ids)])).map(row => row.id);
}

/**
 * The number of deliveries that an operation may have waiting for a sender next. New events queue behind them, so the limit
 * follows what senders claim within 100 ms. It doubles if all were claimed, and halves if most still wait. The minimum is 1.
 */
export function nextQueueLimit(queueLimit: number, waiting: number): number {
  if (waiting === 0) return Math.min(2 * queueLimit, maxQueueLimit);
  return waiting > queueLimit / 2 ? Math.max(1, Math.floor(queueLimit / 2)) : queueLimit;
}

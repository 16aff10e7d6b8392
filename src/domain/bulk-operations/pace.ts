import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';

/** Deliveries that an operation may have waiting at a time, at most. */
const largestRelease = 1000;
/** The wait after a chunk that made something due: what senders claim in this time says how much more they take. */
export const paceMs = 100;

/* What waits at an endpoint that is held waits for something else than us. */
export const waitingStatement = defineStatement<[ids: string], { id: string }>({
  name: 'bulk-waiting',
  text: `
SELECT d.id FROM delivery_live d JOIN endpoint e ON e.id = d.endpoint_id
WHERE d.id = ANY ($1::uuid[]) AND d.status IN ('PENDING', 'RETRYING') AND d.due_at <= now()
  AND e.status = 'ENABLED' AND e.deleted_at IS NULL AND (e.hold_until IS NULL OR e.hold_until <= now())`,
});

/** Which of these deliveries (UUIDs) no sender has claimed yet, though nothing but their turn keeps them. */
export async function readWaiting(pool: Pool, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await waitingStatement(pool, [encodePlainArray(ids)])).map(row => row.id);
}

/**
 * How many deliveries an operation may have waiting next. Live traffic queues behind them, so it is what senders claim
 * within a moment: twice as many once all of the last were claimed, half as many while most of them still wait. A lane
 * that is slow comes down to one.
 */
export function nextReleaseSize(releaseSize: number, waiting: number): number {
  if (waiting === 0) return Math.min(2 * releaseSize, largestRelease);
  return waiting > releaseSize / 2 ? Math.max(1, Math.floor(releaseSize / 2)) : releaseSize;
}

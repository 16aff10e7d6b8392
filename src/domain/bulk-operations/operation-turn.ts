import type { ClientBase, Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import type { BulkOperationKind } from './bulk-operation-row.ts';
import type { IdWindow } from './bulk-statements.ts';

/** A bulk operation whose turn somebody has taken, as it stood then. */
export interface OperationTurn {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: BulkOperationKind;
  readonly filter: unknown;
  readonly failed: number;
  readonly countedTo: string;
  readonly position: string;
  /** Null: a statement may look through all that is left. */
  readonly windowMs: number | null;
  readonly released: readonly string[];
  readonly releaseSize: number;
}

/** Whoever has a turn for longer is taken to be dead: somebody else resumes. */
const leaseSeconds = 10;
const narrowestWindowMs = 1000;
const pauseAfterTimeoutMs = 1000;

const takeStatement = defineStatement<[leaseSeconds: number], OperationTurn>({
  name: 'bulk-take-turn',
  text: `
UPDATE bulk_operation SET turn_at = now() + $1 * interval '1 s'
WHERE id = (
  SELECT id FROM bulk_operation WHERE status = 'RUNNING' AND turn_at <= now()
  ORDER BY turn_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, tenant_id AS "tenantId", kind, filter, failed, counted_to AS "countedTo", position,
  window_ms AS "windowMs", released, release_size AS "releaseSize"`,
});

/**
 * Takes the turn of the operation that has waited longest, of all tenants; null where none is due. Operations take
 * turns chunk by chunk, so that a large one holds none up.
 */
export async function takeTurn(pool: Pool): Promise<OperationTurn | null> {
  const [turn] = await takeStatement(pool, [leaseSeconds]);
  return turn ?? null;
}

/** The ids from `after` that one statement should look at. */
export function nextWindow({ id, windowMs }: OperationTurn, after: string): IdWindow {
  const until = windowMs === null ? id : uuidLowerBound(uuidTime(after) + windowMs);
  return { after, until: until < id ? until : id };
}

const countedStatement = defineStatement<[id: string, countedTo: string, until: string, count: number], { id: string }>(
  {
    name: 'bulk-counted',
    text: `
UPDATE bulk_operation SET counted_to = $3, total = total + $4, window_ms = 2 * window_ms, turn_at = now()
WHERE id = $1 AND counted_to = $2 AND status = 'RUNNING' RETURNING id`,
  },
);

/** Notes what was counted. @returns false where the turn was lost meanwhile: nothing has changed. */
export async function noteCounted(pool: Pool, turn: OperationTurn, until: string, count: number): Promise<boolean> {
  return (await countedStatement(pool, [turn.id, turn.countedTo, until, count])).length > 0;
}

/** What a chunk has done, and when the next one may follow. */
export interface ChunkProgress {
  readonly position: string;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly released: readonly string[];
  readonly releaseSize: number;
  readonly pauseMs: number;
  /** Whether all of the window was looked at: the next one is twice as wide. */
  readonly isWindowDone: boolean;
}

const advancedStatement = defineStatement<
  [
    id: string,
    from: string,
    position: string,
    done: number,
    failed: number,
    skipped: number,
    released: string,
    releaseSize: number,
    pauseMs: number,
    isWindowDone: boolean,
  ],
  { id: string }
>({
  name: 'bulk-advanced',
  text: `
UPDATE bulk_operation SET position = $3, done = done + $4, failed = failed + $5, skipped = skipped + $6,
  released = $7::uuid[], release_size = $8, window_ms = CASE WHEN $10 THEN 2 * window_ms ELSE window_ms END, turn_at = now() + $9 * interval '1 ms',
  total = GREATEST(CASE WHEN id = $3 THEN 0 ELSE total END, done + $4 + failed + $5 + skipped + $6),
  status = CASE WHEN id = $3 THEN 'SUCCEEDED' ELSE status END,
  finished_at = CASE WHEN id = $3 THEN now() END
WHERE id = $1 AND position = $2 AND status = 'RUNNING' RETURNING id`,
});

/**
 * Notes what a chunk has done; the operation has SUCCEEDED once the position is its own id. In the chunk's transaction:
 * where this returns false, the operation was canceled or somebody else has the turn, and the chunk must be undone.
 */
export async function noteAdvanced(db: ClientBase, turn: OperationTurn, progress: ChunkProgress): Promise<boolean> {
  const { position, done, failed, skipped, releaseSize, pauseMs, isWindowDone } = progress;
  const released = encodePlainArray(progress.released);
  const counts = [done, failed, skipped] as const;
  const noted = await advancedStatement(db, [
    ...([turn.id, turn.position, position] as const),
    ...counts,
    released,
    releaseSize,
    pauseMs,
    isWindowDone,
  ]);
  return noted.length > 0;
}

const narrowedStatement = defineStatement<[id: string, windowMs: number, pauseMs: number], never>({
  name: 'bulk-narrowed',
  text: `
UPDATE bulk_operation SET window_ms = $2, release_size = GREATEST(1, release_size / 2),
  turn_at = now() + $3 * interval '1 ms'
WHERE id = $1 AND status = 'RUNNING'`,
});

/** After a statement that ran into its timeout: the next ones look at a quarter of the time, and do half as much. */
export async function narrowWindow(pool: Pool, turn: OperationTurn): Promise<void> {
  const after = turn.countedTo === turn.id ? turn.position : turn.countedTo;
  const widthMs = turn.windowMs ?? uuidTime(turn.id) - uuidTime(after);
  await narrowedStatement(pool, [
    turn.id,
    Math.max(narrowestWindowMs, Math.ceil(widthMs / 4)),
    widthMs <= narrowestWindowMs ? pauseAfterTimeoutMs : 0,
  ]);
}

const giveBackStatement = defineStatement<[id: string], never>({
  name: 'bulk-give-back',
  text: "UPDATE bulk_operation SET turn_at = now() + interval '100 ms' WHERE id = $1 AND status = 'RUNNING'",
});

/** For a turn that came to nothing: the next one may be taken in a moment. */
export async function giveBackTurn(pool: Pool, { id }: OperationTurn): Promise<void> {
  await giveBackStatement(pool, [id]);
}

const failedStatement = defineStatement<[id: string], never>({
  name: 'bulk-failed',
  text: "UPDATE bulk_operation SET status = 'FAILED', finished_at = now() WHERE id = $1 AND status = 'RUNNING'",
});

export async function noteFailed(pool: Pool, { id }: OperationTurn): Promise<void> {
  await failedStatement(pool, [id]);
}

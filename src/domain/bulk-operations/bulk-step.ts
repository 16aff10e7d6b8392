import type { ClientBase, Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import type { BulkOperationKind } from './bulk-operation-row.ts';
import type { IdWindow } from './bulk-statements.ts';

/** A step of a bulk operation that this process has claimed, with the progress of the operation at that time. */
export interface BulkStep {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: BulkOperationKind;
  readonly filter: unknown;
  readonly failed: number;
  readonly countedTo: string;
  readonly position: string;
  /** The span of creation times, in ms, that one statement reads. Null: everything that is left. */
  readonly windowMs: number | null;
  /**
   * The deliveries (UUIDs) that earlier steps made due and that no sender had claimed at the end of the previous step.
   */
  readonly queuedIds: readonly string[];
  readonly queueLimit: number;
}

/** After this time another process may claim the step, because the process that claimed it has probably died. */
const leaseSeconds = 10;
const narrowestWindowMs = 1000;
const pauseAfterTimeoutMs = 1000;

const claimStatement = defineStatement<[leaseSeconds: number], BulkStep>({
  name: 'bulk-claim-step',
  text: `
UPDATE bulk_operation SET turn_at = now() + $1 * interval '1 s'
WHERE id = (
  SELECT id FROM bulk_operation WHERE status = 'RUNNING' AND turn_at <= now()
  ORDER BY turn_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, tenant_id AS "tenantId", kind, filter, failed, counted_to AS "countedTo", position,
  window_ms AS "windowMs", released AS "queuedIds", release_size AS "queueLimit"`,
});

/**
 * Claims the next step of the operation that has waited longest, of any tenant. Null if none is due. Operations
 * alternate after each step, so that a large one does not delay the others.
 */
export async function claimNextStep(pool: Pool): Promise<BulkStep | null> {
  const [step] = await claimStatement(pool, [leaseSeconds]);
  return step ?? null;
}

/** Returns the range of ids that the next statement should read, beginning after `after`. */
export function nextWindow({ id, windowMs }: BulkStep, after: string): IdWindow {
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

/** Adds to the total of the operation. Returns false, with nothing changed, if another process has claimed the step. */
export async function recordCounted(pool: Pool, step: BulkStep, until: string, count: number): Promise<boolean> {
  return (await countedStatement(pool, [step.id, step.countedTo, until, count])).length > 0;
}

/** The result of one chunk of deliveries, and how long to wait before the next step. */
export interface ChunkProgress {
  readonly position: string;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  /** The deliveries (UUIDs) that this operation made due and that no sender has claimed yet. */
  readonly queuedIds: readonly string[];
  readonly queueLimit: number;
  readonly pauseMs: number;
  /** Whether the whole window was read. If so, the next window is twice as wide. */
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
    queuedIds: string,
    queueLimit: number,
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
 * Records the progress of an operation, which becomes SUCCEEDED when its position reaches its own id. Call it in the
 * transaction of the chunk. Roll that back if this returns false, because the operation was canceled or another process
 * has claimed the step.
 */
export async function recordProgress(db: ClientBase, step: BulkStep, progress: ChunkProgress): Promise<boolean> {
  const { position, done, failed, skipped, queueLimit, pauseMs, isWindowDone } = progress;
  const queuedIds = encodePlainArray(progress.queuedIds);
  const counts = [done, failed, skipped] as const;
  const updated = await advancedStatement(db, [
    ...([step.id, step.position, position] as const),
    ...counts,
    queuedIds,
    queueLimit,
    pauseMs,
    isWindowDone,
  ]);
  return updated.length > 0;
}

const narrowedStatement = defineStatement<[id: string, windowMs: number, pauseMs: number], never>({
  name: 'bulk-narrowed',
  text: `
UPDATE bulk_operation SET window_ms = $2, release_size = GREATEST(1, release_size / 2),
  turn_at = now() + $3 * interval '1 ms'
WHERE id = $1 AND status = 'RUNNING'`,
});

/**
 * Makes the next statements smaller after one timed out: they read a quarter of the time span and process half as many
 * rows.
 */
export async function narrowWindow(pool: Pool, step: BulkStep): Promise<void> {
  const after = step.countedTo === step.id ? step.position : step.countedTo;
  const widthMs = step.windowMs ?? uuidTime(step.id) - uuidTime(after);
  await narrowedStatement(pool, [
    step.id,
    Math.max(narrowestWindowMs, Math.ceil(widthMs / 4)),
    widthMs <= narrowestWindowMs ? pauseAfterTimeoutMs : 0,
  ]);
}

const postponeStatement = defineStatement<[id: string], never>({
  name: 'bulk-postpone-step',
  text: "UPDATE bulk_operation SET turn_at = now() + interval '100 ms' WHERE id = $1 AND status = 'RUNNING'",
});

/** Releases a step that changed nothing, for example after a deadlock. It may be claimed again after 100 ms. */
export async function postponeStep(pool: Pool, { id }: BulkStep): Promise<void> {
  await postponeStatement(pool, [id]);
}

const failedStatement = defineStatement<[id: string], never>({
  name: 'bulk-failed',
  text: "UPDATE bulk_operation SET status = 'FAILED', finished_at = now() WHERE id = $1 AND status = 'RUNNING'",
});

export async function recordFailed(pool: Pool, { id }: BulkStep): Promise<void> {
  await failedStatement(pool, [id]);
}

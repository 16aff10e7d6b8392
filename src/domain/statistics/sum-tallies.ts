import type { Pool, PoolClient } from 'pg';
import { advisoryLocks } from '../../database/advisory-locks.ts';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';

/** The number of rows that one transaction moves. */
const chunk = 20_000;
const dimensions = 'tenant_id, endpoint_id, event_type, status, failure_reason, error_code, response_status, is_test';

const added = ['count', 'failed_attempts', 'first_successes']
  .map(column => `${column} = delivery_count.${column} + excluded.${column}`)
  .join(', ');

const lockStatement = defineStatement<[], { locked: boolean }>({
  name: 'tallies-lock',
  text: `SELECT pg_try_advisory_xact_lock(${advisoryLocks.sumTallies}) AS locked`,
});

/*
 * Statistics read sums, because counting 10,000,000 deliveries takes seconds. Each change of the history appends rows
 * to delivery_tally in its own transaction, so that senders do not wait for each other. This statement moves these rows
 * into the sums, so that each snapshot finds a delivery either in the tally or in the sums. DO UPDATE is needed to get
 * the ids of series that exist.
 */
const sumStatement = defineStatement<[], { moved: number }>({
  name: 'tallies-sum',
  text: `
WITH taken AS (
  DELETE FROM delivery_tally WHERE ctid = ANY (ARRAY (SELECT ctid FROM delivery_tally LIMIT ${chunk})) RETURNING *
), summed AS MATERIALIZED (
  SELECT ${dimensions}, hour, sum(count) AS count, sum(failed_attempts) AS failed_attempts,
    sum(first_successes) AS first_successes
  FROM taken GROUP BY ${dimensions}, hour
  HAVING sum(count) <> 0 OR sum(failed_attempts) <> 0 OR sum(first_successes) <> 0
), series AS (
  INSERT INTO delivery_series (${dimensions}) SELECT DISTINCT ${dimensions} FROM summed
  ON CONFLICT (${dimensions}) DO UPDATE SET is_test = excluded.is_test
  RETURNING *
), changed AS MATERIALIZED (
  SELECT series.tenant_id, series.id, hour, count, failed_attempts, first_successes
  FROM summed JOIN series USING (tenant_id, endpoint_id, event_type, status, is_test)
  WHERE (summed.failure_reason, summed.error_code, summed.response_status)
    IS NOT DISTINCT FROM (series.failure_reason, series.error_code, series.response_status)
), hours AS (
  INSERT INTO delivery_count (tenant_id, hours, hour, series_id, count, failed_attempts, first_successes)
  SELECT tenant_id, 1, hour, id, count, failed_attempts, first_successes FROM changed
  ON CONFLICT (tenant_id, hours, hour, series_id) DO UPDATE SET ${added}
), days AS (
  INSERT INTO delivery_count (tenant_id, hours, hour, series_id, count, failed_attempts, first_successes)
  SELECT tenant_id, 24, hour - hour % 24, id, sum(count), sum(failed_attempts), sum(first_successes)
  FROM changed GROUP BY 1, 3, 4
  ON CONFLICT (tenant_id, hours, hour, series_id) DO UPDATE SET ${added}
)
SELECT count(*)::int AS moved FROM taken`,
});

const awaitLockStatement = defineStatement<[], never>({
  name: 'tallies-await-lock',
  text: `SELECT pg_advisory_xact_lock(${advisoryLocks.sumTallies})`,
});

const deleteStatement = defineStatement<[beforeHour: number], { deleted: number; seriesIds: string[] }>({
  name: 'counts-delete-old',
  text: `
WITH tallies AS (
  DELETE FROM delivery_tally WHERE ctid = ANY (ARRAY (SELECT ctid FROM delivery_tally WHERE hour < $1 LIMIT ${chunk}))
  RETURNING 1
), counts AS (
  DELETE FROM delivery_count WHERE ctid = ANY (ARRAY (SELECT ctid FROM delivery_count WHERE hour < $1 LIMIT ${chunk}))
  RETURNING series_id
)
SELECT GREATEST((SELECT count(*) FROM tallies), (SELECT count(*) FROM counts))::int AS deleted,
  ARRAY (SELECT DISTINCT series_id FROM counts) AS "seriesIds"`,
});

/*
 * Deletes the series that have no counts left, so that a combination of values that occurred once is not kept forever.
 */
const deleteSeriesStatement = defineStatement<[ids: string], never>({
  name: 'series-delete-unused',
  text: `
DELETE FROM delivery_series WHERE id = ANY ($1::bigint[])
  AND NOT EXISTS (SELECT FROM delivery_count c WHERE c.series_id = delivery_series.id AND c.hours = 24)`,
});

/**
 * Moves the counts of finished deliveries from the tally into the sums, until none is left. Does nothing if another
 * process has the advisory lock. Readers count every delivery exactly once before, during and after the move.
 */
export async function sumTallies(pool: Pool, signal?: AbortSignal): Promise<void> {
  for (let moved = chunk; moved === chunk; ) {
    signal?.throwIfAborted();
    const [round] = await withLock(pool, client => sumStatement(client, []));
    moved = round?.moved ?? 0;
  }
}

/**
 * Deletes, in chunks, the counts of deliveries that were created before `beforeMs` (Unix milliseconds, the start of a
 * day). Call it after their partitions were dropped. It waits for the advisory lock of `sumTallies`, which does nothing
 * meanwhile.
 */
export async function deleteOldCounts(pool: Pool, beforeMs: number): Promise<void> {
  for (let deleted = chunk; deleted === chunk; ) {
    deleted = await withTransaction(pool, async client => {
      await awaitLockStatement(client, []);
      const [round] = await deleteStatement(client, [Math.floor(beforeMs / 3_600_000)]);
      if (round) await deleteSeriesStatement(client, [encodePlainArray(round.seriesIds)]);
      return round?.deleted ?? 0;
    });
  }
}

/** Runs `run` with the advisory lock. Returns no rows if another process has it. */
function withLock<Row>(pool: Pool, run: (client: PoolClient) => Promise<Row[]>): Promise<Row[]> {
  return withTransaction(pool, async client => {
    const [lock] = await lockStatement(client, []);
    return lock?.locked ? run(client) : [];
  });
}

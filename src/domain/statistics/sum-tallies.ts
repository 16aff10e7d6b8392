import type { Pool, PoolClient } from 'pg';
import { advisoryLocks } from '../../database/advisory-locks.ts';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';

/** The number of rows that one round moves. */
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
 * Counting 10,000,000 rows takes seconds, so statistics read sums. Ways to keep them:
 *   by watermark, scanning what came since   free for the sender; but rows finish in any order, and one that commits
 *                                            behind the watermark is lost, or every writer waits for the scan
 *   sums written by the settle itself        exact; senders wait for each other's rows (one per endpoint and hour)
 *   tallies in the settle's transaction      exact; appended without an index, so nobody waits
 * The third: what is here is in the tally, or in the sums, in every snapshot.
 *
 * DO UPDATE, so that the ids of known kinds come back as well; it is a HOT update.
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
), kinds AS (
  INSERT INTO delivery_series (${dimensions}) SELECT DISTINCT ${dimensions} FROM summed
  ON CONFLICT (${dimensions}) DO UPDATE SET is_test = excluded.is_test
  RETURNING *
), changed AS MATERIALIZED (
  SELECT kinds.tenant_id, kinds.id, hour, count, failed_attempts, first_successes
  FROM summed JOIN kinds USING (tenant_id, endpoint_id, event_type, status, is_test)
  WHERE (summed.failure_reason, summed.error_code, summed.response_status)
    IS NOT DISTINCT FROM (kinds.failure_reason, kinds.error_code, kinds.response_status)
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

const forgetStatement = defineStatement<[beforeHour: number], { forgotten: number; seriesIds: string[] }>({
  name: 'tallies-forget',
  text: `
WITH tallies AS (
  DELETE FROM delivery_tally WHERE ctid = ANY (ARRAY (SELECT ctid FROM delivery_tally WHERE hour < $1 LIMIT ${chunk}))
  RETURNING 1
), counts AS (
  DELETE FROM delivery_count WHERE ctid = ANY (ARRAY (SELECT ctid FROM delivery_count WHERE hour < $1 LIMIT ${chunk}))
  RETURNING series_id
)
SELECT GREATEST((SELECT count(*) FROM tallies), (SELECT count(*) FROM counts))::int AS forgotten,
  ARRAY (SELECT DISTINCT series_id FROM counts) AS "seriesIds"`,
});

/* Deletes the series that have no counts left, so that a value which occurred once is not kept forever. */
const forgetSeriesStatement = defineStatement<[ids: string], never>({
  name: 'tallies-forget-series',
  text: `
DELETE FROM delivery_series WHERE id = ANY ($1::bigint[])
  AND NOT EXISTS (SELECT FROM delivery_count c WHERE c.series_id = delivery_series.id AND c.hours = 24)`,
});

/**
 * Moves the counts of finished deliveries into their sums until none is left. Does nothing if another process holds the
 * advisory lock. Readers count every delivery exactly once, before, during and after the move.
 */
export async function sumTallies(pool: Pool, signal?: AbortSignal): Promise<void> {
  for (let moved = chunk; moved === chunk; ) {
    signal?.throwIfAborted();
    const [round] = await withLock(pool, client => sumStatement(client, []));
    moved = round?.moved ?? 0;
  }
}

/**
 * Deletes the counts of deliveries that were created before this moment (unix milliseconds, the start of a day), in
 * chunks, when their partitions are gone. Concurrent sums wait for it, or it waits for them.
 */
export async function forgetTallies(pool: Pool, beforeMs: number): Promise<void> {
  for (let forgotten = chunk; forgotten === chunk; ) {
    forgotten = await withTransaction(pool, async client => {
      await awaitLockStatement(client, []);
      const [round] = await forgetStatement(client, [Math.floor(beforeMs / 3_600_000)]);
      if (round) await forgetSeriesStatement(client, [encodePlainArray(round.seriesIds)]);
      return round?.forgotten ?? 0;
    });
  }
}

/** Returns no rows if another process holds the lock. */
function withLock<Row>(pool: Pool, run: (client: PoolClient) => Promise<Row[]>): Promise<Row[]> {
  return withTransaction(pool, async client => {
    const [lock] = await lockStatement(client, []);
    return lock?.locked ? run(client) : [];
  });
}

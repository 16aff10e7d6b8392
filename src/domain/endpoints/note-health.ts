import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';

/** What attempts said of one endpoint. Times are unix milliseconds by the database's clock. */
export interface SuccessNote {
  readonly endpointId: string;
  readonly atMs: number;
}
export interface FailureNote {
  readonly endpointId: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

/*
 * Nearly always nothing is found: good endpoints have no row. What was told to somebody is left to the janitor, which tells
 * them of the end. Rows are locked in one order, so that senders do not block each other in a circle.
 */
const succeededStatement = defineStatement<[ids: string, atMs: string], never>({
  name: 'health-succeeded',
  text: `
WITH picked AS MATERIALIZED (
  SELECT h.endpoint_id, h.warned_at IS NOT NULL OR h.disabled_at IS NOT NULL AS is_told
  FROM unnest($1::uuid[], $2::float8[]) AS s (endpoint_id, at_ms) JOIN endpoint_health h USING (endpoint_id)
  WHERE h.endpoint_id = ANY ($1::uuid[]) AND h.recovered_at IS NULL AND h.failing_since <= to_timestamp(s.at_ms / 1000)
  ORDER BY h.endpoint_id FOR UPDATE OF h
), forgotten AS (
  DELETE FROM endpoint_health WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM picked WHERE NOT is_told))
)
UPDATE endpoint_health SET recovered_at = now()
WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM picked WHERE is_told))`,
});

const failedStatement = defineStatement<[ids: string, firstMs: string, lastMs: string], never>({
  name: 'health-failed',
  text: `
INSERT INTO endpoint_health AS h (endpoint_id, failing_since, last_failed_at)
SELECT f.endpoint_id, to_timestamp(f.first_ms / 1000), to_timestamp(f.last_ms / 1000)
FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS f (endpoint_id, first_ms, last_ms)
WHERE EXISTS (SELECT FROM endpoint e WHERE e.id = f.endpoint_id) ORDER BY f.endpoint_id
ON CONFLICT (endpoint_id) DO UPDATE SET last_failed_at = excluded.last_failed_at
WHERE h.last_failed_at < excluded.last_failed_at AND h.recovered_at IS NULL`,
});

/** Ends the failing of endpoints that had a success, and begins or goes on with that of the others. Safe to repeat. */
export async function noteHealth(
  pool: Pool,
  successes: readonly SuccessNote[],
  failures: readonly FailureNote[],
): Promise<void> {
  if (successes.length > 0) {
    await succeededStatement(pool, [
      encodePlainArray(successes.map(note => note.endpointId)),
      encodePlainArray(successes.map(note => note.atMs)),
    ]);
  }
  if (failures.length > 0) {
    await failedStatement(pool, [
      encodePlainArray(failures.map(note => note.endpointId)),
      encodePlainArray(failures.map(note => note.firstMs)),
      encodePlainArray(failures.map(note => note.lastMs)),
    ]);
  }
}

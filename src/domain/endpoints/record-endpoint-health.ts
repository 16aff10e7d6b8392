import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';

/** A successful attempt of an endpoint. Times are Unix milliseconds by the database's clock. */
export interface EndpointSuccess {
  readonly endpointId: string;
  readonly atMs: number;
}
/** The first and the last failed attempt of an endpoint since the previous record. */
export interface EndpointFailures {
  readonly endpointId: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

/*
 * Deletes the failures of endpoints that have recovered. If a warning was published, the row is only marked: the
 * janitor publishes the recovery and then deletes it. A healthy endpoint has no row, so most runs change nothing. Rows
 * are locked in the order of their ids, so that senders do not deadlock.
 */
const succeededStatement = defineStatement<[ids: string, atMs: string], never>({
  name: 'health-succeeded',
  text: `
WITH picked AS MATERIALIZED (
  SELECT h.endpoint_id, h.warned_at IS NOT NULL OR h.disabled_at IS NOT NULL AS is_notified
  FROM unnest($1::uuid[], $2::float8[]) AS s (endpoint_id, at_ms) JOIN endpoint_health h USING (endpoint_id)
  WHERE h.endpoint_id = ANY ($1::uuid[]) AND h.recovered_at IS NULL AND h.failing_since <= to_timestamp(s.at_ms / 1000)
  ORDER BY h.endpoint_id FOR UPDATE OF h
), reset AS (
  DELETE FROM endpoint_health WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM picked WHERE NOT is_notified))
)
UPDATE endpoint_health SET recovered_at = now()
WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM picked WHERE is_notified))`,
});

/** The time of an endpoint's last failure is stored at most once in 10 s, because each update leaves a dead row. */
const failedStatement = defineStatement<[ids: string, firstMs: string, lastMs: string], never>({
  name: 'health-failed',
  text: `
INSERT INTO endpoint_health AS h (endpoint_id, failing_since, last_failed_at)
SELECT f.endpoint_id, to_timestamp(f.first_ms / 1000), to_timestamp(f.last_ms / 1000)
FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS f (endpoint_id, first_ms, last_ms)
WHERE EXISTS (SELECT FROM endpoint e WHERE e.id = f.endpoint_id)
  AND NOT EXISTS (SELECT FROM endpoint_health known WHERE known.endpoint_id = f.endpoint_id
    AND known.last_failed_at > to_timestamp(f.last_ms / 1000) - interval '10 s')
ORDER BY f.endpoint_id
ON CONFLICT (endpoint_id) DO UPDATE SET last_failed_at = excluded.last_failed_at
WHERE h.last_failed_at < excluded.last_failed_at AND h.recovered_at IS NULL`,
});

/** Records successes and failures of endpoints. Recording the same values again changes nothing. */
export async function recordEndpointHealth(
  pool: Pool,
  successes: readonly EndpointSuccess[],
  failures: readonly EndpointFailures[],
): Promise<void> {
  if (successes.length > 0) {
    await succeededStatement(pool, [
      encodePlainArray(successes.map(success => success.endpointId)),
      encodePlainArray(successes.map(success => success.atMs)),
    ]);
  }
  if (failures.length > 0) {
    await failedStatement(pool, [
      encodePlainArray(failures.map(failure => failure.endpointId)),
      encodePlainArray(failures.map(failure => failure.firstMs)),
      encodePlainArray(failures.map(failure => failure.lastMs)),
    ]);
  }
}

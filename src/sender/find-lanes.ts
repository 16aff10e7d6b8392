import type { Pool, PoolClient } from 'pg';
import { encodePlainArray } from '../database/arrays.ts';
import { defineStatement } from '../database/pool.ts';

/** A lane of which a bound is known: nothing in it is due before `floorMs` (unix milliseconds). */
export interface KnownLane {
  readonly endpointId: string;
  readonly floorMs: number;
}

/** A lane with work that is due, or one that was known. */
export interface FoundLane {
  readonly endpointId: string;
  readonly tenantId: string;
  readonly isDue: boolean;
  /** When the first of it is due, leased or not; null where it is empty. Unix milliseconds, whole. */
  readonly firstDueMs: number | null;
}

/*
 * Every endpoint with something due: the first of its lane is, or one that overtakes it. A loose scan takes one step down
 * the lanes' index per endpoint, whatever the length of its queue, in all gaps between the lanes that are known; in those
 * nothing is read before the floor.
 */
const findStatement = defineStatement<[ids: string, floors: string], FoundLane>({
  name: 'find-lanes',
  text: `
WITH RECURSIVE found AS (
  SELECT g.until, (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > g.after AND d.endpoint_id < g.until
    ORDER BY d.endpoint_id LIMIT 1) AS endpoint_id
  FROM unnest('00000000-0000-0000-0000-000000000000'::uuid || $1::uuid[],
    $1::uuid[] || 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) AS g (after, until)
  UNION ALL
  SELECT f.until, (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > f.endpoint_id AND d.endpoint_id < f.until
    ORDER BY d.endpoint_id LIMIT 1)
  FROM found f WHERE f.endpoint_id IS NOT NULL
), lane AS (
  SELECT true AS is_known, * FROM unnest($1::uuid[], $2::float8[]) AS k (endpoint_id, floor_ms)
  UNION ALL
  SELECT false, endpoint_id, 0 FROM found WHERE endpoint_id IS NOT NULL
), first AS MATERIALIZED (
  SELECT e.*, lane.is_known, to_timestamp(lane.floor_ms / 1000) AS floor, (
    SELECT d.due_at FROM delivery_live d
    WHERE d.endpoint_id = e.id AND d.due_at >= to_timestamp(lane.floor_ms / 1000) ORDER BY d.due_at, d.id LIMIT 1) AS due_at
  FROM lane CROSS JOIN LATERAL (
    SELECT id, tenant_id, status = 'ENABLED' AS is_enabled, hold_until FROM endpoint
    WHERE id = lane.endpoint_id AND deleted_at IS NULL LIMIT 1) e
), looked AS MATERIALIZED (
  SELECT *, coalesce(is_enabled AND (hold_until IS NULL OR hold_until <= now()) AND due_at <= now(), false) OR EXISTS (
    SELECT FROM delivery_live d WHERE d.endpoint_id = first.id AND (d.is_test OR d.trigger = 'MANUAL')
      AND d.due_at >= first.floor AND d.due_at <= now() AND (d.is_test OR first.is_enabled)) AS is_due
  FROM first
)
SELECT id AS "endpointId", tenant_id AS "tenantId", is_due AS "isDue",
  floor(date_part('epoch', due_at) * 1000) AS "firstDueMs"
FROM looked WHERE is_due OR is_known`,
});

/**
 * The lanes that have something due, of all tenants: the truth behind the feed's wake-ups. And of those that are known,
 * where they begin.
 *
 * @param known sorted by id.
 */
export function findLanes(executor: Pool | PoolClient, known: readonly KnownLane[]): Promise<FoundLane[]> {
  return findStatement(executor, [
    encodePlainArray(known.map(lane => lane.endpointId)),
    encodePlainArray(known.map(lane => lane.floorMs)),
  ]);
}

export interface LanesBound {
  /** What comes in, and is not to be seen by whoever looks from now on, is due then or later. Unix milliseconds. */
  readonly boundMs: number;
  /** The database's clock, unix milliseconds. */
  readonly nowMs: number;
  /** Another one is another server, or the same after a restart. */
  readonly server: string;
}

/*
 * A delivery comes in, or moves, to be due when its transaction began or later, or it stays where it was. So nothing that
 * is not seen yet is due before the first transaction began that is open: of this application's sessions, as told by
 * their name, and of any other that has written deliveries and so holds its lock on their table. Whose beginning may not
 * be seen, as of another role's or one that is prepared, may have begun at any time.
 */
const boundStatement = defineStatement<[marginMs: number], LanesBound>({
  name: 'lanes-bound',
  text: `
WITH writer AS (
  SELECT coalesce(a.xact_start, to_timestamp(0)) AS began_at FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.relation = 'delivery_live'::regclass AND l.mode = 'RowExclusiveLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
), own AS (
  SELECT xact_start AS began_at FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = current_setting('application_name')
)
SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE floor(date_part('epoch', LEAST(now() - $1 * interval '1 ms',
    (SELECT min(began_at) FROM writer), (SELECT min(began_at) FROM own))) * 1000) END AS "boundMs",
  date_part('epoch', now()) * 1000 AS "nowMs", pg_postmaster_start_time()::text AS "server"`,
});

/** Behind the present, for clocks that are set back a little. */
const marginMs = 2000;

/** What a look at the lanes that follows may rest on. */
export async function readLanesBound(pool: Pool, behindMs = marginMs): Promise<LanesBound> {
  const [row] = await boundStatement(pool, [behindMs]);
  if (!row) throw new Error('the bound of the lanes was not told');
  return row;
}

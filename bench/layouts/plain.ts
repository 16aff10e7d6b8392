import type { Pool } from 'pg';
import { encodePlainArray } from '../../src/database/arrays.ts';
import { defineStatement } from '../../src/database/pool.ts';
import type { DeliverySnapshot } from '../../src/delivery.ts';
import { insertOutbox } from '../../src/domain/announcements/insert-outbox.ts';
import {
  encodeSettlements,
  insertAttempts,
  leaseMarginMs,
  unnestResults,
} from '../../src/domain/delivery-state/index.ts';
import { defaultTimeoutMs, type Layout } from './layout.ts';

const lowestId = '00000000-0000-0000-0000-000000000000';

/** The parts of the SQL statements that differ between layouts. `plainStatements` inserts them into common SQL. */
interface PlainParts {
  /** The table from which deliveries are claimed. */
  readonly queue: string;
  /** An SQL condition of the claiming query, with which PostgreSQL can use the partial index of the queue. */
  readonly isQueued?: string;
  /** SQL of a CTE `claimed` that updates the rows in the CTE `picked` and returns them with `previous_status`. */
  readonly claimed: string;
  /** The FROM clause of the claim's result, with alias `c` for all columns of a delivery. Default: `claimed c`. */
  readonly source?: string;
  /** SQL of CTEs that store the results in the CTE `result`. The last, `finished`, returns the finished deliveries. */
  readonly finished: string;
  /** Whether the statement writes `delivery_tally`, which a trigger of `delivery_history` does otherwise. */
  readonly tally: boolean;
}

/**
 * The same claim and settlement for every layout, with the same parameters, columns and records. It leaves out
 * priorities, FIFO, `max_concurrency`, interrupted attempts and retries.
 */
export function plainStatements(name: string, parts: PlainParts): Pick<Layout, 'claim' | 'settle'> {
  const claim = defineStatement<unknown[], DeliverySnapshot & { dueAtMs: number; payload: string | null }>({
    name: `claim-${name}`,
    text: claimText(parts),
  });
  const settle = defineStatement<string[], { id: string }>({ name: `settle-${name}`, text: settleText(parts) });
  return {
    async claim(pool: Pool, lanes) {
      const rows = await claim(pool, [
        encodePlainArray(lanes.map(lane => lane.endpointId)),
        encodePlainArray(lanes.map(lane => lane.slots)),
        encodePlainArray(lanes.map(lane => lane.after?.dueMs ?? 0)),
        encodePlainArray(lanes.map(lane => lane.after?.id ?? lowestId)),
        leaseMarginMs,
        defaultTimeoutMs,
      ]);
      return rows.map(row => ({ delivery: row, dueAtMs: row.dueAtMs, payload: row.payload }));
    },
    settle: async (pool, settlements) => (await settle(pool, encodeSettlements(settlements))).length,
  };
}

const claimText = ({ queue, isQueued = 'true', claimed, source = 'claimed c' }: PlainParts) => `
WITH lane AS MATERIALIZED (
  SELECT l.*, e.* FROM unnest($1::uuid[], $2::int[], $3::float8[], $4::uuid[])
    AS l (endpoint_id, slots, after_due_ms, after_id)
  CROSS JOIN LATERAL (
    SELECT now() + (coalesce(e.timeout_ms, $6) + $5) * interval '1 ms' AS lease
    FROM endpoint e WHERE e.id = l.endpoint_id AND e.deleted_at IS NULL AND e.status = 'ENABLED'
      AND (e.hold_until IS NULL OR e.hold_until <= now()) LIMIT 1) e
), picked AS MATERIALIZED (
  SELECT lane.lease, q.* FROM lane CROSS JOIN LATERAL (
    SELECT d.id, d.status FROM ${queue} d
    WHERE d.endpoint_id = lane.endpoint_id AND ${isQueued} AND d.due_at <= now()
      AND (d.due_at, d.id) > (to_timestamp(lane.after_due_ms / 1000), lane.after_id)
      AND (d.lease_until IS NULL OR d.lease_until < now())
    ORDER BY d.due_at, d.id LIMIT lane.slots FOR NO KEY UPDATE SKIP LOCKED) q
), claimed AS (${claimed}
), announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(version), array_agg('PROCESSING'::delivery_status), array_agg(previous_status)
  FROM claimed HAVING count(*) > 0
  RETURNING id
)
SELECT c.id, c.tenant_id AS "tenantId", c.endpoint_id AS "endpointId", c.event_id AS "eventId",
  c.event_type AS "eventType", c.attempt_count AS "attemptCount", c.max_attempts AS "maxAttempts",
  c.response_status AS "responseStatus", c.error_code AS "errorCode", c.error_message AS "errorMessage",
  round(date_part('epoch', c.updated_at) * 1000) AS "updatedAt",
  round(date_part('epoch', c.last_failed_at) * 1000) AS "lastFailedAt",
  c.is_test AS "isTest", c.replay_of AS "replayOf", c.version, c.previous_status AS "previousStatus", c.trigger,
  c.schedule_step AS "scheduleStep", c.interruptions, round(date_part('epoch', c.due_at) * 1000) AS "dueAtMs",
  coalesce(c.payload, (SELECT event.payload FROM event WHERE event.id = c.event_id)) AS payload,
  (SELECT id FROM announced) AS "outboxId"
FROM ${source} ORDER BY c.due_at, c.id`;

const tallied = `, tallied AS (
  INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, status, failure_reason, error_code, response_status,
    is_test, event_type)
  SELECT tenant_id, endpoint_id, uuid_hour(id), count(*), status, failure_reason, error_code, response_status, is_test,
    event_type
  FROM finished GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10
)`;

const settleText = ({ finished, tally }: PlainParts) => `
WITH result AS MATERIALIZED (
  SELECT *, delivery_id AS id FROM ${unnestResults}
), ${finished}${tally ? tallied : ''}, attempts AS (
  ${insertAttempts}
  WHERE r.delivery_id IN (SELECT id FROM finished)
), ${insertOutbox('finished', "'PROCESSING'")}
SELECT f.id, round(date_part('epoch', now()) * 1000) AS "nowMs", announced.id AS "outboxId"
FROM finished f, announced`;

/**
 * SQL condition for the rows of a partitioned table whose ids a CTE contains. The lowest and highest id tell the
 * planner which weeks it need not read.
 */
export const isAmong = (source: string) => `d.id = ANY (ARRAY (SELECT id FROM ${source}))
    AND d.id >= (SELECT id FROM ${source} ORDER BY id LIMIT 1)
    AND d.id <= (SELECT id FROM ${source} ORDER BY id DESC LIMIT 1)`;

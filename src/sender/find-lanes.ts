import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../database/pool.ts';

/** An endpoint with a due delivery. */
export interface FoundLane {
  readonly endpointId: string;
  readonly tenantId: string;
  /** When its first delivery was due, in whole Unix milliseconds. The delivery may be leased. */
  readonly firstDueMs: number;
}

/*
 * A loose index scan: each step reads the first delivery of the next endpoint. The cost therefore grows with the number
 * of endpoints that have deliveries, not with the number of deliveries.
 */
const findStatement = defineStatement<[], FoundLane>({
  name: 'find-lanes',
  text: `
WITH RECURSIVE first AS (
  (SELECT endpoint_id, due_at FROM delivery_live ORDER BY endpoint_id, due_at, id LIMIT 1)
  UNION ALL
  SELECT next.endpoint_id, next.due_at FROM first CROSS JOIN LATERAL (
    SELECT d.endpoint_id, d.due_at FROM delivery_live d WHERE d.endpoint_id > first.endpoint_id
    ORDER BY d.endpoint_id, d.due_at, d.id LIMIT 1) next
), lane AS MATERIALIZED (
  SELECT e.*, first.due_at FROM first CROSS JOIN LATERAL (
    SELECT id, tenant_id, status = 'ENABLED' AS is_enabled, hold_until FROM endpoint
    WHERE id = first.endpoint_id AND deleted_at IS NULL LIMIT 1) e
), checked AS MATERIALIZED (
  SELECT *, (is_enabled AND (hold_until IS NULL OR hold_until <= now()) AND due_at <= now()) OR EXISTS (
    SELECT FROM delivery_live d WHERE d.endpoint_id = lane.id AND (d.is_test OR d.trigger = 'MANUAL')
      AND d.due_at <= now() AND (d.is_test OR lane.is_enabled)) AS is_due
  FROM lane
)
SELECT id AS "endpointId", tenant_id AS "tenantId", floor(date_part('epoch', due_at) * 1000) AS "firstDueMs"
FROM checked WHERE is_due`,
});

/** Finds the endpoints of all tenants that have a due delivery. */
export function findLanes(executor: Pool | PoolClient): Promise<FoundLane[]> {
  return findStatement(executor, []);
}

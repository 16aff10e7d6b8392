import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';
import { laneScan } from '../domain/deliveries/lane-scan.ts';

/** A lane with work that is due. */
export interface DueLane {
  readonly endpointId: string;
  readonly tenantId: string;
}

/* Every endpoint with something due: the first of its lane is, or one that overtakes it. */
const findStatement = defineStatement<[], DueLane>({
  name: 'find-lanes',
  text: `
WITH RECURSIVE ${laneScan}
SELECT e.id AS "endpointId", e.tenant_id AS "tenantId"
FROM lane CROSS JOIN LATERAL (SELECT * FROM endpoint WHERE id = lane.endpoint_id AND deleted_at IS NULL LIMIT 1) e
WHERE (
  e.status = 'ENABLED' AND (e.hold_until IS NULL OR e.hold_until <= now()) AND (
    SELECT d.due_at <= now() FROM delivery_live d WHERE d.endpoint_id = e.id ORDER BY d.due_at, d.id LIMIT 1))
  OR EXISTS (
    SELECT FROM delivery_live d WHERE d.endpoint_id = e.id AND (d.is_test OR d.trigger = 'MANUAL') AND d.due_at <= now()
      AND (d.is_test OR e.status = 'ENABLED'))`,
});

/** The lanes that have something due, of all tenants: the truth behind the feed's wake-ups. */
export function findDueLanes(pool: Pool): Promise<DueLane[]> {
  return findStatement(pool, []);
}

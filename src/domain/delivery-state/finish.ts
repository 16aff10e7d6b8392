import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { FailureReason } from '../../delivery.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import type { FinishedDelivery } from '../deliveries/announce-change.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { insertHistory } from './history.ts';

const finishStatement = defineStatement<[ids: readonly string[], reason: FailureReason], FinishedDelivery>({
  name: 'delivery-finish',
  text: `
WITH picked AS MATERIALIZED (
  SELECT id, status FROM delivery_live
  WHERE status IN ('PENDING', 'RETRYING') AND id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
), gone AS (
  DELETE FROM delivery_live WHERE id = ANY (ARRAY (SELECT id FROM picked)) RETURNING *
), finished AS (
  ${insertHistory('gone', { status: "'FAILED'", failure_reason: '$2::failure_reason' })}
  RETURNING *
), ${insertOutbox('finished f JOIN picked p (id, previous_status) USING (id)', 'previous_status')}
SELECT ${snapshotColumns('f')}, p.status AS "previousStatus", e.name AS "endpointName", e.url AS "endpointUrl",
  announced.id AS "outboxId"
FROM finished f JOIN picked p USING (id) JOIN endpoint e ON e.id = f.endpoint_id, announced`,
});

/**
 * Ends deliveries that are PENDING or RETRYING as FAILED with this reason. Deliveries in any other status are not
 * changed.
 *
 * @returns the deliveries that were ended. They share one outbox row.
 */
export async function finishDeliveries(
  db: Pool | PoolClient,
  ids: readonly string[],
  reason: FailureReason,
): Promise<FinishedDelivery[]> {
  return ids.length === 0 ? [] : finishStatement(db, [ids, reason]);
}

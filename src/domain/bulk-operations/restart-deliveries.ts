import type { ClientBase } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { FailureReason } from '../../delivery.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import type { ChangedDelivery, ChangeOrigin } from '../deliveries/announce-change.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { idBounds } from '../deliveries/id-bounds.ts';
import { type BulkChange, toBulkChange } from './bulk-change.ts';

type RestartedRow = ChangedDelivery &
  ChangeOrigin & {
    readonly previousReason: FailureReason | null;
    readonly previousOperationId: string | null;
  };

/*
 * Changes deliveries from FAILED to PENDING by the rules of `retryDelivery`, except those whose payload retention has
 * deleted. The payload is read by a scalar subquery, because for a join the planner may build a hash table of all
 * events.
 */
export const restartManyStatement = defineStatement<
  [ids: string, first: string, last: string, tenantId: string, defaultScheduleLength: number, operationId: string],
  RestartedRow
>({
  name: 'bulk-restart',
  text: `
WITH failed AS (
  DELETE FROM delivery_history h
  WHERE h.id = ANY ($1::uuid[]) AND h.id BETWEEN $2 AND $3 AND h.tenant_id = $4 AND h.status = 'FAILED'
    AND (SELECT true FROM event WHERE event.id = h.event_id)
  RETURNING *
), restarted AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, due_at, updated_at, last_failed_at, status,
    error_code, trigger, attempt_count, max_attempts, version, duration_ms, response_status, live, is_test, event_type,
    error_message, payload)
  SELECT f.id, f.tenant_id, f.endpoint_id, f.event_id, f.replay_of, $6, date_trunc('milliseconds', now()), now(),
    f.last_failed_at, 'PENDING', f.error_code, 'BULK', f.attempt_count,
    f.attempt_count + 1 + CASE WHEN f.is_test THEN 0
      ELSE coalesce(jsonb_array_length((SELECT e.retry_schedule_seconds FROM endpoint e WHERE e.id = f.endpoint_id)), $5) END,
    f.version + 1, f.duration_ms, f.response_status, true, f.is_test, f.event_type, f.error_message,
    (SELECT payload FROM event WHERE event.id = f.event_id)
  FROM failed f ORDER BY f.id
  RETURNING *
), ${insertOutbox('restarted', "'FAILED'")}
SELECT ${snapshotColumns('r')}, f.failure_reason AS "previousReason",
  f.bulk_operation_id AS "previousOperationId", e.name AS "endpointName", e.url AS "endpointUrl",
  announced.id AS "outboxId"
FROM restarted r JOIN failed f USING (id) JOIN endpoint e ON e.id = r.endpoint_id, announced`,
});

/**
 * Makes FAILED deliveries PENDING and due now, as `retryDelivery` does. Their attempt numbers continue. Deliveries in
 * another status, of another tenant, or without a payload are ignored.
 */
export async function restartDeliveries(
  db: ClientBase,
  { operationId, tenantId, ids, defaultScheduleLength }: RestartInput,
): Promise<BulkChange> {
  const bounds = idBounds(ids);
  const rows = bounds
    ? await restartManyStatement(db, [encodePlainArray(ids), ...bounds, tenantId, defaultScheduleLength, operationId])
    : [];
  return toBulkChange(rows, ({ previousReason, previousOperationId, ...delivery }) => ({
    delivery,
    previous: { ...delivery, status: 'FAILED', failureReason: previousReason, bulkOperationId: previousOperationId },
  }));
}

export interface RestartInput {
  /** The bulk operation (UUID) to store with each delivery that is restarted. */
  readonly operationId: string;
  readonly tenantId: string;
  /** The deliveries (UUIDs) to restart. */
  readonly ids: readonly string[];
  readonly defaultScheduleLength: number;
}

import type { ClientBase } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import type { ChangedDelivery, ChangeOrigin } from '../deliveries/announce-change.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { type BulkChange, toBulkChange } from './bulk-change.ts';
import type { BulkItem } from './bulk-statements.ts';

/*
 * OFFSET 0 makes PostgreSQL look up each event by its key. With a plain join, the planner may build a hash table of all
 * events.
 */
export const replayManyStatement = defineStatement<
  [
    ids: string,
    originalIds: string,
    eventIds: string,
    endpointIds: string,
    tenantId: string,
    defaultScheduleLength: number,
    operationId: string,
  ],
  ChangedDelivery & ChangeOrigin
>({
  name: 'bulk-replay',
  text: `
WITH replay AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, due_at, updated_at, status, trigger,
    max_attempts, live, is_test, event_type, payload)
  SELECT i.id, v.tenant_id, i.endpoint_id, v.id, i.original_id, $7, date_trunc('milliseconds', now()), now(), 'PENDING', 'BULK',
    CASE WHEN v.is_test THEN 1 ELSE 1 + coalesce(
      jsonb_array_length((SELECT e.retry_schedule_seconds FROM endpoint e WHERE e.id = i.endpoint_id)), $6) END,
    true, v.is_test, v.type, v.payload
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS i (id, original_id, event_id, endpoint_id)
  CROSS JOIN LATERAL (SELECT * FROM event WHERE event.id = i.event_id AND event.tenant_id = $5 OFFSET 0) v
  RETURNING *
), ${insertOutbox('replay', 'NULL')}
SELECT ${snapshotColumns('r')}, e.name AS "endpointName", e.url AS "endpointUrl", announced.id AS "outboxId"
FROM replay r JOIN endpoint e ON e.id = r.endpoint_id, announced`,
});

/**
 * Creates a PENDING delivery of the same event to the same endpoint for each item, as `replayDelivery` does. Items
 * whose payload retention has deleted are ignored.
 */
export async function replayDeliveries(
  db: ClientBase,
  { operationId, tenantId, items, defaultScheduleLength, newId }: ReplayInput,
): Promise<BulkChange> {
  const column = (pick: (item: BulkItem) => string) => encodePlainArray(items.map(pick));
  const rows =
    items.length === 0
      ? []
      : await replayManyStatement(db, [
          column(newId),
          column(item => item.id),
          column(item => item.eventId),
          column(item => item.endpointId),
          tenantId,
          defaultScheduleLength,
          operationId,
        ]);
  return toBulkChange(rows, delivery => ({ delivery, previous: null }));
}

export interface ReplayInput {
  /** The bulk operation (UUID) to store with each replay. */
  readonly operationId: string;
  readonly tenantId: string;
  readonly items: readonly BulkItem[];
  readonly defaultScheduleLength: number;
  /** Returns the id (a UUID) for the next replay. */
  readonly newId: () => string;
}

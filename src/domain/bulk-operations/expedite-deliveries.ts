import type { ClientBase } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { BulkChange } from './bulk-change.ts';

/* Locks the rows in the order of their ids, so that two chunks cannot deadlock. */
export const expediteManyStatement = defineStatement<
  [ids: string, tenantId: string, operationId: string],
  { id: string; endpointId: string }
>({
  name: 'bulk-expedite',
  text: `
WITH retrying AS MATERIALIZED (
  SELECT id FROM delivery_live
  WHERE id = ANY ($1::uuid[]) AND tenant_id = $2 AND status = 'RETRYING' ORDER BY id FOR NO KEY UPDATE
)
UPDATE delivery_live d SET due_at = LEAST(due_at, date_trunc('milliseconds', now())), trigger = 'BULK', bulk_operation_id = $3
WHERE id = ANY (ARRAY (SELECT id FROM retrying)) AND status = 'RETRYING'
RETURNING id, endpoint_id AS "endpointId"`,
});

/**
 * Makes RETRYING deliveries due now. As with `retryDelivery`, they keep their step of the retry schedule. Deliveries in
 * another status or of another tenant are ignored. The status does not change, so nothing is announced.
 */
export async function expediteDeliveries(
  db: ClientBase,
  { operationId, tenantId, ids }: ExpediteInput,
): Promise<BulkChange> {
  const rows = ids.length === 0 ? [] : await expediteManyStatement(db, [encodePlainArray(ids), tenantId, operationId]);
  return {
    queuedIds: rows.map(row => row.id),
    endpointIds: rows.map(row => row.endpointId),
    announcement: { outboxId: null, transitions: [] },
  };
}

export interface ExpediteInput {
  /** The bulk operation (UUID) to store with each delivery that is made due. */
  readonly operationId: string;
  readonly tenantId: string;
  /** The deliveries (UUIDs) to make due. */
  readonly ids: readonly string[];
}

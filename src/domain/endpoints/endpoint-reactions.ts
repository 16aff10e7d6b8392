import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import { formatId } from '../../ids.ts';

const holdStatement = defineStatement<[id: string, pauseMs: number], never>({
  name: 'endpoint-hold',
  text: `
UPDATE endpoint SET hold_until = GREATEST(hold_until, now() + $2 * interval '1 ms') WHERE id = $1`,
});

/**
 * Pauses a whole endpoint because its receiver asked for it (Retry-After on 429 and 503): nothing but tests and what a
 * person retries is sent to it for `pauseMs`, by any sender.
 */
export async function holdEndpoint(pool: Pool, endpointId: string, pauseMs: number): Promise<void> {
  await holdStatement(pool, [endpointId, pauseMs]);
}

const disableStatement = defineStatement<[id: string, reason: string], { id: string }>({
  name: 'endpoint-disable-gone',
  text: `
WITH disabled AS (
  UPDATE endpoint SET status = 'DISABLED', status_reason = $2, updated_at = now(), revision = revision + 1
  WHERE id = $1 AND deleted_at IS NULL AND status <> 'DISABLED' AND coalesce(disable_on_gone, url !~ '\\{[{%]')
  RETURNING id, tenant_id
), rerouted AS (
  UPDATE tenant SET routing_revision = routing_revision + 1 WHERE id = (SELECT tenant_id FROM disabled)
)
SELECT id FROM disabled`,
});

/** Disables an endpoint whose receiver answered 410, unless it says otherwise (`disableOnGone`). */
export async function disableGoneEndpoint(pool: Pool, endpointId: string, deliveryId: string): Promise<void> {
  await disableStatement(pool, [endpointId, `The receiver answered 410 Gone to ${formatId('dlv', deliveryId)}.`]);
}

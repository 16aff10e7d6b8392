import type { Pool } from 'pg';
import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { formatId } from '../../ids.ts';

const startPauseStatement = defineStatement<[id: string, pauseMs: number, url: string], { id: string }>({
  name: 'endpoint-pause',
  text: `
UPDATE endpoint SET hold_until = GREATEST(hold_until, now() + $2 * interval '1 ms'), hold_started_at = now()
WHERE id = $1 AND url = $3 RETURNING id`,
});

/**
 * Pauses an endpoint for `pauseMs`, because its receiver asked for it (`Retry-After` on 429, 502, 503 and 504). Senders
 * then send it only test events and manual retries. An existing pause is never shortened. Does nothing if the
 * endpoint's URL has changed since, because the pause would then affect another receiver.
 *
 * @param url the URL to which the request was sent.
 * @returns whether the endpoint is paused.
 */
export async function startReceiverPause(
  pool: Pool,
  endpointId: string,
  pauseMs: number,
  url: string,
): Promise<boolean> {
  return (await startPauseStatement(pool, [endpointId, pauseMs, url])).length > 0;
}

const endPauseStatement = defineStatement<[id: string, startedAtMs: number], { id: string }>({
  name: 'endpoint-end-pause',
  text: `
UPDATE endpoint SET hold_until = NULL, hold_started_at = NULL
WHERE id = $1 AND hold_until > now() AND coalesce(hold_started_at <= to_timestamp($2 / 1000.0), true) RETURNING id`,
});

/**
 * Ends the pause that a receiver asked for, because an attempt that started during the pause has succeeded.
 *
 * @param startedAtMs the start of that attempt: Unix milliseconds by the database's clock.
 * @returns whether a pause was ended.
 */
export async function endReceiverPause(pool: Pool, endpointId: string, startedAtMs: number): Promise<boolean> {
  return (await endPauseStatement(pool, [endpointId, startedAtMs])).length > 0;
}

const restoreScheduleStatement = defineStatement<[endpointId: string, deliveryId: string | null], { id: string }>({
  name: 'deliveries-restore-schedule',
  text: `
WITH lengthened AS MATERIALIZED (
  SELECT id FROM delivery_live
  WHERE endpoint_id = $1::uuid AND schedule_due_at IS NOT NULL AND status = 'RETRYING' AND ($2::uuid IS NULL OR id = $2)
  ORDER BY id FOR NO KEY UPDATE
)
UPDATE delivery_live SET due_at = LEAST(due_at, schedule_due_at), schedule_due_at = NULL
WHERE id = ANY (ARRAY (SELECT id FROM lengthened)) RETURNING id`,
});

/**
 * Makes deliveries of an endpoint that a `Retry-After` has delayed due by their retry schedule again. Call it when the
 * URL changes, because the new receiver has not asked for the delay.
 */
export async function restoreSchedules(transaction: Prisma.TransactionClient, endpointId: string): Promise<void> {
  await transaction.$executeRawUnsafe(restoreScheduleStatement.text, endpointId, null);
}

/**
 * Like `restoreSchedules`, for one delivery whose response with `Retry-After` arrived after the URL had changed.
 *
 * @returns whether the delivery was delayed.
 */
export async function restoreSchedule(pool: Pool, endpointId: string, deliveryId: string): Promise<boolean> {
  return (await restoreScheduleStatement(pool, [endpointId, deliveryId])).length > 0;
}

const disableStatement = defineStatement<[id: string, reason: string, url: string], { id: string }>({
  name: 'endpoint-disable-gone',
  text: `
WITH disabled AS (
  UPDATE endpoint SET status = 'DISABLED', status_reason = $2, updated_at = now(), revision = revision + 1
  WHERE id = $1 AND url = $3 AND deleted_at IS NULL AND status <> 'DISABLED' AND coalesce(disable_on_gone, url !~ '\\{[{%]')
  RETURNING id, tenant_id, status_reason
), operational_events AS (
  INSERT INTO operational_event (tenant_id, endpoint_id, type, details)
  SELECT tenant_id, id, 'livehook.endpoint.disabled', jsonb_build_object('reason', status_reason) FROM disabled
), rerouted AS (
  UPDATE tenant SET routing_revision = routing_revision + 1 WHERE id = (SELECT tenant_id FROM disabled)
)
SELECT id FROM disabled`,
});

/**
 * Disables an endpoint whose receiver responded with 410, unless `disableOnGone` is false or the endpoint's URL has
 * changed since.
 *
 * @param url the URL to which the request was sent.
 * @returns whether the endpoint was disabled.
 */
export async function disableGoneEndpoint(
  pool: Pool,
  endpointId: string,
  deliveryId: string,
  url: string,
): Promise<boolean> {
  const reason = `The endpoint returned 410 Gone to ${formatId('dlv', deliveryId)}.`;
  return (await disableStatement(pool, [endpointId, reason, url])).length > 0;
}

import { defineStatement, withTransaction } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { InvalidStateError } from '../../errors.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { announceChange, type ChangedDelivery } from './announce-change.ts';
import { snapshotColumns } from './delivery-columns.ts';
import { findDelivery, payloadPurged, requireUsableEndpoint } from './find-delivery.ts';

/*
 * Changes a FAILED delivery to PENDING by moving its row from the history to the live table. The payload is copied,
 * because the event's partition may be dropped before the new retry schedule ends.
 */
const restartStatement = defineStatement<[id: string, tenantId: string, scheduleLength: number], ChangedDelivery>({
  name: 'delivery-restart',
  text: `
WITH failed AS (
  DELETE FROM delivery_history WHERE id = $1 AND tenant_id = $2 AND status = 'FAILED'
    AND EXISTS (SELECT FROM event WHERE event.id = delivery_history.event_id)
  RETURNING *
), restarted AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, due_at, updated_at, last_failed_at, status,
    error_code, trigger, attempt_count, max_attempts, version, duration_ms, response_status, live, is_test, event_type,
    error_message, payload)
  SELECT id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, date_trunc('milliseconds', now()), now(), last_failed_at, 'PENDING', error_code, 'MANUAL',
    attempt_count, attempt_count + 1 + CASE WHEN is_test THEN 0 ELSE $3 END, version + 1, duration_ms, response_status,
    true, is_test, event_type, error_message, (SELECT payload FROM event WHERE event.id = failed.event_id)
  FROM failed
  RETURNING *
), ${insertOutbox('restarted', "'FAILED'")}
SELECT ${snapshotColumns('r')}, announced.id AS "outboxId" FROM restarted r, announced`,
});

const expediteStatement = defineStatement<[id: string, tenantId: string], DeliverySnapshot>({
  name: 'delivery-expedite',
  text: `
UPDATE delivery_live d SET due_at = LEAST(due_at, date_trunc('milliseconds', now())), trigger = 'MANUAL'
WHERE id = $1 AND tenant_id = $2 AND status = 'RETRYING' RETURNING ${snapshotColumns('d')}`,
});

/**
 * Sends a delivery again. A FAILED delivery becomes PENDING: its retry schedule restarts, and its attempt numbers
 * continue. A RETRYING delivery becomes due and keeps its step of the schedule. Both wait while the endpoint is paused.
 *
 * @returns the delivery after the change.
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError without any change (another status, or an endpoint
 *   that is disabled or deleted), ForbiddenError without DELIVERIES_MANAGE.
 */
export async function retryDelivery(ctx: DomainContext, id: string): Promise<DeliverySnapshot> {
  const { services, actor } = ctx;
  authorize(actor, 'retryDelivery');
  const uuid = requireId('dlv', id, 'id');
  const { pool } = services;
  const before = await findDelivery(pool, actor, uuid);
  requireUsableEndpoint({ status: before.endpointStatus, deletedAt: before.endpointDeletedAt });
  const schedule = before.endpointSchedule ?? services.limits.defaultRetryScheduleSeconds;

  const { restarted, expedited } = await withTransaction(pool, async client => {
    const [failed] = await restartStatement(client, [uuid, actor.tenantId, schedule.length]);
    const [retrying] = failed ? [] : await expediteStatement(client, [uuid, actor.tenantId]);
    if (failed ?? retrying) await recordAudit(client, ctx, { action: 'DELIVERY_RETRIED', targetIds: [id] });
    return { restarted: failed, expedited: retrying };
  });
  if (restarted) return announceChange(services, before, restarted);
  if (expedited) {
    services.feed.notifySenders([{ endpointId: expedited.endpointId, tenantId: actor.tenantId, count: null }]);
    return expedited;
  }
  const now = await findDelivery(pool, actor, uuid);
  if (now.status === 'FAILED') throw payloadPurged();
  throw new InvalidStateError(
    `Only a delivery that is FAILED or RETRYING can be retried; this one is ${now.status}.`,
    now.status,
  );
}

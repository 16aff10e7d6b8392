import { defineStatement } from '../../database/pool.ts';
import { InvalidStateError, NotFoundError } from '../../errors.ts';
import type { DeliverySnapshot } from '../../feed/transition.ts';
import { newUuid } from '../../ids.ts';
import { requireId } from '../arguments.ts';
import { type DomainContext, requirePermission, type Services } from '../context.ts';
import { announceChange, type ChangedDelivery } from './announce-change.ts';
import { snapshotColumns } from './delivery-columns.ts';
import { findDelivery, requireUsableEndpoint } from './find-delivery.ts';

/* The payload is copied: the event's partition may be dropped before the schedule of the replay ends. */
const replayStatement = defineStatement<
  [id: string, endpointId: string, replayOf: string, maxAttempts: number, eventId: string, tenantId: string],
  ChangedDelivery
>({
  name: 'delivery-replay',
  text: `
WITH replay AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, replay_of, due_at, updated_at, status, trigger,
    max_attempts, live, is_test, event_type, payload)
  SELECT $1, tenant_id, $2, id, $3, date_trunc('milliseconds', now()), now(), 'PENDING', 'MANUAL', CASE WHEN is_test THEN 1 ELSE $4 END, true,
    is_test, type, payload
  FROM event WHERE id = $5 AND tenant_id = $6
  RETURNING *
), announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT ARRAY[id], ARRAY[version], ARRAY[status], ARRAY[NULL::delivery_status] FROM replay
  RETURNING id
)
SELECT ${snapshotColumns('r')}, announced.id AS "outboxId" FROM replay r, announced`,
});

/**
 * Makes a new PENDING delivery of the same event: the same event id on the wire, no attempts, and the endpoint's URL,
 * headers and secret as they are when it is sent.
 *
 * @param endpointId where to; default: the original's endpoint.
 * @returns the new delivery.
 * @throws NotFoundError, BadUserInputError (`id`, `endpointId`), InvalidStateError (the endpoint is disabled or deleted,
 * or the payload purged), ForbiddenError without DELIVERIES_MANAGE.
 */
export async function replayDelivery(
  { services, actor }: DomainContext,
  id: string,
  endpointId: string | null,
): Promise<DeliverySnapshot> {
  requirePermission(actor, 'DELIVERIES_MANAGE');
  const uuid = requireId('dlv', id, 'id');
  const target = endpointId === null ? null : requireId('ep', endpointId, 'endpointId');
  const original = await findDelivery(services.pool, actor.tenantId, uuid);
  const endpoint = await findEndpoint(services, actor.tenantId, target ?? original.endpointId);
  requireUsableEndpoint(endpoint);
  const schedule = endpoint.retryScheduleSeconds ?? services.limits.defaultRetryScheduleSeconds;
  const [replay] = await replayStatement(services.pool, [
    newUuid(services.clock.now()),
    endpoint.id,
    uuid,
    schedule.length + 1,
    original.eventId,
    actor.tenantId,
  ]);
  if (!replay) {
    throw new InvalidStateError('The payload of this delivery has been purged by retention: it can not be sent again.');
  }
  return announceChange(services, { status: null, endpointName: endpoint.name, endpointUrl: endpoint.url }, replay);
}

async function findEndpoint({ prisma }: Services, tenantId: string, id: string) {
  const endpoint = await prisma.endpoint.findUnique({ where: { id, tenantId } });
  if (!endpoint) throw new NotFoundError('There is no such endpoint.');
  return { ...endpoint, retryScheduleSeconds: endpoint.retryScheduleSeconds as number[] | null };
}

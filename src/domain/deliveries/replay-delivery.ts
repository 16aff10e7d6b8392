import { defineStatement, withTransaction } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { NotFoundError } from '../../errors.ts';
import { formatId, newUuid } from '../../ids.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext, Services } from '../context.ts';
import { requireEndpointId } from '../endpoints/require-endpoint-id.ts';
import { authorize } from '../verbs.ts';
import { announceChange, type ChangedDelivery } from './announce-change.ts';
import { snapshotColumns } from './delivery-columns.ts';
import { findDelivery, payloadPurged, requireUsableEndpoint } from './find-delivery.ts';

/*
 * Creates the replay with its own copy of the payload, because the event's partition may be dropped before the replay's
 * retry schedule ends.
 */
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
), ${insertOutbox('replay', 'NULL')}
SELECT ${snapshotColumns('r')}, announced.id AS "outboxId" FROM replay r, announced`,
});

/**
 * Creates a PENDING delivery of the same event. Receivers get the same event id. The delivery has no attempts yet, and
 * uses the URL, headers and secret that the endpoint has when it is sent.
 *
 * @param endpointId the endpoint to send it to. Default: that of the original.
 * @returns the new delivery.
 * @throws NotFoundError, BadUserInputError (`id`, `endpointId`), InvalidStateError (the endpoint is disabled or
 *   deleted, or retention has deleted the payload), ForbiddenError without DELIVERIES_MANAGE.
 */
export async function replayDelivery(
  ctx: DomainContext,
  id: string,
  endpointId: string | null,
): Promise<DeliverySnapshot> {
  const { services, actor } = ctx;
  authorize(actor, 'replayDelivery');
  const uuid = requireId('dlv', id, 'id');
  const target = endpointId === null ? null : requireEndpointId(actor, endpointId, 'endpointId');
  const original = await findDelivery(services.pool, actor, uuid);
  const endpoint = await findEndpoint(services, actor.tenantId, target ?? original.endpointId);
  requireUsableEndpoint(endpoint);
  const schedule = endpoint.retryScheduleSeconds ?? services.limits.defaultRetryScheduleSeconds;
  const replayId = newUuid(services.clock.now());
  const replay = await withTransaction(services.pool, async client => {
    const values = [replayId, endpoint.id, uuid, schedule.length + 1, original.eventId, actor.tenantId] as const;
    const [row] = await replayStatement(client, [...values]);
    const targetIds = [id, formatId('dlv', replayId), formatId('ep', endpoint.id)];
    if (row) await recordAudit(client, ctx, { action: 'DELIVERY_REPLAYED', targetIds });
    return row;
  });
  if (!replay) throw payloadPurged();
  return announceChange(services, { status: null, endpointName: endpoint.name, endpointUrl: endpoint.url }, replay);
}

async function findEndpoint({ prisma }: Services, tenantId: string, id: string) {
  const endpoint = await prisma.endpoint.findUnique({ where: { id, tenantId } });
  if (!endpoint) throw new NotFoundError('There is no such endpoint.', 'endpointId', formatId('ep', id));
  return { ...endpoint, retryScheduleSeconds: endpoint.retryScheduleSeconds as number[] | null };
}

import { withTransaction } from '../../database/pool.ts';
import { NotFoundError } from '../../errors.ts';
import type { DeliverySnapshot } from '../../feed/transition.ts';
import { formatId, newUuid } from '../../ids.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { requireEventType } from '../events/event-type.ts';
import { insertEvents } from '../events/insert-events.ts';
import { requirePayload } from '../events/payload.ts';
import { requireEndpointId } from './require-endpoint-id.ts';
import { explainMissing } from './update-endpoint.ts';

const defaultType = 'webhook.test';
const maxRounds = 20;

/**
 * Sends a test event to one endpoint, whatever its status and filter: one attempt, no automatic retry.
 *
 * @param type default `webhook.test`.
 * @param payload default: an object that says what it is.
 * @returns the delivery, PENDING.
 * @throws NotFoundError, BadUserInputError, PayloadTooLargeError, InvalidStateError where the endpoint is deleted,
 * ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function sendTestEvent(
  ctx: DomainContext,
  endpointId: string,
  type: string | null,
  payload: unknown,
): Promise<DeliverySnapshot> {
  const { services, actor } = ctx;
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireEndpointId(actor, endpointId, 'endpointId');
  const eventType = requireEventType(type ?? defaultType, 'type');
  const now = services.clock.now();
  const text = requirePayload(
    { payload: payload ?? { type: eventType, message: 'This is a test event from Livehook.', sentAt: new Date(now) } },
    '',
    services.limits.maxPayloadBytes,
  );
  const event = { id: newUuid(now), tenantId: actor.tenantId, type: eventType, isTest: true };
  const deliveryId = newUuid(now);
  for (let round = 0; round < maxRounds; round += 1) {
    const table = await services.routing.read(actor.tenantId, round > 0);
    const route = table.routes.get(uuid);
    if (!route) {
      // The table may be older than the endpoint.
      if (round === 0) continue;
      throw await explainMissing(services, actor.tenantId, uuid);
    }
    const deliveries = [{ id: deliveryId, route, maxAttempts: 1 }];
    const sent = { ...event, payload: table.redact(text), deliveries };
    const announcement = await withTransaction(services.pool, async client => {
      const inserted = await insertEvents(client, actor.tenantId, table.revision, [sent]);
      const targetIds = [endpointId, formatId('dlv', deliveryId)];
      if (inserted)
        await recordAudit(client, ctx, { action: 'TEST_EVENT_SENT', targetIds, changes: { type: eventType } });
      return inserted;
    });
    const delivery = announcement?.transitions[0]?.delivery;
    if (!announcement || !delivery) continue;
    announceCreated(services, announcement);
    return delivery;
  }
  throw new NotFoundError('The endpoint changed too often while the test was sent.');
}

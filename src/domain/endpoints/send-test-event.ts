import { NotFoundError } from '../../errors.ts';
import type { DeliverySnapshot } from '../../feed/transition.ts';
import { newUuid } from '../../ids.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import { requireId } from '../arguments.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { requireEventType } from '../events/event-type.ts';
import { insertEvents } from '../events/insert-events.ts';
import { requirePayload } from '../events/payload.ts';
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
  { services, actor }: DomainContext,
  endpointId: string,
  type: string | null,
  payload: unknown,
): Promise<DeliverySnapshot> {
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireId('ep', endpointId, 'endpointId');
  const eventType = requireEventType(type ?? defaultType, 'type');
  const now = services.clock.now();
  const text = requirePayload(
    { payload: payload ?? { type: eventType, message: 'This is a test event from Livehook.', sentAt: new Date(now) } },
    '',
    services.limits.maxPayloadBytes,
  );
  const event = { id: newUuid(now), tenantId: actor.tenantId, type: eventType, payload: text, isTest: true };
  const deliveryId = newUuid(now);
  for (let round = 0; round < maxRounds; round += 1) {
    const table = await services.routing.read(actor.tenantId, round > 0);
    const route = table.routes.get(uuid);
    if (!route) {
      // The table may be older than the endpoint.
      if (round === 0) continue;
      throw await explainMissing(services, actor.tenantId, uuid);
    }
    const announcement = await insertEvents(services.pool, actor.tenantId, table.revision, [
      { ...event, deliveries: [{ id: deliveryId, route, maxAttempts: 1 }] },
    ]);
    const delivery = announcement?.transitions[0]?.delivery;
    if (!announcement || !delivery) continue;
    announceCreated(services, announcement);
    return delivery;
  }
  throw new NotFoundError('The endpoint changed too often while the test was sent.');
}

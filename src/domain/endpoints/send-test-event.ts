import { withTransaction } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { BadUserInputError, UnavailableError } from '../../errors.ts';
import { formatId, newUuid } from '../../ids.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { requireEventType } from '../events/event-type.ts';
import { insertEvents } from '../events/insert-events.ts';
import { requirePayload } from '../events/payload.ts';
import { insertWithNewTypes, UnknownEventTypesError } from '../events/register-event-types.ts';
import { authorize } from '../verbs.ts';
import { requireEndpointId } from './require-endpoint-id.ts';
import { missingEndpointError } from './update-endpoint.ts';

const defaultType = 'webhook.test';
const maxRounds = 20;

/**
 * Sends a test event to one endpoint, whatever its status and event types. It makes one attempt and does not retry.
 *
 * @param type default: `webhook.test`.
 * @param payload null is sent as JSON null. Undefined: an object that says that it is a test.
 * @param payloadText JSON that is sent byte for byte instead. `payload` must then be null or undefined.
 * @returns the PENDING delivery.
 * @throws NotFoundError, BadUserInputError (for a portal token also a type that the tenant has never published),
 *   PayloadTooLargeError, InvalidStateError if the endpoint is deleted, QuotaExceededError (too many event types),
 *   ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function sendTestEvent(
  ctx: DomainContext,
  endpointId: string,
  type: string | null,
  payload: unknown,
  payloadText: string | null = null,
): Promise<DeliverySnapshot> {
  const { services, actor } = ctx;
  authorize(actor, 'sendTestEvent');
  const uuid = requireEndpointId(actor, endpointId, 'endpointId');
  const eventType = requireEventType(type ?? defaultType, 'type');
  const mustBeKnown = actor.portalToken !== null && eventType !== defaultType;
  const now = services.clock.now();
  const sample = { type: eventType, message: 'This is a test event from Livehook.', sentAt: new Date(now) };
  const given = { payload: payload === undefined && payloadText === null ? sample : payload, payloadText };
  const input = payload === null && payloadText === null ? { payloadText: 'null' } : given;
  const text = requirePayload(input, '', services.limits.maxPayloadBytes);
  const event = { id: newUuid(now), tenantId: actor.tenantId, type: eventType, isTest: true };
  const deliveryId = newUuid(now);
  for (let round = 0; round < maxRounds; round += 1) {
    const table = await services.routing.read(actor.tenantId, round > 0);
    const route = table.routes.get(uuid);
    if (!route) {
      // The cached routing table may be older than the endpoint, so it is read again before the endpoint is reported as
      // missing.
      if (round === 0) continue;
      throw await missingEndpointError(services, actor.tenantId, uuid, 'endpointId');
    }
    const deliveries = [{ id: deliveryId, route, maxAttempts: 1 }];
    const sent = { ...event, payload: table.redact(text), deliveries };
    const announcement = await insertWithNewTypes(services, actor.tenantId, () =>
      withTransaction(services.publishPool, async client => {
        const inserted = await insertEvents(client, actor.tenantId, table.revision, [sent]).catch(error => {
          throw mustBeKnown && error instanceof UnknownEventTypesError ? refuseNewType(eventType) : error;
        });
        const targetIds = [endpointId, formatId('dlv', deliveryId)];
        if (inserted)
          await recordAudit(client, ctx, { action: 'TEST_EVENT_SENT', targetIds, changes: { type: eventType } });
        return inserted;
      }),
    );
    const delivery = announcement?.transitions[0]?.delivery;
    if (!announcement || !delivery) continue;
    announceCreated(services, announcement);
    return delivery;
  }
  throw new UnavailableError('The endpoints of this tenant change too often just now: try again later.');
}

/**
 * Creates the error for a new event type in a test event from a portal token, which must not use up the tenant's quota
 * of event types.
 */
function refuseNewType(type: string): BadUserInputError {
  const problem = `a portal token can only send "${defaultType}" and types that were published before; got "${type}"`;
  return new BadUserInputError('type', problem);
}

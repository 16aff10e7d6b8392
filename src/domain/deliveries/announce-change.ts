import type { DeliverySnapshot, PreviousState } from '../../delivery.ts';
import type { Services } from '../context.ts';

/** A row that a verb changed, with the outbox row that its statement wrote. */
export type ChangedDelivery = DeliverySnapshot & { readonly outboxId: number };

/** A waiting delivery that was ended. Those ended together share one outbox row. */
export type FinishedDelivery = ChangedDelivery & ChangeOrigin & { readonly previousStatus: 'PENDING' | 'RETRYING' };

/** The delivery before the change, or null where the verb made it, with its endpoint's name and URL. */
export interface ChangeOrigin {
  readonly endpointName: string;
  readonly endpointUrl: string;
}

/**
 * Announces the transition that a verb made, and wakes the senders where something became due.
 *
 * @returns the delivery as it is now.
 */
export function announceChange(
  services: Services,
  origin: (DeliverySnapshot & ChangeOrigin) | ({ readonly status: null } & ChangeOrigin),
  changed: ChangedDelivery,
): DeliverySnapshot {
  const { outboxId, ...delivery } = changed;
  services.announcer.announce({
    outboxId,
    transitions: [
      {
        delivery,
        previous: origin.status === null ? null : toPreviousState(origin),
        occurredAt: delivery.updatedAt,
        endpointName: origin.endpointName,
        endpointUrl: origin.endpointUrl,
      },
    ],
  });
  const { endpointId, tenantId } = delivery;
  if (delivery.status === 'PENDING') services.feed.notifySenders([{ endpointId, tenantId, count: 1 }]);
  return delivery;
}

export function toPreviousState(delivery: DeliverySnapshot): PreviousState {
  const { status, failureReason, responseStatus, errorCode, bulkOperationId, latencyMs } = delivery;
  return { status, failureReason, responseStatus, errorCode, bulkOperationId, latencyMs };
}

/** Announces deliveries that were ended together. @returns them as they are now. */
export function announceFinished(
  services: Pick<Services, 'announcer'>,
  finished: readonly FinishedDelivery[],
): DeliverySnapshot[] {
  const transitions = finished.map(row => {
    const { outboxId, previousStatus, endpointName, endpointUrl, ...delivery } = row;
    const previous = { ...toPreviousState(delivery), status: previousStatus, failureReason: null };
    return { delivery, previous, occurredAt: delivery.updatedAt, endpointName, endpointUrl };
  });
  services.announcer.announce({ outboxId: finished[0]?.outboxId ?? null, transitions });
  return transitions.map(transition => transition.delivery);
}

import type { DeliverySnapshot, PreviousState } from '../../delivery.ts';
import type { Services } from '../context.ts';

/** A delivery that a statement changed, with the id of the outbox row that the same statement wrote. */
export type ChangedDelivery = DeliverySnapshot & { readonly outboxId: number };

/**
 * A waiting delivery that was ended early, with its status before. Deliveries that one statement ended have the same
 * outbox row.
 */
export type FinishedDelivery = ChangedDelivery & ChangeOrigin & { readonly previousStatus: 'PENDING' | 'RETRYING' };

/** The name and URL of the delivery's endpoint at the time of the change. */
export interface ChangeOrigin {
  readonly endpointName: string;
  readonly endpointUrl: string;
}

/**
 * Announces a transition, and notifies the senders if the delivery is due.
 *
 * @param origin the delivery before the change. Its status is null if the delivery was created.
 * @returns the delivery after the transition.
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

/** Announces deliveries that one statement ended. Returns the deliveries after the change. */
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

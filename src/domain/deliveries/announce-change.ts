import type { DeliverySnapshot, PreviousState, Transition } from '../../delivery.ts';
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
  const transition = describeTransition(origin.status === null ? null : origin, delivery, origin);
  services.announcer.announce({ outboxId, transitions: [transition] });
  const { endpointId, tenantId } = delivery;
  if (delivery.status === 'PENDING') services.feed.notifySenders([{ endpointId, tenantId, count: 1 }]);
  return delivery;
}

/**
 * Describes a change that has just been made.
 *
 * @param before the delivery before the change. Null if it was created.
 */
export function describeTransition(
  before: PreviousState | null,
  delivery: DeliverySnapshot,
  { endpointName, endpointUrl }: ChangeOrigin,
): Transition {
  const previous = before && toPreviousState(before);
  return { delivery, previous, occurredAt: delivery.updatedAt, endpointName, endpointUrl };
}

function toPreviousState(delivery: PreviousState): PreviousState {
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
    return describeTransition({ ...delivery, status: previousStatus, failureReason: null }, delivery, row);
  });
  services.announcer.announce({ outboxId: finished[0]?.outboxId ?? null, transitions });
  return transitions.map(transition => transition.delivery);
}

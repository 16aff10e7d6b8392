import { type Model, type ModelDelivery, type ModelEndpoint, move } from './model.ts';

/**
 * What a claim of up to `slots` from one lane must bring, in the lane's order. Those that were PROCESSING already change
 * hands and take no slot: their attempts are to be settled as INTERRUPTED.
 */
export function pickFromLane(model: Model, endpoint: ModelEndpoint, slots: number): ModelDelivery[] {
  const room = Math.min(slots, roomOf(model, endpoint));
  const claimable = findClaimable(model, endpoint);
  const overtaking = claimable.overtaking.slice(0, slots);
  const taken = overtaking.filter(({ status }) => status !== 'PROCESSING').length;
  const ordinary = endpoint.isFifo ? claimable.ordinary : claimable.ordinary.slice(0, slots - taken);
  let begun = 0;
  const picked = [...overtaking, ...ordinary].filter(delivery => {
    if (delivery.status === 'PROCESSING') return true;
    begun += 1;
    return begun <= room;
  });
  return picked.sort(byDueTime);
}

/** How many more may be in flight at once, of all senders. */
function roomOf(model: Model, endpoint: ModelEndpoint): number {
  return (endpoint.maxConcurrency ?? Number.POSITIVE_INFINITY) - model.inFlight(endpoint).length;
}

/** Everything in a lane that may be sent now, each part in its order. */
export function findClaimable(model: Model, endpoint: ModelEndpoint) {
  return {
    overtaking: model.of(endpoint).filter(isOvertaking).filter(isClaimable).sort(byDueTime),
    ordinary: endpoint.isFifo ? pickHead(model, endpoint) : pickOrdinary(model, endpoint),
  };
}

/** The delivery is in a sender's hands, and its lease begins. */
export function take(delivery: ModelDelivery): void {
  if (delivery.status !== 'PROCESSING') {
    move(delivery, 'PROCESSING');
    delivery.attemptCount += 1;
  }
  delivery.isLeaseExpired = false;
}

/** Tests go to any endpoint that is not deleted; what a person retried, to an enabled one that is held as well. */
function isOvertaking({ isTest, trigger, endpoint }: ModelDelivery): boolean {
  return isTest || (trigger === 'MANUAL' && !endpoint.isFifo && endpoint.status === 'ENABLED');
}

const isOrdinary = ({ isTest, trigger }: ModelDelivery) => !isTest && trigger === 'SCHEDULE';

function isClaimable({ status, endpoint, isDue, isLeaseExpired }: ModelDelivery): boolean {
  if (endpoint.isDeleted || status === 'SUCCEEDED' || status === 'FAILED') return false;
  return status === 'PROCESSING' ? isLeaseExpired : isDue;
}

function pickOrdinary(model: Model, endpoint: ModelEndpoint): ModelDelivery[] {
  if (endpoint.status !== 'ENABLED' || endpoint.isHeld) return [];
  return model.of(endpoint).filter(isOrdinary).filter(isClaimable).sort(byDueTime);
}

/** The oldest that is left and nothing else, whether it is due or not; and nothing while anything is in flight. */
function pickHead(model: Model, endpoint: ModelEndpoint): ModelDelivery[] {
  if (endpoint.status !== 'ENABLED') return [];
  const left = model
    .of(endpoint)
    .filter(each => !each.isTest && each.status !== 'SUCCEEDED' && each.status !== 'FAILED');
  const head = left[0];
  if (!head || !isClaimable(head)) return [];
  if (head.status !== 'PROCESSING' && model.inFlight(endpoint).length > 0) return [];
  return endpoint.isHeld && head.trigger === 'SCHEDULE' ? [] : [head];
}

export function byDueTime(a: ModelDelivery, b: ModelDelivery): number {
  return a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);
}

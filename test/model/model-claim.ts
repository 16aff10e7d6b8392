import { type Model, type ModelDelivery, type ModelEndpoint, move } from './model.ts';

/**
 * Computes the result of a claim of up to `slots` deliveries of one lane, in the order of the lane. Deliveries that are
 * still PROCESSING after a lease expired move to this sender and use no slot: their attempts are settled as
 * INTERRUPTED.
 */
export function pickFromLane(model: Model, endpoint: ModelEndpoint, slots: number): ModelDelivery[] {
  const room = Math.min(slots, freeSlotsOf(model, endpoint));
  const claimable = findClaimable(model, endpoint);
  const prioritized = claimable.prioritized.slice(0, slots);
  const taken = prioritized.filter(({ status }) => status !== 'PROCESSING').length;
  const ordinary = endpoint.isFifo ? claimable.ordinary : claimable.ordinary.slice(0, slots - taken);
  let begun = 0;
  const picked = [...prioritized, ...ordinary].filter(delivery => {
    if (delivery.status === 'PROCESSING') return true;
    begun += 1;
    return begun <= room;
  });
  return picked.sort(byDueTime);
}

/** The number of further requests that all senders together may have in flight to the endpoint. */
function freeSlotsOf(model: Model, endpoint: ModelEndpoint): number {
  return (endpoint.maxConcurrency ?? Number.POSITIVE_INFINITY) - model.inFlight(endpoint).length;
}

/** The deliveries of a lane that may be sent now: first those with priority, then the others, each in their order. */
export function findClaimable(model: Model, endpoint: ModelEndpoint) {
  return {
    prioritized: model.of(endpoint).filter(isPrioritized).filter(isClaimable).sort(byDueTime),
    ordinary: endpoint.isFifo ? pickHead(model, endpoint) : pickOrdinary(model, endpoint),
  };
}

/** Assigns the delivery to a sender and starts its lease. */
export function take(delivery: ModelDelivery): void {
  if (delivery.status !== 'PROCESSING') {
    move(delivery, 'PROCESSING');
    delivery.attemptCount += 1;
  }
  delivery.isLeaseExpired = false;
}

/**
 * Test events are sent to any endpoint that is not deleted. Manual retries are sent to enabled endpoints, also while
 * the receiver has asked for a pause.
 */
function isPrioritized({ isTest, trigger, endpoint }: ModelDelivery): boolean {
  return isTest || (trigger === 'MANUAL' && !endpoint.isFifo && endpoint.status === 'ENABLED');
}

const isOrdinary = ({ isTest, trigger }: ModelDelivery) => !isTest && trigger === 'SCHEDULE';

function isClaimable({ status, endpoint, isDue, isLeaseExpired }: ModelDelivery): boolean {
  if (endpoint.isDeleted || status === 'SUCCEEDED' || status === 'FAILED') return false;
  return status === 'PROCESSING' ? isLeaseExpired : isDue;
}

function pickOrdinary(model: Model, endpoint: ModelEndpoint): ModelDelivery[] {
  if (endpoint.status !== 'ENABLED' || endpoint.isPausedByReceiver) return [];
  return model.of(endpoint).filter(isOrdinary).filter(isClaimable).sort(byDueTime);
}

/**
 * The claimable delivery of a FIFO endpoint: only the oldest one, whether it is due or not, and none while one is in
 * flight.
 */
function pickHead(model: Model, endpoint: ModelEndpoint): ModelDelivery[] {
  if (endpoint.status !== 'ENABLED') return [];
  const left = model
    .of(endpoint)
    .filter(each => !each.isTest && each.status !== 'SUCCEEDED' && each.status !== 'FAILED');
  const head = left[0];
  if (!head || !isClaimable(head)) return [];
  if (head.status !== 'PROCESSING' && model.inFlight(endpoint).length > 0) return [];
  return endpoint.isPausedByReceiver && head.trigger === 'SCHEDULE' ? [] : [head];
}

export function byDueTime(a: ModelDelivery, b: ModelDelivery): number {
  return a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);
}

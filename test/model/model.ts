import type { AttemptErrorCode, DeliveryStatus, FailureReason } from '../../src/delivery.ts';

/**
 * An in-memory model of the delivery engine: the effects of API calls, claims and results. Each function changes the
 * model as the engine must change the database, and returns what the engine must return.
 */

export interface ModelEndpoint {
  readonly uuid: string;
  readonly id: string;
  /** The retry schedule in seconds. 0 is due at once. Any other wait ends when the scenario moves time forward. */
  readonly schedule: readonly number[];
  readonly isFifo: boolean;
  readonly disablesOnGone: boolean;
  maxConcurrency: number | null;
  status: 'ENABLED' | 'PAUSED' | 'DISABLED';
  isDeleted: boolean;
  /** Whether the receiver has requested a pause with Retry-After. */
  isPausedByReceiver: boolean;
}

export interface ModelAttempt {
  readonly number: number;
  readonly errorCode: AttemptErrorCode | null;
  readonly responseStatus: number | null;
}

export interface ModelDelivery {
  readonly id: string;
  readonly endpoint: ModelEndpoint;
  readonly isTest: boolean;
  readonly replayOf: string | null;
  status: DeliveryStatus;
  failureReason: FailureReason | null;
  attemptCount: number;
  maxAttempts: number;
  version: number;
  scheduleStep: number;
  interruptions: number;
  trigger: 'SCHEDULE' | 'MANUAL';
  isDue: boolean;
  isLeaseExpired: boolean;
  readonly attempts: ModelAttempt[];
  /**
   * The position among due deliveries: the `due_at` of the database, which is read after each step. It is the only
   * value that the model does not predict.
   */
  dueAt: number;
}

export class Model {
  readonly endpoints: readonly ModelEndpoint[];
  /** All deliveries in the order of their ids. */
  readonly deliveries: ModelDelivery[] = [];

  constructor(endpoints: readonly ModelEndpoint[]) {
    this.endpoints = endpoints;
  }

  create(id: string, endpoint: ModelEndpoint, isTest: boolean, original: ModelDelivery | null): void {
    this.deliveries.push({
      id,
      endpoint,
      isTest,
      replayOf: original?.id ?? null,
      status: 'PENDING',
      failureReason: null,
      attemptCount: 0,
      maxAttempts: 1 + (isTest ? 0 : endpoint.schedule.length),
      version: 1,
      scheduleStep: 0,
      interruptions: 0,
      trigger: original ? 'MANUAL' : 'SCHEDULE',
      isDue: true,
      isLeaseExpired: false,
      attempts: [],
      dueAt: 0,
    });
  }

  of(endpoint: ModelEndpoint): ModelDelivery[] {
    return this.deliveries.filter(delivery => delivery.endpoint === endpoint);
  }

  inFlight(endpoint: ModelEndpoint): ModelDelivery[] {
    return this.of(endpoint).filter(delivery => delivery.status === 'PROCESSING');
  }
}

/** The error of an API call. Null if it succeeds. */
export type Refusal = 'INVALID_STATE' | 'NOT_FOUND' | null;

export const isWaiting = ({ status }: ModelDelivery) => status === 'PENDING' || status === 'RETRYING';
const isUsable = ({ isDeleted, status }: ModelEndpoint) => !isDeleted && status !== 'DISABLED';

/** The endpoints to which an event is delivered: `chosen`, or all that match. */
export function route(model: Model, chosen: readonly ModelEndpoint[] | null): ModelEndpoint[] | Refusal {
  for (const endpoint of chosen ?? []) {
    if (endpoint.isDeleted) return 'NOT_FOUND';
    if (endpoint.status === 'DISABLED') return 'INVALID_STATE';
  }
  return [...new Set(chosen ?? model.endpoints.filter(isUsable))];
}

export function retry(delivery: ModelDelivery): Refusal {
  if (!isUsable(delivery.endpoint)) return 'INVALID_STATE';
  if (delivery.status !== 'FAILED' && delivery.status !== 'RETRYING') return 'INVALID_STATE';
  if (delivery.status === 'FAILED') {
    move(delivery, 'PENDING');
    delivery.maxAttempts = delivery.attemptCount + 1 + (delivery.isTest ? 0 : delivery.endpoint.schedule.length);
    delivery.scheduleStep = 0;
    delivery.interruptions = 0;
  }
  delivery.isDue = true;
  delivery.trigger = 'MANUAL';
  return null;
}

export function canReplay(to: ModelEndpoint): Refusal {
  return isUsable(to) ? null : 'INVALID_STATE';
}

export function cancel(delivery: ModelDelivery): Refusal {
  if (!isWaiting(delivery)) return 'INVALID_STATE';
  move(delivery, 'FAILED', 'CANCELED');
  return null;
}

export function remove(model: Model, endpoint: ModelEndpoint): Refusal {
  if (endpoint.isDeleted) return 'INVALID_STATE';
  endpoint.isDeleted = true;
  endWaiting(model.of(endpoint));
  return null;
}

/**
 * Ends deliveries that were in flight when their endpoint was deleted and have waited since then, as the janitor does.
 */
export function endDeliveriesOfDeletedEndpoints(model: Model): void {
  endWaiting(model.deliveries.filter(delivery => delivery.endpoint.isDeleted));
}

function endWaiting(deliveries: readonly ModelDelivery[]): void {
  for (const delivery of deliveries) if (isWaiting(delivery)) move(delivery, 'FAILED', 'ENDPOINT_DELETED');
}

/** Makes one transition: increments the version, and clears the fields of the previous status. */
export function move(delivery: ModelDelivery, status: DeliveryStatus, reason: FailureReason | null = null): void {
  delivery.status = status;
  delivery.failureReason = reason;
  delivery.version += 1;
  delivery.isLeaseExpired = false;
}

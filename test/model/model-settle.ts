import type { AttemptErrorCode } from '../../src/delivery.ts';
import { type Model, type ModelDelivery, move } from './model.ts';

/** How an attempt ends: what the receiver does, or what becomes of the request. */
export const outcomes = ['200', '500', '410', '429', 'refused', 'unsendable', 'unwritten', 'interrupted'] as const;
export type Outcome = (typeof outcomes)[number];

/** A result belongs to one claim: the delivery's version at that claim tells it from every other. */
export interface ModelClaim {
  readonly delivery: ModelDelivery;
  readonly number: number;
  readonly version: number;
}

/** What an accepted result means for its endpoint. */
export type Reaction = 'hold' | 'disable' | null;

const maxInterruptions = 3;

/** The fence: a result counts while the delivery is PROCESSING by the very claim that it comes from. */
export function isAccepted({ delivery, number, version }: ModelClaim): boolean {
  return delivery.status === 'PROCESSING' && delivery.attemptCount === number && delivery.version === version;
}

/** The end of an attempt, whose claim must be accepted: it is recorded, and the delivery moves. */
export function settle(claim: ModelClaim, outcome: Exclude<Outcome, 'unwritten'>): Reaction {
  const { delivery, number } = claim;
  const { endpoint } = delivery;
  delivery.attempts.push({ number, ...describe(outcome) });
  if (outcome === '200') {
    move(delivery, 'SUCCEEDED');
    return null;
  }
  if (outcome === '410' || outcome === 'unsendable') {
    fail(delivery, outcome === '410' ? 'GONE' : 'UNSENDABLE');
    return outcome === '410' && endpoint.disablesOnGone ? 'disable' : null;
  }
  const schedule = delivery.isTest ? [] : endpoint.schedule;
  const stepsLeft = schedule.length - delivery.scheduleStep;
  if (outcome === 'interrupted' && delivery.interruptions + 1 < maxInterruptions) {
    retryLater(delivery, true);
    delivery.interruptions += 1;
    delivery.maxAttempts = number + 1 + stepsLeft;
    return null;
  }
  if (stepsLeft === 0) fail(delivery, 'EXHAUSTED');
  else {
    retryLater(delivery, schedule[delivery.scheduleStep] === 0 && outcome !== '429');
    delivery.interruptions = 0;
    delivery.scheduleStep += 1;
    delivery.maxAttempts = number + stepsLeft;
  }
  return outcome === '429' ? 'hold' : null;
}

/** No request was written: the attempt's number goes back, and the delivery is due as it was. */
export function giveBack({ delivery }: ModelClaim): void {
  move(delivery, 'RETRYING');
  delivery.attemptCount -= 1;
  delivery.isDue = true;
}

/** The janitor's part: expired leases in lanes that no sender reads. */
export function settleExpired(model: Model): void {
  for (const delivery of model.deliveries) {
    const { status, isDeleted, isHeld, isFifo } = delivery.endpoint;
    const isUnread = status !== 'ENABLED' || isDeleted || isHeld || isFifo;
    if (!delivery.isLeaseExpired || delivery.status !== 'PROCESSING' || !isUnread) continue;
    settle({ delivery, number: delivery.attemptCount, version: delivery.version }, 'interrupted');
  }
}

function retryLater(delivery: ModelDelivery, isDue: boolean): void {
  move(delivery, 'RETRYING');
  delivery.trigger = 'SCHEDULE';
  delivery.isDue = isDue;
}

function fail(delivery: ModelDelivery, reason: 'GONE' | 'UNSENDABLE' | 'EXHAUSTED'): void {
  move(delivery, 'FAILED', reason);
  delivery.maxAttempts = delivery.attemptCount;
}

function describe(outcome: Exclude<Outcome, 'unwritten'>): {
  errorCode: AttemptErrorCode | null;
  responseStatus: number | null;
} {
  if (outcome === '200') return { errorCode: null, responseStatus: 200 };
  if (outcome === '410' || outcome === '429' || outcome === '500') {
    return { errorCode: 'HTTP_STATUS', responseStatus: Number(outcome) };
  }
  const errorCode =
    outcome === 'refused' ? 'CONNECTION_REFUSED' : outcome === 'unsendable' ? 'BLOCKED_ADDRESS' : 'INTERRUPTED';
  return { errorCode, responseStatus: null };
}

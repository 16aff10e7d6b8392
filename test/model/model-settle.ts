import type { AttemptErrorCode } from '../../src/delivery.ts';
import { type Model, type ModelDelivery, move } from './model.ts';

/** The possible outcomes of an attempt: the response of the receiver, or why there was none. */
export const outcomes = ['200', '500', '410', '429', 'refused', 'unsendable', 'unwritten', 'interrupted'] as const;
export type Outcome = (typeof outcomes)[number];

/** A claim to which a result belongs. The version of the delivery at the claim identifies it. */
export interface ModelClaim {
  readonly delivery: ModelDelivery;
  readonly number: number;
  readonly version: number;
}

/** The effect of an accepted result on its endpoint. */
export type Reaction = 'pause' | 'disable' | null;

const maxInterruptions = 3;

/** Whether a result is accepted: the delivery must still be PROCESSING by the claim to which the result belongs. */
export function isAccepted({ delivery, number, version }: ModelClaim): boolean {
  return delivery.status === 'PROCESSING' && delivery.attemptCount === number && delivery.version === version;
}

/** Records the end of an attempt whose claim is still valid, and changes the delivery. */
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
  return outcome === '429' ? 'pause' : null;
}

/**
 * Releases a claim whose request was not written: the attempt number is free again, and the due time is that from
 * before the claim.
 */
export function release({ delivery }: ModelClaim): void {
  move(delivery, 'RETRYING');
  delivery.attemptCount -= 1;
  delivery.isDue = true;
}

/** Settles expired leases in lanes that no sender reads, as the janitor does. */
export function settleExpired(model: Model): void {
  for (const delivery of model.deliveries) {
    const { status, isDeleted, isPausedByReceiver, isFifo } = delivery.endpoint;
    const isUnread = status !== 'ENABLED' || isDeleted || isPausedByReceiver || isFifo;
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

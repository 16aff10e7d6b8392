import { type AttemptResult, type DeliverySnapshot, decideNextStep } from '../../delivery.ts';
import type { ClaimedDelivery } from './claim.ts';
import type { AttemptRecord, Settlement } from './settlement.ts';

/** A delivery whose attempt has ended, with the data that decides its next step. */
export interface AttemptedDelivery {
  readonly claimed: Pick<ClaimedDelivery, 'trigger' | 'scheduleStep' | 'interruptions'> & {
    readonly delivery: DeliverySnapshot;
  };
  readonly target: { readonly name: string; readonly url: string; readonly scheduleSeconds: readonly number[] };
}

/**
 * Builds the settlement of an attempt: its record, and the next step that follows from its result. A test event is
 * tried only once.
 */
export function describeSettlement(
  { claimed, target }: AttemptedDelivery,
  attempt: Omit<AttemptRecord, 'trigger'>,
  result: AttemptResult,
  nowMs: number,
): Settlement {
  const { delivery, trigger, scheduleStep, interruptions } = claimed;
  const scheduleSeconds = delivery.isTest ? [] : target.scheduleSeconds;
  const state = { attemptNumber: delivery.attemptCount, scheduleStep, interruptions, scheduleSeconds };
  return {
    claimed: delivery,
    endpointName: target.name,
    endpointUrl: target.url,
    attempt: { ...attempt, trigger },
    next: decideNextStep(result, state, nowMs, Math.random()),
  };
}

/**
 * Builds the settlement of an attempt whose sender was lost. It is unknown whether the receiver got a request.
 *
 * @param startedAt when the attempt was claimed, in Unix milliseconds.
 */
export function describeInterrupted(item: AttemptedDelivery, startedAt: number, nowMs: number): Settlement {
  const message = 'The sender ended before it could record the outcome: the request may have been made.';
  const attempt = { startedAt, durationMs: 0, error: { code: 'INTERRUPTED', message } as const };
  return describeSettlement(item, attempt, { kind: 'interrupted' }, nowMs);
}

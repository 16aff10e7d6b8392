import { type AttemptTrigger, type DeliverySnapshot, decideNextStep } from '../../delivery.ts';
import type { Settlement } from './settlement.ts';

/** A delivery whose sender was lost, with what decides its next step. */
export interface InterruptedDelivery {
  readonly delivery: DeliverySnapshot;
  readonly trigger: AttemptTrigger;
  readonly scheduleStep: number;
  readonly interruptions: number;
  readonly scheduleSeconds: readonly number[];
  readonly endpointName: string;
  readonly endpointUrl: string;
  /** When the attempt was claimed, unix milliseconds. */
  readonly startedAt: number;
}

/** The end of an attempt whose sender was lost. Whether the receiver saw a request is not known. */
export function describeInterrupted(item: InterruptedDelivery, nowMs: number): Settlement {
  const { delivery, scheduleStep, interruptions } = item;
  const state = {
    attemptNumber: delivery.attemptCount,
    scheduleStep,
    interruptions,
    scheduleSeconds: delivery.isTest ? [] : item.scheduleSeconds,
  };
  return {
    claimed: delivery,
    endpointName: item.endpointName,
    endpointUrl: item.endpointUrl,
    attempt: {
      trigger: item.trigger,
      startedAt: item.startedAt,
      durationMs: 0,
      queueMs: null,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: null,
      isResent: false,
      request: null,
      response: null,
      error: {
        code: 'INTERRUPTED',
        message: 'The sender ended before it could record the outcome: the request may have been made.',
      },
    },
    next: decideNextStep({ kind: 'interrupted' }, state, nowMs, Math.random()),
  };
}

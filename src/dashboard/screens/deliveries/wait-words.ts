import type { DeliveryWaitReason } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** The display text for each reason why a delivery is on hold. */
export const waitWords: Readonly<Record<DeliveryWaitReason, string>> = {
  ENDPOINT_DISABLED: messages.endpointDisabled,
  ENDPOINT_PAUSED: messages.endpointPaused,
  RETRY_AFTER: messages.endpointAskedToWait,
  FIFO_ORDER: messages.waitingForAnOlderDelivery,
  RATE_LIMIT: messages.rateLimit,
  ENDPOINT_UNREACHABLE: messages.endpointUnreachable,
  CONCURRENCY: messages.requestsInFlight,
};

/** Sentences that say why a delivery is on hold, by reason. */
export const waitSentences: Readonly<Record<DeliveryWaitReason, string>> = {
  ENDPOINT_DISABLED: messages.onHoldDisabled,
  ENDPOINT_PAUSED: messages.onHoldPaused,
  RETRY_AFTER: messages.onHoldRetryAfter,
  FIFO_ORDER: messages.onHoldInOrder,
  RATE_LIMIT: messages.onHoldRateLimit,
  ENDPOINT_UNREACHABLE: messages.onHoldUnreachable,
  CONCURRENCY: messages.onHoldConcurrency,
};

export interface Wait {
  readonly reason: DeliveryWaitReason;
  readonly until?: string | null;
}

/** The sentence for a reason, with the end of the wait if it is known. `formatAt` formats a time. */
export function describeWait({ reason, until }: Wait, formatAt: (at: string) => string): string {
  return until ? messages.reasonUntil(waitSentences[reason], formatAt(until)) : waitSentences[reason];
}

import type { DeliveryWaitReason } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** What holds a delivery back, in a few words. */
export const waitWords: Readonly<Record<DeliveryWaitReason, string>> = {
  ENDPOINT_DISABLED: messages.endpointDisabled,
  ENDPOINT_PAUSED: messages.endpointPaused,
  RETRY_AFTER: messages.endpointAskedToWait,
  FIFO_ORDER: messages.waitingForAnOlderDelivery,
  RATE_LIMIT: messages.rateLimit,
  ENDPOINT_UNREACHABLE: messages.endpointUnreachable,
  CONCURRENCY: messages.requestsInFlight,
};

/** What holds a delivery back, as a sentence. */
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

/** The sentence, with the end of the wait if it is known. `formatAt` writes a time. */
export function describeWait({ reason, until }: Wait, formatAt: (at: string) => string): string {
  return until ? messages.reasonUntil(waitSentences[reason], formatAt(until)) : waitSentences[reason];
}

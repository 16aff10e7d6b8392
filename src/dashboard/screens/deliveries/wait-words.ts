import type { DeliveryWaitReason } from '../../generated/graphql.ts';

/** What holds a delivery back, in a few words. */
export const waitWords: Readonly<Record<DeliveryWaitReason, string>> = {
  ENDPOINT_DISABLED: 'endpoint disabled',
  ENDPOINT_PAUSED: 'endpoint paused',
  RETRY_AFTER: 'endpoint asked to wait',
  FIFO_ORDER: 'waiting for an older delivery',
  RATE_LIMIT: 'rate limit',
  ENDPOINT_UNREACHABLE: 'endpoint unreachable',
  CONCURRENCY: 'requests in flight',
};

/** What holds a delivery back, as a sentence. */
export const waitSentences: Readonly<Record<DeliveryWaitReason, string>> = {
  ENDPOINT_DISABLED: 'On hold: the endpoint is disabled. Enable it to send this delivery.',
  ENDPOINT_PAUSED: 'On hold: the endpoint is paused. Resume it to send this delivery.',
  RETRY_AFTER: 'On hold: the endpoint answered with Retry-After.',
  FIFO_ORDER: 'On hold: the endpoint receives deliveries in order, and an older one has not ended.',
  RATE_LIMIT: "On hold: the endpoint's rate limit is used up.",
  ENDPOINT_UNREACHABLE: 'On hold: the endpoint does not respond. It is probed with one request at a time.',
  CONCURRENCY: 'On hold: other requests to the endpoint are in flight, up to its limit.',
};

export interface Wait {
  readonly reason: DeliveryWaitReason;
  readonly until?: string | null;
}

/** The sentence, with the end of the wait if it is known. `formatAt` writes a time. */
export function describeWait({ reason, until }: Wait, formatAt: (at: string) => string): string {
  return until ? `${waitSentences[reason]} Until ${formatAt(until)}.` : waitSentences[reason];
}

import type { CustomHeader } from './headers.ts';
import type { Signatures } from './signing.ts';

export interface RequestHeadersInput {
  /** The event's id, the same on every retry and replay. */
  readonly eventId: string;
  readonly eventType: string;
  readonly deliveryId: string;
  readonly attemptNumber: number;
  /** Unix seconds, as signed. */
  readonly timestamp: number;
  readonly signatures: Signatures;
  readonly customHeaders: readonly CustomHeader[];
  readonly userAgent: string;
}

export interface RequestHeaders {
  /** In the order in which they go out. */
  readonly sent: [name: string, value: string][];
  /** The same, as they are recorded with the attempt: null in place of a secret value. */
  readonly recorded: { name: string; value: string | null }[];
}

/**
 * The headers of one attempt: those every receiver gets, then the endpoint's own. `content-type` is `application/json`
 * unless a custom header sets it. Host, content-length and connection are added by the HTTP client.
 */
export function buildHeaders(input: RequestHeadersInput): RequestHeaders {
  const sent: [string, string][] = [
    ['webhook-id', input.eventId],
    ['webhook-timestamp', String(input.timestamp)],
    ['webhook-signature', input.signatures.standard],
    ['x-webhook-signature', input.signatures.stripeStyle],
    ['x-webhook-event', input.eventType],
    ['x-webhook-delivery', input.deliveryId],
    ['x-webhook-attempt', String(input.attemptNumber)],
    ['user-agent', input.userAgent],
  ];
  if (!input.customHeaders.some(header => header.name.toLowerCase() === 'content-type')) {
    sent.push(['content-type', 'application/json']);
  }
  const recorded: RequestHeaders['recorded'] = sent.map(([name, value]) => ({ name, value }));
  for (const { name, value, secret } of input.customHeaders) {
    sent.push([name, value]);
    recorded.push({ name, value: secret ? null : value });
  }
  return { sent, recorded };
}

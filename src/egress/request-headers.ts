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
  /** Host and port as the URL has them, the scheme's own port left out. */
  readonly host: string;
  readonly contentLength: number;
}

export interface RequestHeaders {
  /** In the order in which they go out. */
  readonly sent: [name: string, value: string][];
  /**
   * As they are recorded with the attempt: all that the receiver sees, those of the HTTP client included, in the order of
   * the wire. Null in place of a secret value.
   */
  readonly recorded: { name: string; value: string | null }[];
}

/**
 * The headers of one attempt: those every receiver gets, then the endpoint's own. `content-type` is `application/json`
 * unless a custom header sets it; the same holds for `accept-encoding: identity`, which asks for a response that can be
 * stored and read as it comes. Host, connection and content-length are added by the HTTP client.
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
  const customNames = new Set(input.customHeaders.map(header => header.name.toLowerCase()));
  if (!customNames.has('accept-encoding')) sent.push(['accept-encoding', 'identity']);
  if (!customNames.has('content-type')) sent.push(['content-type', 'application/json']);
  const recorded: RequestHeaders['recorded'] = [
    { name: 'host', value: input.host },
    { name: 'connection', value: 'keep-alive' },
    ...sent.map(([name, value]) => ({ name, value })),
  ];
  for (const { name, value, secret } of input.customHeaders) {
    sent.push([name, value]);
    recorded.push({ name, value: secret ? null : value });
  }
  recorded.push({ name: 'content-length', value: String(input.contentLength) });
  return { sent, recorded };
}

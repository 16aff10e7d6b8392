import type { CustomHeader } from './headers.ts';
import type { Signatures } from './signing.ts';

export interface RequestHeadersInput {
  /** The id of the event. It is the same in every retry and replay. */
  readonly eventId: string;
  readonly eventType: string;
  readonly deliveryId: string;
  readonly attemptNumber: number;
  /** The signed time in Unix seconds. */
  readonly timestamp: number;
  readonly signatures: Signatures;
  readonly customHeaders: readonly CustomHeader[];
  readonly userAgent: string;
  /** The host and port of the URL, without the port if it is the default of the scheme. */
  readonly host: string;
  readonly contentLength: number;
}

export interface RequestHeaders {
  /** The headers in the order in which they are sent. */
  readonly sent: [name: string, value: string][];
  /**
   * The headers to store with the attempt: all that the receiver gets, including those of the HTTP client, in order.
   * The value of a secret header is null.
   */
  readonly recorded: { name: string; value: string | null }[];
}

/**
 * Builds the headers of one attempt: those that every receiver gets, then the endpoint's custom headers. A custom
 * header can replace `content-type: application/json` and `accept-encoding: identity`. The latter asks for a response
 * that can be stored without decoding. The HTTP client adds host, connection and content-length.
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

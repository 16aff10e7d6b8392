import { LivehookError } from './errors.ts';

export interface VerifyOptions {
  /** The largest allowed difference between `webhook-timestamp` and now, in seconds. Default: 300. */
  readonly toleranceSeconds?: number;
  /** The time of receipt in milliseconds. Default: now. */
  readonly nowMs?: number;
}

/** The headers of a request: a `Headers` object, or an object such as `request.headers` of Node.js. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Verifies a webhook as Standard Webhooks defines it: its `v1` signature (HMAC-SHA256) and its age. Works wherever
 * `crypto.subtle` exists: in Node.js, browsers and edge runtimes.
 *
 * @param body the body as it was received, before any parser. A parsed and serialized body has other bytes.
 * @param secret the secret of the endpoint, `whsec_...`, or several of them: one has to match.
 * @returns the payload, parsed.
 * @throws LivehookError `INVALID_SIGNATURE`. The receiver should answer it with status 400.
 */
export async function verifyWebhook(
  body: string | Uint8Array<ArrayBuffer>,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, nowMs = Date.now() }: VerifyOptions = {},
): Promise<unknown> {
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signatures = readHeader(headers, 'webhook-signature');
  if (!id || !timestamp || !signatures)
    throw invalid('A webhook-id, webhook-timestamp or webhook-signature is missing.');
  if (!/^\d{1,15}$/.test(timestamp)) throw invalid('webhook-timestamp is not a number of seconds.');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw invalid(`webhook-timestamp is more than ${toleranceSeconds} s from now.`);
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const candidates = signatures.split(' ').flatMap(entry => (entry.startsWith('v1,') ? [decode(entry.slice(3))] : []));
  for (const each of typeof secret === 'string' ? [secret] : secret) {
    const keyBytes = decode(each.replace(/^whsec_/, ''));
    if (!keyBytes || keyBytes.length === 0)
      throw new TypeError('The secret of the endpoint must be whsec_ and base64.');
    const key = await crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
    for (const candidate of candidates) {
      // `verify` compares in constant time, so its duration reveals nothing about the signature.
      if (candidate && (await crypto.subtle.verify('HMAC', key, candidate, signed))) return parse(bytes);
    }
  }
  throw invalid('No signature matches the secret.');
}

function readHeader(headers: WebhookHeaders, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  const value = headers[name] ?? Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : null;
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function concat(start: Uint8Array, end: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(start.length + end.length);
  whole.set(start);
  whole.set(end, start.length);
  return whole;
}

function parse(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // The body is plain text if the body template of the endpoint produces a format other than JSON.
    return text;
  }
}

function invalid(message: string): LivehookError {
  return new LivehookError('INVALID_SIGNATURE', message);
}

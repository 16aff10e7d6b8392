import type { AttemptKey, AttemptTexts } from '../domain/deliveries/read-attempt-bodies.ts';
import type { AttemptRow } from '../domain/deliveries/read-attempts.ts';
import { decodeBody, readHeaders } from './body-text.ts';
import type { GraphqlContext } from './context.ts';
import { maxHeaders } from './costs.ts';
import { loaders } from './loaders.ts';

/** The decoded text of each body, so that a body that several aliases select is decoded once. */
const decoded = new WeakMap<Uint8Array, string>();

const headersOf = new WeakMap<AttemptTexts, { readonly request: Headers; readonly response: Headers }>();
const noHeaders = { request: [], response: [] };

type Headers = ReturnType<typeof readHeaders>;

/** The URL, headers and excerpt of an attempt. Null if retention has removed the attempt. */
export function readTexts({ deliveryId, number }: AttemptKey, context: GraphqlContext): Promise<AttemptTexts | null> {
  return loaders.attemptTexts(context).load({ deliveryId, number });
}

/** The body that was sent: the text stored with the attempt, or the payload of the event. Null if neither is stored. */
export async function readRequestBody({ deliveryId, number }: AttemptKey, context: GraphqlContext) {
  const request = await loaders.requestBodies(context).load({ deliveryId, number });
  if (request?.payloadEventId) return loaders.payloads(context).load(request.payloadEventId);
  return request?.body ? decodeOnce(request.body, () => String(request.body)) : null;
}

/** The response body, decoded with the charset of its headers. Null if none is stored. */
export async function readResponseBody(
  { deliveryId, number, responseTruncated }: AttemptKey & Pick<AttemptRow, 'responseTruncated'>,
  context: GraphqlContext,
): Promise<string | null> {
  const response = await loaders.responseBodies(context).load({ deliveryId, number });
  const body = response?.body;
  if (!body) return null;
  return decodeOnce(body, () => decodeBody(body, readHeaders(response.responseHeaders), responseTruncated));
}

/** The first bytes of the response body as text. Null if none are stored. */
export async function readResponseExcerpt(row: AttemptKey, context: GraphqlContext): Promise<string | null> {
  const texts = await readTexts(row, context);
  const excerpt = texts?.responseExcerpt;
  return excerpt ? decodeOnce(excerpt, () => decodeBody(excerpt, parseHeaders(texts).response, true)) : null;
}

/** The first 200 headers of the request and of the response. Parsed once, even if several aliases select them. */
export function parseHeaders(texts: AttemptTexts | null): { readonly request: Headers; readonly response: Headers } {
  if (!texts) return noHeaders;
  let headers = headersOf.get(texts);
  if (!headers) {
    headers = {
      request: readHeaders(texts.requestHeaders).slice(0, maxHeaders),
      response: readHeaders(texts.responseHeaders).slice(0, maxHeaders),
    };
    headersOf.set(texts, headers);
  }
  return headers;
}

function decodeOnce(bytes: Uint8Array, decode: () => string): string {
  const known = decoded.get(bytes);
  if (known !== undefined) return known;
  const text = decode();
  decoded.set(bytes, text);
  return text;
}

import type { AttemptRow } from '../domain/deliveries/read-attempts.ts';
import type { AttemptErrorCode } from '../feed/transition.ts';
import { parseHeaders, readRequestBody, readResponseBody, readResponseExcerpt, readTexts } from './attempt-texts.ts';
import { builder } from './builder.ts';
import { headerList, listedText, requestBody, responseBody } from './costs.ts';
import { AttemptErrorCodeType, AttemptTriggerType, HttpMethodType } from './enums.ts';

export const AttemptErrorType = builder
  .objectRef<{ readonly code: AttemptErrorCode; readonly message: string }>('AttemptError')
  .implement({
    description: 'How an attempt failed.',
    fields: t => ({
      code: t.expose('code', { type: AttemptErrorCodeType, description: 'For programs.' }),
      message: t.exposeString('message', {
        description: 'For people, such as `The certificate has expired`. Its words may change.',
      }),
    }),
  });

const AttemptHeader = builder
  .objectRef<{ readonly name: string; readonly value: string | null }>('AttemptHeader')
  .implement({
    description: 'A header of a request or a response.',
    fields: t => ({
      name: t.exposeString('name', { description: 'Its name, as it was on the wire.' }),
      value: t.exposeString('value', { nullable: true, description: 'Its value; null where it is secret.' }),
    }),
  });

const AttemptTimings = builder.objectRef<AttemptRow>('AttemptTimings').implement({
  description: 'How long each phase of an attempt took, in milliseconds; null where it did not come to that.',
  fields: t => ({
    queueMs: t.exposeInt('queueMs', { nullable: true, description: 'From being due to being sent.' }),
    dnsMs: t.exposeInt('dnsMs', { nullable: true, description: 'Resolving the name; null on a reused connection.' }),
    connectMs: t.exposeInt('connectMs', { nullable: true, description: 'Connecting; null on a reused connection.' }),
    tlsMs: t.exposeInt('tlsMs', { nullable: true, description: 'The TLS handshake; null on a reused connection.' }),
    firstByteMs: t.exposeInt('firstByteMs', {
      nullable: true,
      description: 'From the request to the first byte of the response.',
    }),
  }),
});

const AttemptRequest = builder.objectRef<AttemptRow>('AttemptRequest').implement({
  description: 'The request as it was sent, signatures included: whatever verifies a webhook can be tried on it.',
  fields: t => ({
    method: t.field({ type: HttpMethodType, description: 'Its method.', resolve: row => row.requestMethod ?? 'POST' }),
    url: t.string({
      description: 'The URL as it was sent: rendered from its template, normalised and percent-encoded.',
      extensions: listedText,
      resolve: async (row, _args, context) => (await readTexts(row, context))?.requestUrl ?? '',
    }),
    headers: t.field({
      type: [AttemptHeader],
      description:
        'The headers of the request in the order in which they were sent, `host` and `content-length` included: the first 200 of them. The value of a secret header is null.',
      extensions: headerList,
      resolve: async (row, _args, context) => parseHeaders(await readTexts(row, context)).request,
    }),
    body: t.string({
      nullable: true,
      extensions: requestBody,
      description: 'Its body; null once retention has purged the payload that it was.',
      resolve: (row, _args, context) => readRequestBody(row, context),
    }),
  }),
});

const AttemptResponse = builder.objectRef<AttemptRow>('AttemptResponse').implement({
  description: 'What the receiver answered.',
  fields: t => ({
    status: t.int({ description: 'Its HTTP status.', resolve: row => row.responseStatus ?? 0 }),
    headers: t.field({
      type: [AttemptHeader],
      description: 'The headers of the response in their order, the first 200 of them.',
      extensions: headerList,
      resolve: async (row, _args, context) => parseHeaders(await readTexts(row, context)).response,
    }),
    body: t.string({
      nullable: true,
      extensions: responseBody,
      description:
        'Its body as text, by the charset of its content type (default: UTF-8); bytes that are none become U+FFFD. Null where the endpoint stores no bodies.',
      resolve: (row, _args, context) => readResponseBody(row, context),
    }),
    bodyTruncated: t.exposeBoolean('responseTruncated', {
      description:
        'Whether the stored body is incomplete: it was longer than `MAX_RESPONSE_BYTES` (65,536 by default), the deadline cut it, or the connection ended before its end.',
    }),
  }),
});

export const AttemptType = builder.objectRef<AttemptRow>('Attempt').implement({
  description:
    'One try of a delivery: one HTTP request, or none if it could not be made. See `connectionRetried` for the one exception.',
  fields: t => ({
    number: t.exposeInt('number', { description: 'Counts from 1 within the delivery, and is never used twice.' }),
    trigger: t.expose('trigger', { type: AttemptTriggerType, description: 'What caused it.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { description: 'How long it took, in milliseconds; 0 where INTERRUPTED.' }),
    timings: t.field({
      type: AttemptTimings,
      nullable: true,
      description: 'How long each phase took; null where nothing is known of any.',
      resolve: row => (hasTimings(row) ? row : null),
    }),
    request: t.field({
      type: AttemptRequest,
      nullable: true,
      description: 'The request; null where none was made, or none is known.',
      resolve: row => (row.requestMethod === null ? null : row),
    }),
    response: t.field({
      type: AttemptResponse,
      nullable: true,
      description: 'The response; null where none came.',
      resolve: row => (row.responseStatus === null ? null : row),
    }),
    responseExcerpt: t.string({
      nullable: true,
      description:
        'The first 500 bytes of the response body, cut at a character boundary. Kept even if the endpoint does not store response bodies. Null if no response came.',
      extensions: listedText,
      resolve: (row, _args, context) => (row.responseStatus === null ? null : readResponseExcerpt(row, context)),
    }),
    connectionRetried: t.exposeBoolean('isResent', {
      description:
        'Whether the request was sent twice within this attempt: a kept-alive connection turned out to be closed before any byte of a response came, so the request was sent again on a new connection.',
    }),
    error: t.field({
      type: AttemptErrorType,
      nullable: true,
      description: 'How it failed; null where it succeeded.',
      resolve: ({ errorCode, errorMessage }) => errorCode && { code: errorCode, message: errorMessage ?? '' },
    }),
  }),
});

function hasTimings({ queueMs, dnsMs, connectMs, tlsMs, firstByteMs }: AttemptRow): boolean {
  return [queueMs, dnsMs, connectMs, tlsMs, firstByteMs].some(each => each !== null);
}

import type { AttemptErrorCode } from '../delivery.ts';
import type { AttemptRow } from '../domain/deliveries/read-attempts.ts';
import { parseHeaders, readRequestBody, readResponseBody, readResponseExcerpt, readTexts } from './attempt-texts.ts';
import { builder } from './builder.ts';
import { headerList, listedText, requestBody, responseBody } from './costs.ts';
import { AttemptErrorCodeType, AttemptTriggerType, HttpMethodType } from './enums.ts';

export const AttemptErrorType = builder
  .objectRef<{ readonly code: AttemptErrorCode; readonly message: string }>('AttemptError')
  .implement({
    description: 'Why an attempt failed: a code and a message.',
    fields: t => ({
      code: t.expose('code', { type: AttemptErrorCodeType, description: 'The kind of the failure, for programs.' }),
      message: t.exposeString('message', {
        description: 'The failure in words, such as `The certificate has expired`. The wording may change.',
      }),
    }),
  });

const AttemptHeader = builder
  .objectRef<{ readonly name: string; readonly value: string | null }>('AttemptHeader')
  .implement({
    description: 'One header of a request or a response.',
    fields: t => ({
      name: t.exposeString('name', { description: 'The name of the header, spelled as it was sent.' }),
      value: t.exposeString('value', { nullable: true, description: 'The value of the header. Null if it is secret.' }),
    }),
  });

/** The columns that the fields below read. The row comes from Prisma or from the SQL statement of a list. */
type AttemptParent = Omit<AttemptRow, 'startedAt' | 'isResent'>;

const AttemptTimings = builder.objectRef<AttemptParent>('AttemptTimings').implement({
  description: 'How long each phase of an attempt took, in milliseconds. A phase that was not reached is null.',
  fields: t => ({
    queueMs: t.exposeInt('queueMs', {
      nullable: true,
      description: 'Milliseconds from the time at which the attempt was due until it started.',
    }),
    dnsMs: t.exposeInt('dnsMs', {
      nullable: true,
      description: 'Milliseconds to resolve the host name. Null on a reused connection.',
    }),
    connectMs: t.exposeInt('connectMs', {
      nullable: true,
      description: 'Milliseconds to open the TCP connection. Null on a reused connection.',
    }),
    tlsMs: t.exposeInt('tlsMs', {
      nullable: true,
      description: 'Milliseconds of the TLS handshake. Null without TLS, and on a reused connection.',
    }),
    firstByteMs: t.exposeInt('firstByteMs', {
      nullable: true,
      description: 'Milliseconds from sending the request until the first byte of the response.',
    }),
  }),
});

const AttemptRequest = builder.objectRef<AttemptParent>('AttemptRequest').implement({
  description:
    'The request of an attempt as it was sent or prepared, with its signatures. Code that verifies webhooks can be tested with it.',
  fields: t => ({
    method: t.field({
      type: HttpMethodType,
      description: 'The HTTP method of the request.',
      resolve: row => row.requestMethod ?? row.preparedMethod ?? 'POST',
    }),
    url: t.string({
      description: 'The URL of the request as it was sent: rendered from the template, normalized and percent-encoded.',
      extensions: listedText,
      resolve: async (row, _args, context) => (await readTexts(row, context))?.requestUrl ?? '',
    }),
    headers: t.field({
      type: [AttemptHeader],
      description:
        'The first 200 headers of the request in the order in which they were sent, including `host` and `content-length`. The value of a secret header is null.',
      extensions: headerList,
      resolve: async (row, _args, context) => parseHeaders(await readTexts(row, context)).request,
    }),
    body: t.string({
      nullable: true,
      extensions: requestBody,
      description:
        'The body of the request. Null if the body was the payload of the event and retention has removed the payload.',
      resolve: (row, _args, context) => readRequestBody(row, context),
    }),
  }),
});

const AttemptResponse = builder.objectRef<AttemptParent>('AttemptResponse').implement({
  description: 'The response of the receiver to an attempt.',
  fields: t => ({
    status: t.int({
      description: 'The HTTP status of the response, such as 503.',
      resolve: row => row.responseStatus ?? 0,
    }),
    headers: t.field({
      type: [AttemptHeader],
      description: 'The first 200 headers of the response, in the order in which they arrived.',
      extensions: headerList,
      resolve: async (row, _args, context) => parseHeaders(await readTexts(row, context)).response,
    }),
    body: t.string({
      nullable: true,
      extensions: responseBody,
      description:
        'The body of the response as text in the charset of its content type, UTF-8 by default. Invalid bytes become U+FFFD. Null if the endpoint does not store response bodies.',
      resolve: (row, _args, context) => readResponseBody(row, context),
    }),
    bodyTruncated: t.exposeBoolean('responseTruncated', {
      description:
        'Whether the stored body is incomplete: it was longer than `MAX_RESPONSE_BYTES` (65,536 by default) or came in too many small parts, or the timeout or a lost connection cut it.',
    }),
  }),
});

export const AttemptType = builder.prismaObject('Attempt', {
  description:
    'One attempt of a delivery. It makes one HTTP request, or none if no request could be made. It makes two only if `connectionRetried` is true.',
  fields: t => ({
    number: t.exposeInt('number', {
      description: 'The number of the attempt within its delivery, from 1. No number is used twice.',
    }),
    trigger: t.expose('trigger', { type: AttemptTriggerType, description: 'Why the attempt was made at that time.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the attempt started.' }),
    durationMs: t.exposeInt('durationMs', {
      description: 'How long the attempt took, in milliseconds. 0 if it was INTERRUPTED.',
    }),
    timings: t.field({
      type: AttemptTimings,
      nullable: true,
      description: 'How long each phase of the attempt took. Null if no phase was measured.',
      resolve: row => (hasTimings(row) ? row : null),
    }),
    request: t.field({
      type: AttemptRequest,
      nullable: true,
      description: 'The request that the attempt made. Null if it made none, or if the request was not recorded.',
      resolve: row => (row.requestMethod === null ? null : row),
    }),
    preparedRequest: t.field({
      type: AttemptRequest,
      nullable: true,
      description:
        'The request that the attempt prepared, also if it could not be sent because the connection failed. The same as `request` if it was sent. Null if no request could be prepared, such as after a template error, or if the request was not recorded.',
      resolve: row => (row.requestMethod === null && row.preparedMethod === null ? null : row),
    }),
    response: t.field({
      type: AttemptResponse,
      nullable: true,
      description: 'The response of the receiver. Null if none came.',
      resolve: row => (row.responseStatus === null ? null : row),
    }),
    responseExcerpt: t.string({
      nullable: true,
      description:
        'The first 500 bytes of the response body, cut at a character boundary. It is kept even if the endpoint does not store response bodies. Null if no response came.',
      extensions: listedText,
      resolve: (row, _args, context) => (row.responseStatus === null ? null : readResponseExcerpt(row, context)),
    }),
    connectionRetried: t.boolean({
      description:
        'Whether the request was sent twice within this attempt: a kept-alive connection turned out to be closed before any byte of a response came, so the request was sent again on a new connection.',
      resolve: ({ isResent }) => isResent === true,
    }),
    error: t.field({
      type: AttemptErrorType,
      nullable: true,
      description: 'Why the attempt failed. Null if it succeeded.',
      resolve: ({ errorCode, errorMessage }) => errorCode && { code: errorCode, message: errorMessage ?? '' },
    }),
  }),
});

function hasTimings({ queueMs, dnsMs, connectMs, tlsMs, firstByteMs }: AttemptParent): boolean {
  return [queueMs, dnsMs, connectMs, tlsMs, firstByteMs].some(each => each !== null);
}

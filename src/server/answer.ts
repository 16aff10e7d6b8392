import type { ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { parseAccept } from './accept.ts';
import type { Execution } from './execution.ts';
import { refuse } from './operation-request.ts';

/** The media types of an answer that is one JSON document. */
export type JsonMediaType = 'application/json' | 'application/graphql-response+json';

/** How a request is answered. `stream`: as server-sent events. `graphiql`: with the page. */
export type AnswerMediaType = JsonMediaType | 'stream' | 'graphiql';

const mediaTypes: ReadonlyMap<string, AnswerMediaType> = new Map([
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['text/event-stream', 'stream'],
  ['text/*', 'stream'],
]);

const jsonMediaTypes = new Map([...mediaTypes].filter(([, type]) => type !== 'stream'));
const mediaTypesOfGet: ReadonlyMap<string, AnswerMediaType> = new Map([...mediaTypes, ['text/html', 'graphiql']]);

/**
 * The first media type of an Accept header that can be answered, of those with the highest weight (RFC 9110 section 12.5.1).
 * `application/json` if there is no header. GraphiQL is only sent for GET.
 *
 * @throws GraphQLError (406) if none can be answered.
 */
export function acceptedMediaType(accept: string | undefined, method: string | undefined): AnswerMediaType {
  if (accept === undefined || accept === '*/*') return 'application/json';
  const best = preferredMediaType(accept, method === 'GET' ? mediaTypesOfGet : mediaTypes);
  if (best) return best;
  const hint = accept.includes('multipart/mixed')
    ? ' Multipart responses are not supported: subscribe with "accept: text/event-stream" or over a websocket.'
    : '';
  throw refuse(406, `Responses are application/json, application/graphql-response+json or text/event-stream.${hint}`);
}

/** The media type of a response to a request that was refused before anything was executed. Never throws. */
export function errorMediaType(accept: string | undefined): JsonMediaType {
  if (accept === undefined || accept === '*/*') return 'application/json';
  const best = preferredMediaType(accept, jsonMediaTypes);
  return best === 'application/graphql-response+json' ? best : 'application/json';
}

function preferredMediaType(accept: string, available: ReadonlyMap<string, AnswerMediaType>): AnswerMediaType | null {
  const accepted = parseAccept(accept);
  const isRefused = (type: string) => accepted.some(({ name, weight }) => name === type && weight === 0);
  let best: AnswerMediaType | null = null;
  let bestWeight = 0;
  for (const { name, parameters, weight } of accepted) {
    let type = available.get(name);
    if (type === 'application/json' && isRefused(type)) type = 'application/graphql-response+json';
    const charset = parameters.find(parameter => parameter.startsWith('charset='));
    if (!type || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) continue;
    if (weight > bestWeight) [best, bestWeight] = [type, weight];
  }
  return best;
}

/**
 * Sends a result whose errors are as clients are told. 200 if something was executed, otherwise the status of the first
 * error. As `application/graphql-response+json`, an invalid document or variables are a 400, and FORBIDDEN without any
 * data is a 403. As `application/json` both are a 200, because older clients read the status as the transport's alone.
 *
 * @throws AnswerTooLargeError as `encode` does, with nothing sent.
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md#status-codes
 */
export function writeResult(
  result: ExecutionResult,
  mediaType: JsonMediaType,
  response: ServerResponse,
  encode: Execution['encode'],
): void {
  if (response.closed) return;
  const http = result.errors?.find(error => error.extensions.http)?.extensions.http;
  const json = encode(result.errors ? { ...result, errors: result.errors.map(formatError) } : result);
  response.writeHead(http?.status ?? statusOfResult(result, mediaType), {
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': json.length,
    ...http?.headers,
  });
  response.end(json);
}

function statusOfResult({ data, errors }: ExecutionResult, mediaType: JsonMediaType): number {
  if (mediaType === 'application/json') return 200;
  if (data === undefined) return 400;
  return data === null && errors?.[0]?.extensions.code === 'FORBIDDEN' ? 403 : 200;
}

/** Without what is meant for HTTP alone. */
export function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const { http: _http, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}

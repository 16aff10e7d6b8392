import type { ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { refuse } from './operation-request.ts';

/** How a result is sent. `stream`: as server-sent events, or in parts. */
export type AnswerMediaType = 'application/json' | 'application/graphql-response+json' | 'stream';

const mediaTypes: ReadonlyMap<string, AnswerMediaType> = new Map([
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['text/event-stream', 'stream'],
  ['text/*', 'stream'],
  ['multipart/mixed', 'stream'],
]);

/**
 * The first media type of an Accept header that can be answered, of those with the highest weight (RFC 9110 section 12.5.1);
 * `application/json` where there is no header.
 *
 * @throws GraphQLError (406) where none can.
 */
export function acceptedMediaType(accept: string | undefined): AnswerMediaType {
  if (accept === undefined || accept === '*/*') return 'application/json';
  let best: AnswerMediaType | null = null;
  let bestWeight = 0;
  for (const entry of accept.split(',')) {
    const [name = '', ...parameters] = entry.split(';').map(part => part.trim().toLowerCase());
    const known = mediaTypes.get(name);
    const charset = parameters.find(parameter => parameter.startsWith('charset='));
    if (!known || (charset !== undefined && charset !== 'charset=utf-8')) continue;
    const weight = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (weight > bestWeight) [best, bestWeight] = [known, weight];
  }
  if (best) return best;
  throw refuse(406, 'Answers are application/json, application/graphql-response+json or text/event-stream.');
}

/**
 * Sends a result whose errors are as clients are told. 200 where something was executed; else the status of the first
 * error. A document or variables that are wrong are a 400 as `application/graphql-response+json`, and a 200 as
 * `application/json`, which older clients take for the transport's own success.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md#status-codes
 */
export function writeResult(
  result: ExecutionResult,
  mediaType: Exclude<AnswerMediaType, 'stream'>,
  response: ServerResponse,
): void {
  if (response.closed) return;
  const http = result.errors?.find(error => error.extensions.http)?.extensions.http;
  const status = http?.status ?? (result.data === undefined && mediaType !== 'application/json' ? 400 : 200);
  const text = JSON.stringify(result.errors ? { ...result, errors: result.errors.map(formatError) } : result);
  response.writeHead(status, {
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    ...http?.headers,
  });
  response.end(text);
}

/** Without what is meant for HTTP alone. */
function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const { http: _http, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}

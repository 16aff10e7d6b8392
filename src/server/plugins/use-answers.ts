import type { ExecutionResult, GraphQLError } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { type ReportInternalError, toClientError } from '../../graphql/errors.ts';
import type { ConnectionBudget } from '../connection-budget.ts';
import { writeEventStream } from '../event-stream.ts';
import type { Execution } from '../execution.ts';
import { formatError } from '../format-error.ts';
import { acceptedMediaType, errorMediaType, type JsonMediaType } from '../media-types.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import { createRequestError } from '../operation-request.ts';

export interface AnswersOptions {
  readonly execution: Execution;
  readonly report: ReportInternalError;
  readonly connections: ConnectionBudget;
}

/**
 * Chooses the media type of the response and writes the result in it: one JSON document, or server-sent events. Yoga's
 * result processors build a response as one string without a limit, and give the events of a stream no ids to resume
 * from. Bytes that wait for the client are counted for its key.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
 */
export function useAnswers({ execution, report, connections }: AnswersOptions): Plugin<OperationContext, HttpContext> {
  return {
    onRequest({ serverContext: { res } }) {
      res.setHeader('x-content-type-options', 'nosniff');
      res.setHeader('cache-control', 'no-store');
    },
    onRequestParse({ serverContext }) {
      const { req } = serverContext;
      const mediaType = acceptedMediaType(req.headers.accept, req.method);
      if (!mediaType) throw rejectAccept(req.headers.accept ?? '');
      serverContext.mediaType = mediaType;
    },
    onResultProcess({ serverContext, setResultProcessor }) {
      const { req, res, mediaType } = serverContext;
      // Without `params`, the request was rejected before it was parsed, and the error is sent as JSON.
      const isStream = mediaType === 'stream' && 'params' in serverContext;
      if (isStream) {
        const onWrite = () => connections.get(req.socket)?.countBuffered();
        setResultProcessor(async (result, fetchAPI) => {
          const results = result as AsyncIterable<ExecutionResult> | ExecutionResult;
          try {
            await writeEventStream(results, res, {
              execution,
              report,
              readCursor: () => serverContext.cursor,
              onWrite,
            });
          } catch (error) {
            report(error);
            res.destroy();
          }
          return new fetchAPI.Response(null);
        }, 'text/event-stream');
      } else {
        const isJson = mediaType === 'application/json' || mediaType === 'application/graphql-response+json';
        const jsonType = isJson ? mediaType : errorMediaType(req.headers.accept);
        setResultProcessor((result, fetchAPI) => {
          // Close the connection, because unread bytes of the body would be parsed as the next request.
          if (!req.complete) res.setHeader('connection', 'close');
          return toResponse(result as ExecutionResult, jsonType, fetchAPI, { execution, report });
        }, jsonType);
      }
    },
    onResponse({ serverContext: { req } }) {
      // Count the unread bytes after this turn of the event loop, in which the response is written.
      setImmediate(() => connections.get(req.socket)?.countBuffered());
    },
  };
}

function rejectAccept(accept: string): GraphQLError {
  const hint = accept.includes('multipart/mixed')
    ? ' Multipart responses are not supported: subscribe with "accept: text/event-stream" or over a websocket.'
    : '';
  return createRequestError(
    406,
    `Responses are application/json, application/graphql-response+json or text/event-stream.${hint}`,
  );
}

/**
 * Encodes a result as JSON. The status is 200 if something was executed, otherwise that of the first error. With
 * `application/graphql-response+json`, an invalid document or variables are a 400, and FORBIDDEN without any data is a
 * 403. With `application/json` both are a 200, because older clients read the status as that of the transport.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md#status-codes
 */
function toResponse(
  result: ExecutionResult,
  mediaType: JsonMediaType,
  fetchAPI: FetchAPI,
  { execution, report }: Pick<AnswersOptions, 'execution' | 'report'>,
): Response {
  const errors = result.errors?.map(error => toClientError(error, report));
  const http = errors?.find(({ extensions }) => isHttpError(extensions.http))?.extensions.http;
  const shown = errors ? { ...result, errors: errors.map(formatError) } : result;
  let json: Buffer;
  try {
    json = execution.encode(shown);
  } catch (error) {
    return toResponse({ errors: [toClientError(error, report)] }, mediaType, fetchAPI, { execution, report });
  }
  const status = http?.status ?? statusOfResult(result, mediaType);
  return new fetchAPI.Response(json as BodyInit, {
    status,
    headers: {
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': String(json.length),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...http?.headers,
    },
  });
}

/** Whether the status applies to every media type. Yoga sets `spec` on one that applies only to some. */
function isHttpError(http: GraphQLError['extensions']['http']): boolean {
  return http !== undefined && !http.spec;
}

function statusOfResult({ data, errors }: ExecutionResult, mediaType: JsonMediaType): number {
  if (mediaType === 'application/json') return 200;
  if (data === undefined) return 400;
  return data === null && errors?.[0]?.extensions.code === 'FORBIDDEN' ? 403 : 200;
}

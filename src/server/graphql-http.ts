import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../domain/context.ts';
import { UnauthorizedError } from '../errors.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import type { Authenticate, Credentials } from './authentication.ts';
import { sendGraphiql, wantsGraphiql } from './graphiql.ts';
import { readBody, writeError, writeResponse } from './http-body.ts';
import type { KeyWatch } from './key-watch.ts';
import { createOperationContext, type Yoga } from './operations.ts';

export interface GraphqlHttpOptions {
  readonly services: Services;
  readonly operations: Yoga;
  readonly authenticate: Authenticate;
  readonly keyWatch: KeyWatch;
  readonly report: ReportInternalError;
  /** A larger request is answered 413. */
  readonly maxRequestBytes: number;
  /** Aborts when the server closes: open streams end. */
  readonly closing: AbortSignal;
}

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * GraphQL over HTTP: POST, GET for queries, and `text/event-stream` for subscriptions; GraphiQL for a browser that opens
 * the page, which needs no key.
 *
 * Any origin may ask, and no browser adds a credential by itself: the key is a header that the page must have.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
 */
export function createGraphqlHttp(options: GraphqlHttpOptions): HandleRequest {
  const { operations, authenticate, report, maxRequestBytes } = options;
  return async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') return answerPreflight(response);
    if (wantsGraphiql(request)) return sendGraphiql(request, response);
    try {
      const actor = await authenticate(readCredentials(request));
      const body = request.method === 'POST' ? await readBody(request, maxRequestBytes) : null;
      const live = createLiveSignal(options, actor, response);
      const context = createOperationContext({ services: options.services, actor, liveSignal: live });
      const answer = await operations.handleRequest(toFetchRequest(operations, request, response, body), context);
      await writeResponse(answer, response);
    } catch (error) {
      if (response.closed || response.headersSent) return void response.destroy();
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      writeError(toClientError(error, report), response);
    }
  };
}

function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, accept, livehook-tenant, last-event-id',
      'access-control-max-age': '86400',
    })
    .end();
}

function readCredentials({ headersDistinct }: IncomingMessage): Credentials {
  const [authorization, ...others] = headersDistinct.authorization ?? [];
  // Which of two would count is a matter of taste, and so of proxies.
  if (others.length > 0) throw new UnauthorizedError('The Authorization header came more than once.');
  return { authorization, tenant: headersDistinct['livehook-tenant']?.join(', ') };
}

function createLiveSignal(
  { keyWatch, closing }: GraphqlHttpOptions,
  actor: Parameters<KeyWatch['watch']>[0],
  response: ServerResponse,
): () => AbortSignal {
  return () => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    const watch = keyWatch.watch(actor, abort);
    closing.addEventListener('abort', abort, { once: true });
    response.once('close', () => {
      abort();
      watch[Symbol.dispose]();
      closing.removeEventListener('abort', abort);
    });
    if (closing.aborted || response.closed) abort();
    return controller.signal;
  };
}

function toFetchRequest(
  { fetchAPI }: Yoga,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | null,
): Request {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const query = request.url?.indexOf('?') ?? -1;
  // The Host header is the client's word, and nothing here depends on it.
  return new fetchAPI.Request(`http://livehook/graphql${query < 0 ? '' : request.url?.slice(query)}`, {
    method: request.method ?? 'GET',
    headers: request.headers as Record<string, string>,
    signal: controller.signal,
    ...(body && { body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) as Uint8Array<ArrayBuffer> }),
  });
}

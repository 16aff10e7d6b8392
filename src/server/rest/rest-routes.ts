import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../../domain/context.ts';
import type { EventRow } from '../../domain/events/find-events.ts';
import { publishEvents } from '../../domain/events/publish-events.ts';
import { authorize } from '../../domain/verbs.ts';
import type { ReportInternalError } from '../../graphql/errors.ts';
import { formatId, uuidTime } from '../../ids.ts';
import { readBody, writeJson } from '../http-body.ts';
import type { HandleRequest } from '../listener.ts';
import { runWithDeadline } from '../operation-deadline.ts';
import { checkContentType, createRequestError, decodeUtf8 } from '../operation-request.ts';
import { type AuthenticationPluginOptions, authenticateRequest } from '../plugins/use-authentication.ts';
import { createCors } from '../plugins/use-cors.ts';
import { countRequest } from '../plugins/use-request-limit.ts';
import type { RequestBytes } from '../request-bytes.ts';
import type { RequestLimiter } from '../request-limiter.ts';
import { describeError } from './error-body.ts';
import { createOpenapiDocument } from './openapi.ts';
import { idempotencyHeader, readPublishBody } from './publish-body.ts';

export interface RestOptions extends AuthenticationPluginOptions {
  readonly services: Services;
  readonly report: ReportInternalError;
  readonly requestLimiter: RequestLimiter | null;
  readonly corsOrigins: readonly string[];
  readonly maxRequestBytes: number;
  readonly requestBytes: RequestBytes;
  readonly timeoutMs: number;
  /** The path at which clients find the server, with a slash at both ends. */
  readonly publicPath: string;
}

/** The routes of the REST API by their path. */
export function createRestRoutes(options: RestOptions): Map<string, HandleRequest> {
  const document = createOpenapiDocument(options.publicPath);
  return new Map([
    ['/v1/events', createRoute(options, 'POST', (request, response) => publish(options, request, response))],
    ['/v1/openapi.json', createRoute(options, 'GET', async () => ({ status: 200, body: document }))],
  ]);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<Answer>;

/** Creates a route that answers one method and preflight requests of browsers. Errors are answered as `{ error }`. */
function createRoute({ corsOrigins, report }: RestOptions, method: 'GET' | 'POST', respond: Respond): HandleRequest {
  const setCorsHeaders = createCors(corsOrigins);
  return async (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff').setHeader('cache-control', 'no-store');
    if (setCorsHeaders(request, response) === 'preflight') return void response.writeHead(204).end();
    try {
      if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) {
        throw createRequestError(405, `Send a ${method} request.`, { allow: `${method}, OPTIONS` });
      }
      const { status, body } = await respond(request, response);
      writeJson(response, status, body);
    } catch (error) {
      const { status, headers, body } = describeError(error, report);
      // Close the connection, because unread bytes of the body would be parsed as the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      writeJson(response, status, { error: body });
    }
  };
}

/** Publishes like the mutation `publishEvents`, with the same checks in the same order. */
async function publish(options: RestOptions, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  const { services, requestLimiter, connections, requestBytes, maxRequestBytes, timeoutMs } = options;
  const actor = await authenticateRequest(options, request, response);
  if (requestLimiter) countRequest(requestLimiter, actor, response);
  authorize(actor, 'publishEvents');
  checkContentType(request.headers['content-type']);
  const body = await readBody(request, {
    maxBytes: maxRequestBytes,
    connection: connections.get(request.socket),
    requester: actor,
    response,
    requestBytes,
  });
  const keys = request.headersDistinct[idempotencyHeader.toLowerCase()] ?? [];
  const { isList, inputs, paths } = readPublishBody(decodeUtf8(body, 'body'), keys);
  const clientSignal = signalOf(response);
  const events = await runWithDeadline(
    { tenantId: actor.tenantId, kind: 'WRITE', timeoutMs, clientSignal },
    () => () => publishEvents({ services, actor }, inputs, paths),
  );
  const described = events.map(describeEvent);
  return { status: 201, body: isList ? { events: described } : described[0] };
}

function describeEvent({ id, type }: EventRow) {
  return { id: formatId('evt', id), type, createdAt: new Date(uuidTime(id)).toISOString() };
}

/** Returns a signal that aborts if the client disconnects before the response was sent. */
function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

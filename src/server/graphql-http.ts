import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Services } from '../domain/context.ts';
import { RateLimitedError, UnauthorizedError } from '../errors.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { acceptedMediaType, errorMediaType, writeResult } from './answer.ts';
import type { Authenticate, Credentials } from './authentication.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import type { Cors } from './cors.ts';
import { writeEventStream } from './event-stream.ts';
import type { Execution } from './execution.ts';
import { SignInLimitedError } from './failed-sign-ins.ts';
import { sendGraphiql } from './graphiql.ts';
import { readBody, writeError } from './http-body.ts';
import { credentialOf, type KeySlots } from './key-slots.ts';
import type { KeyWatch } from './key-watch.ts';
import { limitRequest } from './limit-request.ts';
import { checkMethod, readOperationRequest, refuse } from './operation-request.ts';
import { createOperationContext, type Yoga } from './operations.ts';
import type { PreparedOperation } from './prepared-documents.ts';
import type { RequestLimiter } from './request-limiter.ts';

export interface GraphqlHttpOptions {
  readonly services: Services;
  readonly execution: Execution;
  readonly operations: Yoga;
  readonly cors: Cors;
  readonly authenticate: Authenticate;
  readonly connections: ConnectionBudget;
  /** The address of the client that sent a request. */
  readonly readAddress: (request: IncomingMessage) => string;
  readonly keyWatch: KeyWatch;
  readonly report: ReportInternalError;
  /** A larger request is answered 413. */
  readonly maxRequestBytes: number;
  /** Of streams of server-sent events: one more of the same key is answered with RATE_LIMITED. */
  readonly keySlots: KeySlots;
  readonly requestLimiter: RequestLimiter | null;
  /** Aborts when the server closes: open streams end. */
  readonly closing: AbortSignal;
}

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * GraphQL over HTTP: POST, GET for queries, and `text/event-stream` for subscriptions; GraphiQL for a browser that opens
 * the page, which needs no key.
 *
 * No browser adds a credential by itself: the key is a header that the page must have. So a foreign page can do nothing
 * with its visitors' rights, whichever origins `cors` lets ask.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
 */
export function createGraphqlHttp(options: GraphqlHttpOptions): HandleRequest {
  const { execution, operations, authenticate, report, maxRequestBytes, cors } = options;
  return async (request, response) => {
    cors.allow(request, response);
    if (request.method === 'OPTIONS') return cors.answerPreflight(request, response);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    try {
      const mediaType = acceptedMediaType(request.headers.accept, request.method);
      if (mediaType === 'graphiql') return await sendGraphiql(request, response);
      const actor = await authenticate(readCredentials(request), options.readAddress(request));
      const connection = options.connections.get(request.socket);
      connection?.authenticate(credentialOf(actor));
      limitRequest(options.requestLimiter, actor, response);
      checkMethod(request);
      const body = request.method === 'POST' ? await readBody(request, maxRequestBytes, connection) : null;
      const asked = readOperationRequest(request, body, execution.trustedDocuments);
      const live = createLiveSignal(options, actor, response);
      let cursor: string | null = null;
      const context = createOperationContext({
        services: options.services,
        actor,
        liveSignal: live,
        clientSignal: createClientSignal(response),
        resumeAfter: request.headers['last-event-id']?.toString() || undefined,
        onCursor: next => {
          cursor = next;
        },
      });
      if (mediaType !== 'stream') {
        const accept = (operation: PreparedOperation) => checkOperation(request, operation);
        return writeResult(await execution.run(context, asked, accept), mediaType, response, execution.encode);
      }
      await writeEventStream(asked, context, response, {
        operations,
        execution,
        report,
        accept: operation => checkStreamed(request, operation),
        readCursor: () => cursor,
        onWrite: () => connection?.countBuffered(),
      });
    } catch (error) {
      if (response.closed || response.headersSent) return void response.destroy();
      if (error instanceof SignInLimitedError) response.setHeader('retry-after', String(error.retryAfterSeconds));
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      writeError(toClientError(error, report), errorMediaType(request.headers.accept), response);
    }
  };
}

function checkOperation({ method }: IncomingMessage, { definition }: PreparedOperation): void {
  if (definition.operation === OperationTypeNode.SUBSCRIPTION) {
    throw refuse(406, 'Subscribe with "accept: text/event-stream" or over a websocket.');
  }
  if (method === 'GET' && definition.operation === OperationTypeNode.MUTATION) {
    throw refuse(405, 'Send a mutation with POST.', { allow: 'POST' });
  }
}

/** Subscriptions are streamed, whatever the method. */
function checkStreamed(request: IncomingMessage, operation: PreparedOperation): void {
  if (operation.definition.operation !== OperationTypeNode.SUBSCRIPTION) checkOperation(request, operation);
}

function readCredentials({ headersDistinct }: IncomingMessage): Credentials {
  const [authorization, ...others] = headersDistinct.authorization ?? [];
  // Which of two would count is a matter of taste, and so of proxies.
  if (others.length > 0) throw new UnauthorizedError('The Authorization header came more than once.');
  return { authorization, tenant: headersDistinct['livehook-tenant']?.join(', ') };
}

function createLiveSignal(
  { keyWatch, keySlots, closing }: GraphqlHttpOptions,
  actor: Parameters<KeyWatch['watch']>[0],
  response: ServerResponse,
): () => AbortSignal {
  return () => {
    const slot = keySlots.take(actor);
    if (!slot) throw new RateLimitedError('This key has too many streams open.');
    const controller = new AbortController();
    const abort = () => controller.abort();
    const watch = keyWatch.watch(actor, abort);
    closing.addEventListener('abort', abort, { once: true });
    const leave = () => {
      abort();
      watch[Symbol.dispose]();
      slot[Symbol.dispose]();
      closing.removeEventListener('abort', abort);
    };
    // Of a client that has gone already nothing more is heard.
    if (response.closed) leave();
    else response.once('close', leave);
    if (closing.aborted) abort();
    return controller.signal;
  };
}

/** Aborts when the connection closes before the response is complete. */
function createClientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) controller.abort();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

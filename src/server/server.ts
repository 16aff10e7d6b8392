import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Services } from '../domain/context.ts';
import { createAuthenticate } from './authentication.ts';
import { createCors } from './cors.ts';
import { createDashboard } from './dashboard.ts';
import { createExecution } from './execution.ts';
import { createGraphqlHttp, type HandleRequest } from './graphql-http.ts';
import { answerReadyz, type ReadinessCheck } from './health.ts';
import { writeJson } from './http-body.ts';
import { KeySlots } from './key-slots.ts';
import { KeyWatch } from './key-watch.ts';
import { createOperations, createReport } from './operations.ts';
import { withRequestId } from './request-id.ts';
import type { RequestLimiter } from './request-limiter.ts';
import { normalizeTarget } from './request-target.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import { createWebsocketServer, defaultSocketLimits, type SocketLimits } from './websocket-server.ts';

/** The text of `/metrics`, made anew for each request. */
export interface MetricsSource {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface ServerOptions {
  readonly services: Services;
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Where `/metrics` is instead; null: on `port`. */
  readonly metricsPort: number | null;
  readonly metrics: MetricsSource | null;
  /** Default of `MAX_REQUEST_BYTES`: 8,388,608. Of one HTTP request, and of one websocket message. */
  readonly maxRequestBytes: number;
  /** Default of `OPERATION_TIMEOUT_MS`: 10,000. A query or mutation that takes longer is answered TIMEOUT. */
  readonly operationTimeoutMs?: number;
  /** Whether clients may ask for the schema. Default: true. */
  readonly introspection?: boolean;
  /** Default: none are known, and any document is answered. */
  readonly trustedDocuments?: TrustedDocuments | null;
  /** Web origins whose pages may ask, such as `https://shop.example`; `*` is any, the default. */
  readonly corsOrigins?: readonly string[];
  /** Origins whose pages may show the dashboard in a frame, such as `https://app.example`. Default: none. */
  readonly frameAncestors?: readonly string[];
  /** Where a proxy serves this server, with a slash at both ends. Default of `PUBLIC_PATH`: `/`. */
  readonly publicPath?: string;
  /** Of sockets, and of streams of server-sent events. Default of `MAX_SOCKETS_PER_KEY`: 10,000. */
  readonly maxSocketsPerKey?: number;
  /** Default: 100 operations, 200 messages per second, 1,048,576 bytes. */
  readonly socketLimits?: SocketLimits;
  /** How much a key may ask for. Null, the default: as much as it likes. It is closed by whoever opened it. */
  readonly requestLimiter?: RequestLimiter | null;
  /** How long requests under way may take once it closes. */
  readonly shutdownGraceMs: number;
  readonly readiness: readonly ReadinessCheck[];
  /** Null: health and metrics only, as for a process without the api role. */
  readonly api: { readonly rootApiKey: string } | null;
}

export interface Server extends AsyncDisposable {
  /** The port that it listens on. */
  readonly port: number;
  /** Null where metrics are on `port`. */
  readonly metricsPort: number | null;
}

/** Longer than the idle time of the usual load balancers (60 s), so that they close first and never hit a closed one. */
const keepAliveMs = 65_000;
const headersMs = 20_000;
const requestMs = 60_000;

/**
 * Serves GraphQL over HTTP and websockets, health and metrics. Resolves once it listens.
 *
 * Closing stops accepting, ends subscriptions (websockets with 1001), lets requests under way finish within
 * `shutdownGraceMs`, then cuts what is left. Close it before the services.
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { services, host, metricsPort } = options;
  await using opening = new AsyncDisposableStack();
  const closing = new AbortController();
  const graphql = options.api && openGraphql(opening, options, options.api.rootApiKey, closing.signal);

  const serveDashboard = createDashboard(options.frameAncestors);

  const route: HandleRequest = async (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/graphql' && graphql) return graphql.handle(request, response);
    if (path === '/healthz') return writeJson(response, 200, { ok: true });
    if (path === '/readyz') return answerReadyz({ ...services, ...options }, closing.signal.aborted, response);
    if (path === '/metrics' && metricsPort === null) return sendMetrics(options.metrics, response);
    if (graphql && (await serveDashboard(request, response))) return;
    writeJson(response, 404, { error: 'There is nothing here.' });
  };

  const main = await listen(opening, options, route, host, options.port);
  main.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    request.url = normalizeTarget(request.url, options.publicPath ?? '/');
    const isGraphql = request.url?.split('?', 1)[0] === '/graphql';
    if (isGraphql && graphql && !closing.signal.aborted) graphql.sockets.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  const metrics =
    metricsPort === null
      ? null
      : await listen(
          opening,
          options,
          async (request, response) =>
            request.url?.split('?', 1)[0] === '/metrics'
              ? sendMetrics(options.metrics, response)
              : writeJson(response, 404, { error: 'There is nothing here.' }),
          host,
          metricsPort,
        );
  // All at once: no new connection is taken while the open ones say goodbye.
  opening.defer(async () => {
    closing.abort();
    const listening = [main, metrics].filter(server => server !== null);
    await Promise.all([
      graphql?.sockets[Symbol.asyncDispose](),
      ...listening.map(server => closeHttp(server, options.shutdownGraceMs)),
    ]);
  });
  const opened = opening.move();
  return {
    port: portOf(main),
    metricsPort: metrics && portOf(metrics),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function openGraphql(stack: AsyncDisposableStack, options: ServerOptions, rootApiKey: string, closing: AbortSignal) {
  const { services, maxRequestBytes, maxSocketsPerKey = 10_000, socketLimits = defaultSocketLimits } = options;
  const report = createReport(services.log);
  const execution = createExecution({
    report,
    timeoutMs: options.operationTimeoutMs ?? 10_000,
    introspection: options.introspection ?? true,
    trustedDocuments: options.trustedDocuments ?? null,
  });
  const shared = {
    services,
    report,
    execution,
    operations: createOperations(execution, report),
    authenticate: createAuthenticate(services, rootApiKey),
    keyWatch: stack.use(new KeyWatch(services)),
    requestLimiter: options.requestLimiter ?? null,
  };
  return {
    handle: createGraphqlHttp({
      ...shared,
      cors: createCors(options.corsOrigins ?? ['*']),
      maxRequestBytes,
      closing,
      keySlots: new KeySlots(maxSocketsPerKey),
    }),
    sockets: createWebsocketServer({
      ...shared,
      keySlots: new KeySlots(maxSocketsPerKey),
      limits: socketLimits,
      maxMessageBytes: maxRequestBytes,
    }),
  };
}

async function sendMetrics(metrics: MetricsSource | null, response: ServerResponse): Promise<void> {
  if (!metrics) return writeJson(response, 404, { error: 'There are no metrics here.' });
  const text = await metrics.render();
  response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
}

async function listen(
  stack: AsyncDisposableStack,
  { services: { log }, shutdownGraceMs, publicPath = '/' }: ServerOptions,
  handle: HandleRequest,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server: HttpServer = createServer({
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    // HTTP/2 (h2c) and other protocols are offered, not required: such a request is served as HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) =>
      server.listenerCount('upgrade') > 0 && headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('request', (request, response) =>
    withRequestId(async requestId => {
      request.url = normalizeTarget(request.url, publicPath);
      const startedAt = performance.now();
      response.setHeader('x-request-id', requestId);
      response.once('close', () => {
        const durationMs = Math.round(performance.now() - startedAt);
        const { method, url } = request;
        log.debug(
          { requestId, method, path: url?.split('?', 1)[0], status: response.statusCode, durationMs },
          'request',
        );
        // Closing a server closes the connections that are idle then; this one has only now become so.
        if (!server.listening) server.closeIdleConnections();
      });
      try {
        await handle(request, response);
      } catch (error) {
        log.error({ err: error, requestId }, 'a request failed unexpectedly');
        if (response.headersSent) response.destroy();
        else writeJson(response, 500, { error: `Something went wrong here. Its id is ${requestId}.` });
      }
    }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, () => resolve(void server.off('error', reject)));
  });
  stack.defer(() => closeHttp(server, shutdownGraceMs));
  return server;
}

async function closeHttp(server: HttpServer, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise(resolve => server.close(resolve));
  clearTimeout(timer);
}

function portOf(server: HttpServer): number {
  return (server.address() as AddressInfo).port;
}

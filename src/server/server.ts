import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Services } from '../domain/context.ts';
import { createAuthenticate } from './authentication.ts';
import { BufferedBytes } from './buffered-bytes.ts';
import { readClientAddress, type TrustedProxies, toLimitedAddress } from './client-address.ts';
import { ConnectionBudget, type ConnectionLimits, defaultConnectionLimits } from './connection-budget.ts';
import { ConnectionQuota } from './connection-quota.ts';
import { createDashboard } from './dashboard.ts';
import type { PageOptions } from './dashboard-page.ts';
import { createExecution } from './execution.ts';
import { FailedSignIns, type SignInFailure } from './failed-sign-ins.ts';
import { graphiqlAssets, sendGraphiqlAsset } from './graphiql.ts';
import { createReadiness, type ReadinessCheck } from './health.ts';
import { writeJson } from './http-body.ts';
import { type HandleRequest, openListener, rejectUpgrade } from './listener.ts';
import { createReport } from './report.ts';
import { RequestBytes } from './request-bytes.ts';
import type { RequestLimiter } from './request-limiter.ts';
import { createRestRoutes } from './rest/rest-routes.ts';
import { RevocationWatcher } from './revocation-watcher.ts';
import type { SignInLinks } from './sign-in-links.ts';
import { createSignInRoute, signInPath } from './sign-in-route.ts';
import { createTrustedDocuments, type TrustedDocuments } from './trusted-documents.ts';
import { createWebsocketServer, defaultSocketLimits, type SocketLimits } from './websocket-server.ts';
import { createServerYoga } from './yoga.ts';

/** Creates the text of `/metrics` for each request. */
export interface MetricsSource {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface ServerOptions extends PageOptions {
  readonly services: Services;
  readonly host: string;
  /** The port to listen on. 0 means a free one. */
  readonly port: number;
  /** The port of `/metrics`. If null, it is served on `port`. */
  readonly metricsPort: number | null;
  readonly metrics: MetricsSource | null;
  /** The largest HTTP request or websocket message in bytes. Default of `MAX_REQUEST_BYTES`: 8,388,608. */
  readonly maxRequestBytes: number;
  /** The largest response, or update of a subscription, in bytes. Default of `MAX_ANSWER_BYTES`: 16,777,216. */
  readonly maxAnswerBytes?: number;
  /** The deadline of a query or mutation, after which it gets TIMEOUT. Default of `OPERATION_TIMEOUT_MS`: 10,000. */
  readonly operationTimeoutMs?: number;
  /** Whether clients may use introspection. Default: true. */
  readonly introspection?: boolean;
  /** The CPU time in milliseconds per second that a key may spend on new documents. 0 means no limit. Default: 200. */
  readonly documentCpuMsPerSecond?: number;
  /** The documents that clients can request by id. Default: none, and any document is accepted. */
  readonly trustedDocuments?: TrustedDocuments | null;
  /** The path at which a proxy serves this server, with a slash at both ends. Default of `PUBLIC_PATH`: `/`. */
  readonly publicPath?: string;
  /** The largest number of sockets, and of event streams, of one key. Default: 10,000. */
  readonly maxSocketsPerKey?: number;
  /** The limits of one websocket. Default: 100 operations, 200 messages per second, 1,048,576 unread bytes. */
  readonly socketLimits?: SocketLimits;
  /** The limits on connections. Default: `defaultConnectionLimits`. */
  readonly connectionLimits?: Partial<ConnectionLimits>;
  /** The largest number of bytes that the clients of one key may leave unread. Default: 67,108,864. */
  readonly maxBufferedBytesPerKey?: number;
  /** The proxies whose `X-Forwarded-For` is trusted. Default: none, so the address of the peer is used. */
  readonly trustedProxies?: TrustedProxies;
  /**
   * The number of failed sign-ins that one client address may have per minute. Default of
   * `MAX_FAILED_SIGN_INS_PER_MINUTE`: 60.
   */
  readonly maxFailedSignInsPerMinute?: number;
  /** Called for each failed sign-in. */
  readonly onFailedSignIn?: (reason: SignInFailure) => void;
  /** Limits the requests of each key. Null, the default, means no limit. The server does not close the limiter. */
  readonly requestLimiter?: RequestLimiter | null;
  /** Milliseconds that running requests may take after close. */
  readonly shutdownGraceMs: number;
  readonly readiness: readonly ReadinessCheck[];
  /** If null, the server only has health and metrics, as for a process without the api role. */
  readonly api: {
    readonly rootApiKey: string;
    /** For links that sign in to the dashboard with the root key. Default: there are none. */
    readonly signInLinks?: SignInLinks | null;
  } | null;
}

export interface Server extends AsyncDisposable {
  /** The port on which the server listens. */
  readonly port: number;
  /** The port of `/metrics`. Null if metrics are served on `port`. */
  readonly metricsPort: number | null;
}

/** The bytes that may wait for the clients of all keys, as a multiple of those for one key. */
const bufferedBytesFactor = 3;

/**
 * Serves GraphQL over HTTP and websockets, the REST API, health and metrics. Resolves when it listens.
 *
 * Closing stops accepting connections, ends subscriptions (websockets with 1001), gives running requests
 * `shutdownGraceMs` to finish, then destroys the connections of those that have not finished. Close the server before
 * the services that it uses.
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { services, host, metricsPort } = options;
  await using opening = new AsyncDisposableStack();
  const closing = new AbortController();
  const perCredential = options.maxBufferedBytesPerKey ?? 67_108_864;
  const connections = opening.use(
    new ConnectionBudget(
      { ...defaultConnectionLimits, ...options.connectionLimits },
      new BufferedBytes<Socket>({ perCredential, total: perCredential * bufferedBytesFactor }),
    ),
  );
  const trustedProxies = options.trustedProxies ?? { hops: 0 };
  const readAddress = (request: IncomingMessage) => toLimitedAddress(readClientAddress(request, trustedProxies));
  const graphql =
    options.api && openGraphql(opening, options, { ...options.api, closing: closing.signal, connections, readAddress });

  const publicPath = options.publicPath ?? '/';
  const serveDashboard = createDashboard(options, undefined, publicPath);

  const sendReadiness = createReadiness({ ...services, readiness: options.readiness }, () => closing.signal.aborted);
  const route: HandleRequest = async (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/graphql' && graphql) {
      // Yoga builds a URL from the Host header, which fails if the header is invalid. Nothing else reads it.
      request.headers.host = 'localhost';
      return graphql.yoga.requestListener(request, response);
    }
    const routeTo = path === undefined ? undefined : graphql?.routes.get(path);
    if (routeTo) return routeTo(request, response);
    if (graphql && path?.startsWith(graphiqlAssets) && (await sendGraphiqlAsset(request, response))) return;
    if (path === '/healthz') return writeJson(response, 200, { ok: true });
    if (path === '/readyz') return sendReadiness(response);
    if (path === '/metrics' && metricsPort === null) return sendMetrics(options.metrics, response);
    if (path === publicPath.slice(0, -1)) {
      return void response.writeHead(308, { location: `${publicPath}${request.url?.slice(path.length)}` }).end();
    }
    if (graphql && (await serveDashboard(request, response))) return;
    writeJson(response, 404, { error: 'There is nothing here.' });
  };

  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const isGraphql = request.url?.split('?', 1)[0] === '/graphql';
    const connection = connections.get(socket);
    if (!graphql || !isGraphql) return rejectUpgrade(socket, '404 Not Found');
    if (!connection || closing.signal.aborted) return rejectUpgrade(socket, '503 Service Unavailable');
    const address = readAddress(request);
    connection.setAddress(address);
    if (!socket.destroyed) graphql.sockets.upgrade(request, socket, head, connection, address);
  };
  const listen = (port: number, handle: HandleRequest, isMain: boolean) =>
    openListener({
      log: services.log,
      host,
      port,
      publicPath,
      connections,
      trustedProxies,
      // A getter, because the value is read when the server closes.
      get shutdownGraceMs() {
        return options.shutdownGraceMs;
      },
      handle,
      upgrade: isMain ? upgrade : null,
    });
  const main = opening.use(await listen(options.port, route, true));
  const routeMetrics: HandleRequest = async (request, response) =>
    request.url?.split('?', 1)[0] === '/metrics'
      ? sendMetrics(options.metrics, response)
      : writeJson(response, 404, { error: 'There is nothing here.' });
  const metrics = metricsPort === null ? null : opening.use(await listen(metricsPort, routeMetrics, false));
  // Close both listeners at once, so that neither accepts a new connection while open ones close.
  opening.defer(async () => {
    closing.abort();
    await Promise.all([
      graphql?.sockets[Symbol.asyncDispose](),
      main[Symbol.asyncDispose](),
      metrics?.[Symbol.asyncDispose](),
    ]);
  });
  const opened = opening.move();
  return {
    port: main.port,
    metricsPort: metrics?.port ?? null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface GraphqlParts {
  readonly rootApiKey: string;
  readonly signInLinks?: SignInLinks | null;
  readonly closing: AbortSignal;
  readonly connections: ConnectionBudget;
  readonly readAddress: (request: IncomingMessage) => string;
}

function openGraphql(stack: AsyncDisposableStack, options: ServerOptions, parts: GraphqlParts) {
  const { services, maxRequestBytes, maxSocketsPerKey = 10_000, socketLimits = defaultSocketLimits } = options;
  const { connections, readAddress, closing, rootApiKey, signInLinks: links } = parts;
  const report = createReport(services.log);
  const introspection = options.introspection ?? true;
  const timeoutMs = options.operationTimeoutMs ?? 10_000;
  const execution = createExecution({
    report,
    timeoutMs,
    ...(options.maxAnswerBytes !== undefined && { maxAnswerBytes: options.maxAnswerBytes }),
    introspection,
  });
  const failedSignIns = new FailedSignIns({
    log: services.log,
    maxPerMinute: options.maxFailedSignInsPerMinute ?? 60,
    onFailure: options.onFailedSignIn ?? (() => undefined),
  });
  const authenticate = createAuthenticate({ services, rootApiKey, failedSignIns });
  const revocationWatcher = stack.use(new RevocationWatcher(services));
  const shared = { services, report, execution, authenticate, revocationWatcher };
  const requestBytes = new RequestBytes(maxRequestBytes);
  const requests = {
    ...shared,
    requestBytes,
    connections,
    readAddress,
    maxRequestBytes,
    corsOrigins: options.corsOrigins ?? ['*'],
    requestLimiter: options.requestLimiter ?? null,
  };
  const routes = createRestRoutes({ ...requests, timeoutMs, publicPath: options.publicPath ?? '/' });
  if (links) routes.set(signInPath, createSignInRoute({ ...requests, links, rootApiKey, failedSignIns }));
  const yoga = createServerYoga({
    ...requests,
    closing,
    introspection,
    documentCpuMsPerSecond: options.documentCpuMsPerSecond ?? 200,
    trustedDocuments: options.trustedDocuments ?? createTrustedDocuments({}, false),
    connectionQuota: new ConnectionQuota(maxSocketsPerKey),
  });
  const sockets = createWebsocketServer({
    ...shared,
    yoga,
    connectionQuota: new ConnectionQuota(maxSocketsPerKey),
    limits: socketLimits,
    maxMessageBytes: maxRequestBytes,
    requestBytes,
  });
  return { yoga, sockets, routes };
}

async function sendMetrics(metrics: MetricsSource | null, response: ServerResponse): Promise<void> {
  if (!metrics) return writeJson(response, 404, { error: 'There are no metrics here.' });
  const text = await metrics.render();
  response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
}

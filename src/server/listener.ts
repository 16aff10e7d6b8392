import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from '../log.ts';
import { isTrustedProxy, type TrustedProxies, toLimitedAddress } from './client-address.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { writeJson } from './http-body.ts';
import { withRequestId } from './request-id.ts';
import { normalizeTarget } from './request-target.ts';

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ListenerOptions {
  readonly log: Logger;
  readonly host: string;
  readonly port: number;
  readonly publicPath: string;
  readonly connections: ConnectionBudget;
  readonly trustedProxies: TrustedProxies;
  /** Milliseconds that running requests may take after the listener starts to close. */
  readonly shutdownGraceMs: number;
  readonly handle: HandleRequest;
  /** Handles a websocket upgrade. If null, upgrade requests are answered as plain requests. */
  readonly upgrade: ((request: IncomingMessage, socket: Socket, head: Buffer) => void) | null;
}

export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/**
 * How long an idle connection stays open. This is longer than the idle timeout of common load balancers (60 s), so that
 * they close connections first and never send a request on a closed one.
 */
const keepAliveMs = 65_000;
/** The limit of the time from the first byte of a request to the end of its headers. */
const headersMs = 5_000;
/** The limit of the time from the first byte of a request to the end of its body. */
const requestMs = 60_000;
/** How often connections are checked for requests that exceed these limits. */
const checkMs = 1_000;
/** The number of requests that a client may send on one connection before the first of them is answered. */
const maxPipelined = 100;

/**
 * Listens for HTTP. `connections` counts every connection. Requests of one connection are handled one after the other,
 * so that at most one of its responses waits for the client. A client that has closed its half of the connection still
 * gets its response.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { connections, trustedProxies, host, port } = options;
  const server: HttpServer = createServer({
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    // A client may offer HTTP/2 (h2c) and other protocols. Such a request is served as HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) => options.upgrade !== null && headers.upgrade?.toLowerCase() === 'websocket',
  });
  // Without this undocumented option of Node.js, a client that closes its half of the connection would get no response.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? '';
    const isProxy = isTrustedProxy(trustedProxies, peer);
    connections.accept(socket, isProxy ? null : toLimitedAddress(peer.replace(/^::ffff:(?=[\d.]+$)/, '')));
  });
  server.on('request', createRequestHandler(server, options));
  server.on('upgrade', (request: IncomingMessage, stream, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    request.url = normalizeTarget(request.url, options.publicPath);
    // Without the role `api`, there is no websocket handler. Node.js before 24.9 emits the event even then.
    if (options.upgrade) options.upgrade(request, stream as Socket, head);
    else rejectUpgrade(stream as Socket, '404 Not Found');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, () => resolve(void server.off('error', reject)));
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => closeHttp(server, options.shutdownGraceMs),
  };
}

/** Answers an upgrade with an error, then destroys the connection. */
export function rejectUpgrade(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroySoon();
}

function createRequestHandler(server: HttpServer, { log, connections, publicPath, handle }: ListenerOptions) {
  const waitForTurn = createRequestQueue();
  return (request: IncomingMessage, response: ServerResponse) =>
    withRequestId(async requestId => {
      connections.get(request.socket)?.recordRequest();
      request.url = normalizeTarget(request.url, publicPath);
      const startedAt = performance.now();
      response.setHeader('x-request-id', requestId);
      response.once('close', () => {
        const durationMs = Math.round(performance.now() - startedAt);
        const { method, url } = request;
        const path = url?.split('?', 1)[0];
        log.debug({ requestId, method, path, status: response.statusCode, durationMs }, 'request');
        // `server.close` closes only connections that are idle at that time. This one has become idle afterwards.
        if (!server.listening) server.closeIdleConnections();
      });
      try {
        const turn = waitForTurn(request.socket, response);
        if (turn) await turn;
        if (request.socket.destroyed) return;
        await handle(request, response);
        connections.get(request.socket)?.countBuffered();
      } catch (error) {
        log.error({ err: error, requestId }, 'a request failed unexpectedly');
        if (response.headersSent) response.destroy();
        else
          writeJson(response, 500, {
            error: `Internal error. The log of the server has its details under the id ${requestId}.`,
          });
      }
    });
}

/** Handles the requests of a connection one after the other, and destroys a connection with too many waiting ones. */
function createRequestQueue(): (socket: Socket, response: ServerResponse) => Promise<void> | null {
  const latest = new WeakMap<Socket, { readonly response: ServerResponse; readonly waiting: number }>();
  return (socket, response) => {
    const previous = latest.get(socket);
    if (!previous || previous.response.closed) {
      latest.set(socket, { response, waiting: 0 });
      return null;
    }
    const waiting = previous.waiting + 1;
    latest.set(socket, { response, waiting });
    if (waiting > maxPipelined) socket.destroy();
    return new Promise(resolve => previous.response.once('close', () => resolve()));
  };
}

async function closeHttp(server: HttpServer, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise(resolve => server.close(resolve));
  clearTimeout(timer);
}

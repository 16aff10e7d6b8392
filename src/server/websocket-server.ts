import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Context, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { isUnavailable } from '../database/failures.ts';
import type { Actor, Services } from '../domain/context.ts';
import { LivehookError } from '../errors.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import type { Authenticate, Credentials } from './authentication.ts';
import type { KeyWatch } from './key-watch.ts';
import { createOperationContext, type Yoga } from './operations.ts';
import { withRequestId } from './request-id.ts';

export interface WebsocketOptions {
  readonly services: Services;
  readonly operations: Yoga;
  readonly authenticate: Authenticate;
  readonly keyWatch: KeyWatch;
  readonly report: ReportInternalError;
  /** A larger message closes the socket with 1009. */
  readonly maxMessageBytes: number;
}

/** What is known of a socket. `actor` is set once `connection_init` was accepted. */
interface Session {
  readonly socket: WebSocket;
  readonly closing: AbortController;
  actor: Actor | null;
}

type SocketContext = Context<Record<string, unknown>, Session>;

export interface WebsocketServer extends AsyncDisposable {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** A ping every so often; a socket that has not answered by the next one is gone. */
const pingMs = 12_000;
/** How long a client may take to answer our close. */
const closeMs = 2_000;

const closeCodes = { goingAway: 1001, internal: 4500, tryAgainLater: 1013, badRequest: 4400, refused: 4403 } as const;

/**
 * `graphql-transport-ws` through the same pipeline as HTTP. A socket without a good key is closed with 4403, also once
 * its key is revoked or expires; on dispose with 1001. A closed socket's subscriptions end at once.
 *
 * The Origin is not looked at: a browser adds no credential of its own to a websocket here, and whoever has the key may.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createWebsocketServer(options: WebsocketOptions): WebsocketServer {
  const { services, operations, authenticate, keyWatch, report, maxMessageBytes } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols });
  const describe = (errors: readonly unknown[]) => errors.map(error => formatError(error, report));

  const protocol = makeServer<Record<string, unknown>, Session>({
    onConnect: context => connect(context, authenticate, keyWatch, report),
    async onSubscribe({ extra }, _id, params) {
      const { actor, closing } = extra;
      if (!actor) return [toClientError(new Error('an operation before its connection'), report)];
      const context = createOperationContext({ services, actor, liveSignal: () => closing.signal });
      try {
        const enveloped = operations.getEnveloped(context);
        const document = enveloped.parse(params.query);
        const errors = enveloped.validate(enveloped.schema, document);
        if (errors.length > 0) return errors;
        return {
          schema: enveloped.schema,
          document,
          operationName: params.operationName ?? undefined,
          variableValues: params.variables ?? undefined,
          contextValue: await enveloped.contextFactory(),
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        };
      } catch (error) {
        return [toClientError(error, report)];
      }
    },
    execute: args => (args as unknown as Enveloped).execute(args),
    subscribe: args => (args as unknown as Enveloped).subscribe(args),
    onNext: (_context, _id, _params, _args, result) =>
      result.errors ? ({ ...result, errors: describe(result.errors) } as never) : undefined,
    onError: (_context, _id, _params, errors) => describe(errors) as never,
  });

  sockets.on('connection', (socket: WebSocket) => withRequestId(() => serve(protocol, socket, report)));

  return {
    upgrade: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, accepted => sockets.emit('connection', accepted, request)),
    async [Symbol.asyncDispose]() {
      const open = [...sockets.clients];
      const closed = Promise.all(open.map(socket => new Promise(resolve => socket.once('close', resolve))));
      for (const socket of open) socket.close(closeCodes.goingAway, 'The server is going away.');
      const timer = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, closeMs);
      await closed;
      clearTimeout(timer);
      sockets.close();
    },
  };
}

interface Enveloped {
  readonly execute: (args: unknown) => Promise<never>;
  readonly subscribe: (args: unknown) => Promise<never>;
}

async function connect(
  { connectionParams, extra }: SocketContext,
  authenticate: Authenticate,
  keyWatch: KeyWatch,
  report: ReportInternalError,
): Promise<boolean> {
  const { socket, closing } = extra;
  try {
    const actor = await authenticate(readCredentials(connectionParams ?? {}));
    if (closing.signal.aborted) return false;
    const watch = keyWatch.watch(actor, () => socket.close(closeCodes.refused, 'The key was revoked or has expired.'));
    closing.signal.addEventListener('abort', () => watch[Symbol.dispose](), { once: true });
    extra.actor = actor;
    return true;
  } catch (error) {
    if (isUnavailable(error)) socket.close(closeCodes.tryAgainLater, 'The database does not answer.');
    else if (!(error instanceof LivehookError)) socket.close(closeCodes.internal, `Its id is ${report(error)}.`);
    else socket.close(error.code === 'BAD_USER_INPUT' ? closeCodes.badRequest : closeCodes.refused, error.message);
    return false;
  }
}

/** The names are those of the headers, in any case. */
function readCredentials(payload: Record<string, unknown>): Credentials {
  const read = (wanted: string) => {
    const values = Object.entries(payload).filter(([name]) => name.toLowerCase() === wanted);
    return values.length === 1 && typeof values[0]?.[1] === 'string' ? values[0][1] : undefined;
  };
  return { authorization: read('authorization'), tenant: read('livehook-tenant') };
}

function serve(
  protocol: ReturnType<typeof makeServer<Record<string, unknown>, Session>>,
  socket: WebSocket,
  report: ReportInternalError,
): void {
  const closing = new AbortController();
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => {
    alive = true;
  });
  // Broken frames and frames over the limit: ws closes the socket with the code that says so.
  socket.on('error', () => undefined);

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: text =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(text, error => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: handle =>
        socket.on('message', data => {
          handle(String(data)).catch(error => {
            // The one thing that the protocol library throws at a client's whim.
            if (String(error).includes('Unexpected message of type')) return socket.close(closeCodes.badRequest);
            socket.close(closeCodes.internal, `Something went wrong here. Its id is ${report(error)}.`);
          });
        }),
    },
    { socket, closing, actor: null },
  );
  socket.once('close', (code, reason) => {
    clearInterval(pings);
    closing.abort();
    closed(code, String(reason)).catch(report);
  });
}

/** As over HTTP, where Yoga leaves out what is meant for itself. */
function formatError(error: unknown, report: ReportInternalError) {
  const { extensions = {}, ...formatted } = toClientError(error, report).toJSON();
  const { http: _http, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}

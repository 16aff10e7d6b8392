import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type Context, handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { isUnavailable } from '../database/failures.ts';
import type { Services } from '../domain/context.ts';
import { LivehookError, RateLimitedError } from '../errors.ts';
import type { WantedUpdates } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import type { Authenticate } from './authentication.ts';
import type { Connection } from './connection-budget.ts';
import { readCredentials } from './connection-init.ts';
import { type ConnectionQuota, credentialOf } from './connection-quota.ts';
import type { Execution } from './execution.ts';
import { formatError } from './format-error.ts';
import type { OperationContext } from './operation-context.ts';
import { maxCost, type Variables } from './operation-cost.ts';
import type { PreparedOperation } from './prepared-documents.ts';
import type { RequestBytes } from './request-bytes.ts';
import { withRequestId } from './request-id.ts';
import type { RevocationWatcher } from './revocation-watcher.ts';
import { SharedUpdates } from './shared-updates.ts';
import type { UpdateSink } from './subscription-group.ts';
import {
  closeSocket,
  createSink,
  limitUnauthenticatedBytes,
  openTransport,
  type Session,
} from './websocket-session.ts';
import { type EncodeResult, toResults, writeResults } from './write-results.ts';
import type { Yoga } from './yoga.ts';

/** The limits of one socket. */
export interface SocketLimits {
  /** The largest number of open operations. A further operation gets RATE_LIMITED. */
  readonly operationsPerSocket: number;
  /** The largest number of messages per second, and in one burst. A further message closes the socket with 4429. */
  readonly messagesPerSecond: number;
  /** The unread bytes at which `deliveryUpdated` skips updates. The next update has their number in `skipped`. */
  readonly maxBufferedBytes: number;
  /** The interval of pings, default 12,000. A socket that has not answered by the next one is closed. */
  readonly pingMs?: number;
}

export const defaultSocketLimits: SocketLimits = {
  operationsPerSocket: 100,
  messagesPerSecond: 200,
  maxBufferedBytes: 1_048_576,
};

export interface WebsocketOptions {
  readonly services: Services;
  /** The Yoga server. Operations of websockets run the hooks of its plugins, from the parser on. */
  readonly yoga: Yoga;
  readonly execution: Execution;
  readonly authenticate: Authenticate;
  readonly revocationWatcher: RevocationWatcher;
  /** Limits the sockets of each key. A socket beyond the limit is closed with code 4429. */
  readonly connectionQuota: ConnectionQuota;
  readonly limits: SocketLimits;
  readonly report: ReportInternalError;
  /** The largest message in bytes. A larger one closes the socket with code 1009. */
  readonly maxMessageBytes: number;
  readonly requestBytes: RequestBytes;
}

type SocketContext = Context<Record<string, unknown>, Session>;
type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Session>>;

export interface WebsocketServer extends AsyncDisposable {
  /** Upgrades a request to a websocket. `address` is the address of the client. */
  upgrade(request: IncomingMessage, stream: Socket, head: Buffer, connection: Connection, address: string): void;
}

/** How long a client may take to answer the closing handshake. */
const closeMs = 2_000;

const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  badRequest: 4400,
  rejected: 4403,
  duplicateId: 4409,
  tooMany: 4429,
  internal: 4500,
} as const;

/**
 * Serves `graphql-transport-ws` through the same plugins as HTTP. A socket is closed with 4403 without a valid key or
 * when its key ends, with 4429 beyond a limit, and with 1001 on dispose. Closing a socket ends its operations at once
 * and cancels running statements. `complete` does the same for one operation.
 *
 * The Origin header is not checked, because a browser adds no credential by itself to a websocket.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createWebsocketServer(options: WebsocketOptions): WebsocketServer {
  const { services, yoga, execution, limits, report, maxMessageBytes } = options;
  // Compression is off, because each socket would need its own deflate context, and would compress shared frames again.
  const settings = {
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // Messages are checked for UTF-8 when they are parsed, because the subprotocol has its own close code for it.
    skipUTF8Validation: true,
    // The type declarations of ws do not contain `closeTimeout` yet.
    closeTimeout: closeMs,
    handleProtocols,
  };
  const sockets = new WebSocketServer(settings);
  const describeErrors = (errors: readonly unknown[]) => errors.map(error => formatError(toClientError(error, report)));
  const encode: EncodeResult = ({ data, errors, extensions }) => {
    try {
      return execution.encode({ data, ...(errors && { errors: describeErrors(errors) }), extensions });
    } catch (error) {
      return execution.encode({ data: null, errors: describeErrors([error]) });
    }
  };
  const write = (sink: UpdateSink, source: AsyncGenerator<ExecutionResult, unknown, unknown>, signal: AbortSignal) =>
    writeResults({ sink, source, encode, maxBufferedBytes: limits.maxBufferedBytes, signal });
  const sharedUpdates = new SharedUpdates({
    services,
    execution,
    encode,
    maxBufferedBytes: limits.maxBufferedBytes,
  });

  const protocol = makeServer<Record<string, unknown>, Session>({
    onConnect: context => connect(context, options),
    async onSubscribe({ extra }, id, params) {
      const { actor } = extra;
      const signal = extra.operationSignal(id);
      if (!actor) return [toClientError(new Error('an operation before its connection'), report)];
      if (extra.countOperations() > limits.operationsPerSocket) {
        const problem = `This socket has ${limits.operationsPerSocket} operations open, as many as it may.`;
        return [toClientError(new RateLimitedError(problem), report)];
      }
      if (extra.stream.writableLength > limits.maxBufferedBytes) {
        const problem = `This socket has more than ${limits.maxBufferedBytes} bytes to read before it may send another operation.`;
        return [toClientError(new RateLimitedError(problem), report)];
      }
      const problem = extra.operationProblem(id);
      if (problem) return [toClientError(problem, report)];
      const captured: { wanted?: WantedUpdates } = {};
      // An empty name counts as none, as over HTTP.
      const operationName = params.operationName || undefined;
      const variables = params.variables ?? {};
      const context: OperationContext = {
        services,
        actor,
        params: { ...params, operationName: operationName ?? null, variables },
        liveSignal: () => signal,
        clientSignal: signal,
        takeUpdates: wanted => {
          captured.wanted = wanted;
        },
      };
      try {
        const enveloped = yoga.getEnveloped(context);
        const document = enveloped.parse(params.query);
        const errors = enveloped.validate(enveloped.schema, document);
        if (errors.length > 0) return errors;
        const sink = createSink(extra, id);
        return {
          schema: enveloped.schema,
          document,
          operationName,
          variableValues: variables,
          contextValue: await enveloped.contextFactory(),
          // Bypasses the protocol library, which would write the result as one string.
          execute: (args: ExecutionArgs) =>
            write(
              sink,
              toResults(async () => enveloped.execute(args)),
              signal,
            ),
          // The resolver checks the arguments and stores the wanted updates in `captured`. The client then gets the
          // updates that equal subscriptions share, and the resolver's own source is closed.
          async subscribe(args: unknown) {
            const { operation } = context;
            if (!operation) throw new Error('a subscription that was not prepared');
            const excess = countSubscription(extra, id, operation, variables);
            if (excess) return { errors: [excess] };
            const result = await enveloped.subscribe(args as ExecutionArgs);
            if (!('return' in result)) return result;
            if (!captured.wanted) return write(sink, result, signal);
            await result.return(undefined);
            return sharedUpdates.subscribe({
              actor,
              operation: { document, prepared: operation, variables: operation.pickVariables(variables) },
              wanted: captured.wanted,
              sink,
              signal,
            });
          },
        };
      } catch (error) {
        return [toClientError(error, report)];
      }
    },
    execute: args => (args as unknown as Enveloped).execute(args),
    subscribe: args => (args as unknown as Enveloped).subscribe(args),
    onNext: (_context, _id, _params, _args, result) =>
      result.errors ? ({ ...result, errors: describeErrors(result.errors) } as never) : undefined,
    onError: (_context, _id, _params, errors) => describeErrors(errors) as never,
  });

  return {
    upgrade(request, stream, head, connection, address) {
      connection.expectAuthentication();
      limitUnauthenticatedBytes({ stream, connection });
      sockets.handleUpgrade(request, stream, head, socket => {
        const session: Session = {
          socket,
          stream,
          connection,
          address,
          closing: new AbortController(),
          actor: null,
          duplicateNames: [],
          countOperations: () => 0,
          operationSignal: () => AbortSignal.abort(),
          operationProblem: () => null,
          subscriptionCosts: new Map(),
        };
        withRequestId(() => serve(protocol, session, options));
      });
    },
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

/**
 * Counts the cost of one update of a subscription. All subscriptions of a socket together may cost as much as one
 * operation, because one transition may be an update of each of them.
 *
 * @returns the error to answer if the cost is too high.
 */
function countSubscription(
  { subscriptionCosts }: Session,
  id: string,
  operation: PreparedOperation,
  variables: Variables,
): RateLimitedError | null {
  const cost = operation.measureCost(variables);
  // A subscription that is too expensive by itself is rejected when it is executed.
  if (cost > maxCost) return null;
  let total = cost;
  for (const open of subscriptionCosts.values()) total += open;
  if (total > maxCost) {
    return new RateLimitedError(`The subscriptions of this socket would cost ${total} together: at most ${maxCost}.`);
  }
  subscriptionCosts.set(id, cost);
  return null;
}

interface Enveloped {
  readonly execute: (args: unknown) => Promise<never>;
  readonly subscribe: (args: unknown) => Promise<never>;
}

async function connect(
  context: SocketContext,
  { authenticate, connectionQuota, revocationWatcher, report }: WebsocketOptions,
): Promise<boolean> {
  const session = context.extra;
  const { closing } = session;
  const close = (code: number, reason: string) => {
    closeSocket(session, code, reason);
    return false;
  };
  try {
    const credentials = readCredentials(context.connectionParams ?? {}, session.duplicateNames);
    // Drop the payload, which the library would keep in memory as long as the socket is open.
    Object.assign(context, { connectionParams: undefined });
    const actor = await authenticate(credentials, session.address);
    if (closing.signal.aborted || session.stream.destroyed) return false;
    const slot = connectionQuota.take(actor);
    if (!slot) return close(closeCodes.tooMany, 'This key has too many sockets open.');
    const watch = revocationWatcher.watch(actor, () =>
      close(closeCodes.rejected, 'The key was revoked or has expired.'),
    );
    const leave = () => {
      watch[Symbol.dispose]();
      slot[Symbol.dispose]();
    };
    closing.signal.addEventListener('abort', leave, { once: true });
    session.connection.authenticate(credentialOf(actor));
    session.actor = actor;
    return true;
  } catch (error) {
    if (isUnavailable(error)) return close(closeCodes.tryAgainLater, 'The database does not respond.');
    if (!(error instanceof LivehookError)) return close(closeCodes.internal, `Its id is ${report(error)}.`);
    if (error.code === 'BAD_USER_INPUT') return close(closeCodes.badRequest, error.message);
    return close(error.code === 'RATE_LIMITED' ? closeCodes.tooMany : closeCodes.rejected, error.message);
  }
}

function serve(
  protocol: Protocol,
  session: Session,
  { limits, report, requestBytes }: Pick<WebsocketOptions, 'limits' | 'report' | 'requestBytes'>,
): void {
  const { socket, closing } = session;
  const close = (code: number, reason?: string) => closeSocket(session, code, reason);
  const transport = openTransport(session, {
    messagesPerSecond: limits.messagesPerSecond,
    pingMs: limits.pingMs ?? 12_000,
    requestBytes,
    onFlood: () => close(closeCodes.tooMany, 'Too many messages.'),
    onMalformed: () =>
      close(closeCodes.badRequest, 'A message must be a JSON object in UTF-8, within the limits of a request.'),
    onDuplicateId: () => close(closeCodes.duplicateId, 'Another operation of this socket has the same id.'),
    onError(error) {
      // The protocol library throws these errors for invalid messages of a client: an unknown type, and JSON that is
      // nested too deep to be sent back.
      const isClients = error instanceof RangeError || String(error).includes('Unexpected message of type');
      if (isClients) return close(closeCodes.badRequest);
      close(
        closeCodes.internal,
        `Internal error. The log of the server has its details under the id ${report(error)}.`,
      );
    },
  });
  const closed = protocol.opened(transport, session);
  socket.once('close', (code, reason) => {
    closing.abort();
    closed(code, String(reason)).catch(report);
  });
}

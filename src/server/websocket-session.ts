import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Actor } from '../domain/context.ts';
import type { RateLimitedError } from '../errors.ts';
import type { Connection } from './connection-budget.ts';
import { findDuplicateNames } from './connection-init.ts';
import { nextPrefix } from './next-frames.ts';
import type { RequestBytes } from './request-bytes.ts';
import { parseSocketMessage, type SocketMessage, SocketOperations } from './socket-messages.ts';
import type { UpdateSink } from './subscription-group.ts';

/** The state of a socket. `actor` is set when `connection_init` was accepted. */
export interface Session {
  readonly socket: WebSocket;
  /** The TCP connection of the websocket. */
  readonly stream: Socket;
  readonly connection: Connection;
  /** The client's address, which trusted proxies may name. */
  readonly address: string;
  /** Aborts when the socket is closed. */
  readonly closing: AbortController;
  actor: Actor | null;
  /** Names that appear twice in the payload of `connection_init`. */
  duplicateNames: readonly string[];
  /** The number of operations that have started and not ended. */
  countOperations: () => number;
  /** The signal of an open operation. It aborts when the client completes the operation or the socket is closed. */
  operationSignal: (id: string) => AbortSignal;
  /** Why an open operation must not be executed. Null if it may be. */
  operationProblem: (id: string) => RateLimitedError | null;
  /** The cost of one update of each open subscription, by its id. */
  readonly subscriptionCosts: Map<string, number>;
}

/** The interface of a socket for the protocol library, which accepts a parsed message like text. */
export interface Transport {
  readonly protocol: string;
  send(text: string): Promise<void>;
  close(code?: number, reason?: string): void;
  onMessage(handle: (message: string) => Promise<void>): void;
}

export interface SessionOptions {
  /** The number of messages, pings and pongs that a client may send at once, and per second from then on. */
  readonly messagesPerSecond: number;
  /** The interval of pings. A socket that has not answered by the next one is closed. */
  readonly pingMs: number;
  /** Counts the bytes of messages whose operations are open. */
  readonly requestBytes: RequestBytes;
  /** Called for each message beyond `messagesPerSecond`. */
  readonly onFlood: () => void;
  /** Called for each message that is not a JSON object in UTF-8, or exceeds the limits of a request. */
  readonly onMalformed: () => void;
  readonly onDuplicateId: (id: string) => void;
  /** Called with each error with which the protocol library rejects a message. */
  readonly onError: (error: unknown) => void;
}

/** The largest message before authentication. It is enough for a token and fields that the client adds. */
const maxUnauthenticatedMessageBytes = 16_384;
/** The most bytes of a socket before authentication: one such message with its framing, and pings. */
const maxUnauthenticatedBytes = maxUnauthenticatedMessageBytes + 1_024;

/** Destroys a stream that sends too much before it has authenticated. Call this before anything else reads the stream. */
export function limitUnauthenticatedBytes({ stream, connection }: Pick<Session, 'stream' | 'connection'>): void {
  let received = 0;
  const count = (chunk: Buffer) => {
    if (connection.isAuthenticated) return void stream.off('data', count);
    received += chunk.length;
    if (received > maxUnauthenticatedBytes) stream.destroy();
  };
  stream.on('data', count);
}

/** Counts the bytes of an incomplete message, which the protocol library holds. */
function countReceivedBytes({ socket, stream, connection }: Session): void {
  // Prepended, so that a chunk is counted before the library reads it. A message that it completes then ends the count.
  stream.prependListener('data', (chunk: Buffer) => connection.addReceived(chunk.length));
  for (const event of ['message', 'ping', 'pong']) socket.on(event, () => connection.clearReceived());
}

/**
 * Ends a socket: with a closing handshake if it has authenticated, otherwise with a close frame and without waiting.
 */
export function closeSocket({ socket, stream, connection }: Session, code?: number, reason?: string): void {
  socket.close(code, reason);
  if (!connection.isAuthenticated) stream.destroySoon();
}

/** Sends pings to keep a socket alive, limits its messages per second, and passes them to the protocol library. */
export function openTransport(session: Session, options: SessionOptions): Transport {
  const { socket, stream, connection, closing } = session;
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, options.pingMs);
  closing.signal.addEventListener('abort', () => clearInterval(pings), { once: true });
  socket.on('pong', () => {
    alive = true;
  });
  // ws itself closes the socket after a broken or too large frame. Without a listener, the error would end the process.
  socket.on('error', () => undefined);
  countReceivedBytes(session);

  const isFlood = createFloodCheck(options.messagesPerSecond);
  for (const event of ['ping', 'pong']) socket.on(event, () => isFlood() && options.onFlood());
  return {
    protocol: socket.protocol,
    send: text =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        socket.send(text, error => {
          connection.countBuffered();
          if (error && socket.readyState === socket.OPEN) reject(error);
          else resolve();
        });
        connection.countBuffered();
      }),
    close: (code, reason) => closeSocket(session, code, reason),
    onMessage(handle) {
      const operations = new SocketOperations(
        message => handle(message as unknown as string).finally(() => forgetCost(session, message)),
        id => options.onDuplicateId(id),
        bytes => session.actor && options.requestBytes.hold(session.actor, bytes),
      );
      session.countOperations = () => operations.count;
      session.operationSignal = id => operations.signalOf(id);
      session.operationProblem = id => operations.problemOf(id);
      closing.signal.addEventListener('abort', () => operations.abortAll(), { once: true });
      socket.on('message', (data: Buffer) => {
        if (socket.readyState !== socket.OPEN || stream.destroyed) return;
        if (isFlood()) return options.onFlood();
        if (!connection.isAuthenticated && data.length > maxUnauthenticatedMessageBytes) return void stream.destroy();
        const parsed = parseSocketMessage(data);
        if (!parsed) return options.onMalformed();
        if (!connection.isAuthenticated && parsed.message.type === 'connection_init') {
          session.duplicateNames = findDuplicateNames(parsed.text);
        }
        operations.receive(parsed.message, data.length).catch(options.onError);
      });
    },
  };
}

function forgetCost({ subscriptionCosts }: Session, { type, id }: SocketMessage): void {
  if (type === 'subscribe' && typeof id === 'string') subscriptionCosts.delete(id);
}

/** A token bucket. The returned function takes a token, and returns whether there was none. */
function createFloodCheck(messagesPerSecond: number): () => boolean {
  let allowance = messagesPerSecond;
  let countedAtMs = performance.now();
  return () => {
    const nowMs = performance.now();
    allowance = Math.min(messagesPerSecond, allowance + ((nowMs - countedAtMs) / 1000) * messagesPerSecond) - 1;
    countedAtMs = nowMs;
    return allowance < 0;
  };
}

/**
 * Writes complete frames directly to the stream, because the sender of the socket would frame them for each subscriber.
 * Without compression the sender writes whole frames at once, so its frames and these never mix.
 */
export function createSink({ socket, stream, connection }: Session, operationId: string): UpdateSink {
  return {
    operationId,
    prefix: nextPrefix(operationId),
    get bufferedBytes() {
      return connection.isOverBudget ? Number.POSITIVE_INFINITY : stream.writableLength;
    },
    write(...frames) {
      if (socket.readyState !== socket.OPEN || !stream.writable) return;
      for (const frame of frames) stream.write(frame);
      connection.countBuffered();
    },
    whenTaken: () =>
      new Promise(resolve => {
        if (stream.writableLength === 0 || stream.destroyed) return resolve();
        const end = () => {
          stream.off('drain', end).off('close', end);
          resolve();
        };
        stream.on('drain', end).on('close', end);
      }),
  };
}

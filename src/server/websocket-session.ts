import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Actor } from '../domain/context.ts';
import { markInexactNumbers } from '../graphql/inexact-numbers.ts';
import { nextPrefix } from './next-frames.ts';
import type { UpdateSink } from './update-group.ts';

/** What is known of a socket. `actor` is set once `connection_init` was accepted. */
export interface Session {
  readonly socket: WebSocket;
  /** What the socket reads from and writes to. */
  readonly stream: Duplex;
  /** Aborts when the socket is closed. */
  readonly closing: AbortController;
  actor: Actor | null;
}

/** How the protocol library sees a socket. */
export interface Transport {
  readonly protocol: string;
  send(text: string): Promise<void>;
  close(code?: number, reason?: string): void;
  onMessage(handle: (text: string) => Promise<void>): void;
}

export interface SessionOptions {
  /** Messages a client may send at once, and per second from then on. */
  readonly messagesPerSecond: number;
  /** Called for each message beyond that, and what `handle` rejects with. */
  readonly onFlood: () => void;
  readonly onError: (error: unknown) => void;
}

/** A ping every so often; a socket that has not answered by the next one is gone. */
const pingMs = 12_000;

/** Keeps a socket alive, and hands its messages on, not more of them than allowed. */
export function openTransport(
  { socket, closing }: Session,
  { messagesPerSecond, onFlood, onError }: SessionOptions,
): Transport {
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingMs);
  closing.signal.addEventListener('abort', () => clearInterval(pings), { once: true });
  socket.on('pong', () => {
    alive = true;
  });
  // Broken frames and frames over the limit: ws closes the socket with the code that says so.
  socket.on('error', () => undefined);

  let allowance = messagesPerSecond;
  let countedAtMs = performance.now();
  const isFlood = () => {
    const nowMs = performance.now();
    allowance = Math.min(messagesPerSecond, allowance + ((nowMs - countedAtMs) / 1000) * messagesPerSecond) - 1;
    countedAtMs = nowMs;
    return allowance < 0;
  };
  return {
    protocol: socket.protocol,
    send: text =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        socket.send(text, error => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()));
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage: handle =>
      socket.on('message', data => {
        if (socket.readyState !== socket.OPEN) return;
        if (isFlood()) onFlood();
        else handle(markInexactNumbers(String(data))).catch(onError);
      }),
  };
}

/**
 * Writes ready frames past the socket's own sender, which would frame them anew for each subscriber. The sender writes
 * whole frames at once where nothing is compressed, so theirs and ours never mix.
 */
export function createSink({ socket, stream }: Session, operationId: string): UpdateSink {
  return {
    operationId,
    prefix: nextPrefix(operationId),
    get bufferedBytes() {
      return stream.writableLength;
    },
    write(frames) {
      if (socket.readyState === socket.OPEN && stream.writable) stream.write(frames);
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

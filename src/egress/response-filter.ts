import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What is known of the connection that one request was written to. */
export interface RequestConnection {
  /** Whether the connection had carried a request before this one. */
  readonly isReused: boolean;
  /** Whether the receiver has sent at least one byte since the request was written. */
  readonly hasResponded: boolean;
  /**
   * Destroys the connection. Call it before the controller's `abort`: undici 7 takes the error of its own abort for a
   * request that is still to be sent, and opens another connection for it.
   */
  destroy(reason: Error): void;
}

/** Bytes of one interim response above which it is left to undici, which refuses it. */
const maxInterimBytes = 65_536;

/** The bytes that tell whether a response is interim: `HTTP/1.1 100` and the character behind it. */
const statusLineBytes = 13;

/** 100 and 102 to 199. A 101 changes the protocol, which nobody asked for: undici refuses it. */
const interimStatusLine = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]$/;

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Drops interim responses (RFC 9110, 15.2) before undici reads them: undici destroys the connection at a `100 Continue`
 * that was not asked for, which many servers send all the same.
 */
class ResponseFilter implements RequestConnection {
  isReused = false;
  hasResponded = false;
  #isArmed = true;
  #held: Buffer | null = null;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  destroy(reason: Error): void {
    this.#socket.destroy(reason);
  }

  /** The next response belongs to a new request. */
  arm(): void {
    this.isReused = true;
    this.hasResponded = false;
    this.#isArmed = true;
    this.#held = null;
  }

  /** What undici may read of the bytes that came; null where nothing is left for now. */
  filter(chunk: Buffer): Buffer | null {
    this.hasResponded = true;
    if (!this.#isArmed) return chunk;
    let data = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = null;
    for (;;) {
      const start = data.toString('latin1', 0, statusLineBytes);
      const isUndecided = start.length < statusLineBytes && 'HTTP/1.'.startsWith(start.slice(0, 7));
      const isInterim = interimStatusLine.test(start);
      const end = isInterim ? data.indexOf(headEnd) : -1;
      if (isUndecided || (isInterim && end < 0 && data.length <= maxInterimBytes)) {
        this.#held = data.length > 0 ? data : null;
        return null;
      }
      if (end < 0) {
        this.#isArmed = false;
        return data;
      }
      data = data.subarray(end + headEnd.length);
    }
  }
}

const filters = new WeakMap<Socket, ResponseFilter>();
let starting: ((connection: RequestConnection) => void) | null = null;

/**
 * To be called in undici's `onRequestStart`. `listener` is called in the same turn with the connection that the request is
 * about to be written to: undici publishes its headers right after that callback.
 */
export function onRequestConnection(listener: (connection: RequestConnection) => void): void {
  starting = listener;
}

/** @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md#undiciclientsendheaders */
subscribe('undici:client:sendHeaders', message => {
  const { request, socket } = message as { request: { method: string }; socket: Socket };
  // The tunnel through a proxy is opened by undici itself.
  if (request.method === 'CONNECT') return;
  let filter = filters.get(socket);
  if (filter) {
    filter.arm();
  } else {
    filter = new ResponseFilter(socket);
    filters.set(socket, filter);
    install(socket, filter);
  }
  starting?.(filter);
  starting = null;
});

function install(socket: Socket, filter: ResponseFilter): void {
  const read = socket.read.bind(socket);
  socket.read = size => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null) return null;
      const rest = filter.filter(chunk);
      if (rest !== null) return rest;
    }
  };
}

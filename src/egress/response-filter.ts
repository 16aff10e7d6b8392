import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { EgressError } from './egress-error.ts';

/** The state of the connection on which one request was written. */
export interface RequestConnection {
  /** Whether the connection was used for an earlier request. */
  readonly isReused: boolean;
  /** Whether the receiver has sent at least one byte since the request was written. */
  readonly hasResponded: boolean;
  /**
   * Destroys the connection. Call it before the controller's `abort`. If `abort` comes first, undici 7 treats the
   * request as unsent and opens another connection to send it.
   */
  destroy(reason: Error): void;
}

/** A larger interim response is left to undici, which rejects it. */
const maxInterimBytes = 65_536;

/** The number of bytes that identify an interim response: `HTTP/1.1 100` and the next character. */
const statusLineBytes = 13;

/** 100 and 102 to 199. */
const interimStatusLine = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]$/;

/** Below 100, which is no status, and 101, which changes the protocol although that was not requested. */
const invalidStatusLine = /^HTTP\/\d\.\d (0\d\d|101)/;

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Removes interim responses (RFC 9110, 15.2) before undici reads them, and empty lines before a status line, which its
 * parser skips too. undici destroys the connection when it reads a `100 Continue` that was not requested, which many
 * servers send anyway. It takes some invalid statuses for a bug of its own: those end the connection here.
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

  /** Call it for each new request, to which the next response belongs. */
  arm(): void {
    this.isReused = true;
    this.hasResponded = false;
    this.#isArmed = true;
    this.#held = null;
  }

  /** Returns the bytes that undici may read, or null if there are none yet. */
  filter(chunk: Buffer): Buffer | null {
    this.hasResponded = true;
    if (!this.#isArmed) return chunk;
    let data = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = null;
    for (;;) {
      data = skipEmptyLines(data);
      const start = data.toString('latin1', 0, statusLineBytes);
      const [, invalidStatus] = invalidStatusLine.exec(start) ?? [];
      if (invalidStatus !== undefined) {
        this.destroy(new EgressError('PROTOCOL', `The response has the status ${invalidStatus}`));
        return null;
      }
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

function skipEmptyLines(data: Buffer): Buffer {
  let skipped = 0;
  while (data[skipped] === 13 || data[skipped] === 10) skipped += 1;
  return data.subarray(skipped);
}

const filters = new WeakMap<Socket, ResponseFilter>();
let starting: ((connection: RequestConnection) => void) | null = null;

/**
 * Call it in undici's `onRequestStart`. `listener` is called in the same turn with the connection that the request is
 * about to use, because undici publishes its headers right after that callback.
 */
export function onRequestConnection(listener: (connection: RequestConnection) => void): void {
  starting = listener;
}

/** @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md#undiciclientsendheaders */
subscribe('undici:client:sendHeaders', message => {
  const { request, socket } = message as { request: { method: string }; socket: Socket };
  // undici itself opens the tunnel through a proxy.
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

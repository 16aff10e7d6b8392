import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { EgressError } from './egress-error.ts';

/** The connection on which one request was written. */
export interface RequestConnection {
  /** Whether the connection was used for an earlier request. */
  readonly isReused: boolean;
  /** Whether a byte has arrived from the receiver since the request was written. */
  readonly hasResponded: boolean;
  /** Whether the connection was destroyed because the receiver sent more than `maxBytes`. */
  readonly hasExceededMaxBytes: boolean;
  /**
   * The largest number of bytes that the receiver may send for the request: headers, interim responses, and the body
   * with its chunk extensions. The connection is destroyed if it sends more. Default: no limit.
   */
  maxBytes: number;
  /**
   * Destroys the connection. Call it before the controller's `abort`: after `abort`, undici 7 treats the request as
   * unsent and opens another connection to send it.
   */
  destroy(reason: Error): void;
}

/**
 * The largest number of bytes of interim responses and empty lines before a response. Without a limit, a receiver could
 * keep the event loop busy with them until the timeout.
 */
const maxInterimBytes = 65_536;

/** The number of bytes by which an interim response is recognized: `HTTP/1.1 100` and the next character. */
const statusLineBytes = 13;

/** Matches the status line of an interim response: 100 and 102 to 199. */
const interimStatusLine = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]$/;

/**
 * Matches status lines that end the connection: a status below 100 is invalid, and 101 switches to a protocol that was
 * not requested.
 */
const invalidStatusLine = /^HTTP\/\d\.\d (0\d\d|101)/;

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Removes interim responses (RFC 9110, 15.2) and empty lines before a status line from the bytes that undici reads.
 * undici destroys the connection when it reads a `100 Continue` that was not requested, which many servers send all the
 * same. Statuses that undici would report as a bug of its own end the connection here.
 */
class ResponseFilter implements RequestConnection {
  isReused = false;
  hasResponded = false;
  maxBytes = Number.POSITIVE_INFINITY;
  #isArmed = true;
  #receivedBytes = 0;
  #held: Buffer | null = null;
  #skippedBytes = 0;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get hasExceededMaxBytes(): boolean {
    return this.#receivedBytes > this.maxBytes;
  }

  destroy(reason: Error): void {
    this.#socket.destroy(reason);
  }

  /** Prepares the filter for the response to a new request. */
  arm(): void {
    this.isReused = true;
    this.hasResponded = false;
    this.#isArmed = true;
    this.#held = null;
    this.#skippedBytes = 0;
    this.#receivedBytes = 0;
    this.maxBytes = Number.POSITIVE_INFINITY;
  }

  /**
   * Removes interim responses from a chunk. Returns the bytes that undici may read, or null if none are left or more
   * are needed to decide.
   */
  filter(chunk: Buffer): Buffer | null {
    this.hasResponded = true;
    this.#receivedBytes += chunk.length;
    if (this.hasExceededMaxBytes) return this.#reject(`The response has more than ${this.maxBytes} bytes`);
    if (!this.#isArmed) return chunk;
    let data = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    const received = data.length;
    const skippedBefore = this.#skippedBytes;
    this.#held = null;
    for (;;) {
      data = skipEmptyLines(data);
      this.#skippedBytes = skippedBefore + received - data.length;
      if (this.#skippedBytes > maxInterimBytes) {
        return this.#reject(`More than ${maxInterimBytes} bytes of interim responses came before the response`);
      }
      const start = data.toString('latin1', 0, statusLineBytes);
      const [, invalidStatus] = invalidStatusLine.exec(start) ?? [];
      if (invalidStatus !== undefined) {
        return this.#reject(`The response has the status ${invalidStatus}`);
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

  #reject(message: string): null {
    this.destroy(new EgressError('PROTOCOL', message));
    return null;
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
 * Calls `listener` with the connection on which the current request is about to be written. Call it in undici's
 * `onRequestStart`: right after that callback, undici publishes the event that has the connection.
 */
export function onRequestConnection(listener: (connection: RequestConnection) => void): void {
  starting = listener;
}

/**
 * Assigns the connection to the request when undici writes its headers.
 *
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md#undiciclientsendheaders
 */
subscribe('undici:client:sendHeaders', message => {
  const { request, socket } = message as { request: { method: string }; socket: Socket };
  // CONNECT is undici's own request for a tunnel through a proxy, not that of an attempt.
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

import type { Socket } from 'node:net';
import type { BufferedBytes } from './buffered-bytes.ts';

export interface ConnectionLimits {
  /** The largest number of open connections of this process. */
  readonly maxConnections: number;
  /** The largest number of open connections of one client address. */
  readonly maxConnectionsPerAddress: number;
  /** The largest number of connections without a valid credential. */
  readonly maxUnauthenticated: number;
  /** The largest number of connections of one client address without a valid credential. */
  readonly maxUnauthenticatedPerAddress: number;
  /** The time in which a connection must send its first request head, and a websocket must authenticate. */
  readonly authenticationMs: number;
  /** The longest time for which a client may leave written bytes unread. */
  readonly stalledMs: number;
}

/** An open connection. It counts as unauthenticated until `authenticate` is called. */
export interface Connection {
  /**
   * Sets the address of the client, which a trusted proxy sent in a header. The connection then counts towards the
   * limits of this address.
   */
  setAddress(address: string): void;
  /** Call it when a whole request head has arrived. The connection may then wait for its next request. */
  recordRequest(): void;
  /** Call it for a websocket upgrade. The client has to authenticate within `authenticationMs`. */
  expectAuthentication(): void;
  /** Marks the connection as authenticated. Its unread bytes count for this credential from now on. */
  authenticate(credential: string): void;
  readonly isAuthenticated: boolean;
  /**
   * Whether the credential has so many unread bytes that this connection should get no more until it has read its own.
   */
  readonly isOverBudget: boolean;
  /** Counts the bytes that the client has not read. Call it after each write. */
  countBuffered(): void;
  /** Counts bytes of an incomplete request. May destroy the connection. */
  addReceived(bytes: number): void;
  /** Ends the count of `addReceived`. Call it when the request is complete or was abandoned. */
  clearReceived(): void;
}

interface Entry {
  readonly socket: Socket;
  connection: Connection | null;
  /** The client's address. Null while only the address of a trusted proxy is known. */
  address: string | null;
  /**
   * When the connection is destroyed unless it authenticates or sends a request head first, in `performance.now()`
   * time.
   */
  deadlineMs: number | null;
  credential: string | null;
  countedBytes: number;
  /** The bytes that were received of an incomplete request. */
  receivedBytes: number;
  progress: number;
  progressAtMs: number;
}

const sweepMs = 1_000;

/** The default limits. They allow 10,000 authenticated websockets, and 500 people behind one address. */
export const defaultConnectionLimits: ConnectionLimits = {
  maxConnections: 20_000,
  maxConnectionsPerAddress: 12_000,
  maxUnauthenticated: 2_000,
  maxUnauthenticatedPerAddress: 1_000,
  authenticationMs: 5_000,
  stalledMs: 30_000,
};

/**
 * Limits connections: their number in total and per client address, and the time for which they may do nothing.
 *
 * A connection beyond a limit replaces the oldest idle one that has not authenticated, so that a flood of silent
 * connections never excludes other clients. If all others are authenticated, the new one is destroyed. Authenticated
 * connections are never replaced. Connections are destroyed without a closing handshake.
 */
export class ConnectionBudget implements Disposable {
  readonly #limits: ConnectionLimits;
  readonly #bytes: BufferedBytes<Socket>;
  readonly #entries = new Map<Socket, Entry>();
  /** Unauthenticated connections, in the order in which they were accepted or last sent a request, oldest first. */
  readonly #unauthenticated = new Set<Entry>();
  readonly #countByAddress = new Map<string, number>();
  readonly #unauthenticatedByAddress = new Map<string, Set<Entry>>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(limits: ConnectionLimits, bytes: BufferedBytes<Socket>) {
    this.#limits = limits;
    this.#bytes = bytes;
    this.#sweeping = setInterval(() => this.#sweep(performance.now()), sweepMs);
    this.#sweeping.unref();
  }

  /** Counts a new connection, or destroys it. @param address null if only a trusted proxy is known. */
  accept(socket: Socket, address: string | null): void {
    const now = performance.now();
    const entry: Entry = {
      socket,
      connection: null,
      address: null,
      deadlineMs: now + this.#limits.authenticationMs,
      credential: null,
      countedBytes: 0,
      receivedBytes: 0,
      progress: 0,
      progressAtMs: now,
    };
    this.#entries.set(socket, entry);
    this.#unauthenticated.add(entry);
    socket.once('close', () => this.#remove(entry));
    const { maxConnections, maxUnauthenticated } = this.#limits;
    if (this.#entries.size > maxConnections || this.#unauthenticated.size > maxUnauthenticated) {
      this.#destroyOldest(this.#unauthenticated);
    }
    if (address !== null) this.#setAddress(entry, address);
  }

  /** Returns the connection of a socket. Null if it is closed. */
  get(socket: Socket): Connection | null {
    const entry = this.#entries.get(socket);
    if (!entry) return null;
    entry.connection ??= this.#toConnection(entry);
    return entry.connection;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweeping);
  }

  #toConnection(entry: Entry): Connection {
    const bytes = this.#bytes;
    return {
      setAddress: address => this.#setAddress(entry, address),
      recordRequest: () => this.#recordRequest(entry),
      expectAuthentication: () => {
        entry.deadlineMs ??= performance.now() + this.#limits.authenticationMs;
      },
      authenticate: credential => this.#authenticate(entry, credential),
      get isAuthenticated() {
        return entry.credential !== null;
      },
      get isOverBudget() {
        return entry.credential !== null && bytes.isFull(entry.credential, entry.countedBytes);
      },
      countBuffered: () => this.#countBuffered(entry),
      addReceived: received => {
        entry.receivedBytes += received;
        this.#countBuffered(entry);
      },
      clearReceived: () => {
        if (entry.receivedBytes === 0) return;
        entry.receivedBytes = 0;
        this.#countBuffered(entry);
      },
    };
  }

  #setAddress(entry: Entry, address: string): void {
    if (entry.address === address || !this.#entries.has(entry.socket)) return;
    this.#forgetAddress(entry);
    entry.address = address;
    const count = (this.#countByAddress.get(address) ?? 0) + 1;
    this.#countByAddress.set(address, count);
    const { maxConnectionsPerAddress, maxUnauthenticatedPerAddress } = this.#limits;
    const unauthenticated = this.#unauthenticatedByAddress.get(address) ?? new Set();
    if (entry.credential === null) this.#unauthenticatedByAddress.set(address, unauthenticated.add(entry));
    if (count <= maxConnectionsPerAddress && unauthenticated.size <= maxUnauthenticatedPerAddress) return;
    if (unauthenticated.size > 0) this.#destroyOldest(unauthenticated);
    else this.#destroy(entry);
  }

  #recordRequest(entry: Entry): void {
    entry.deadlineMs = null;
    if (entry.credential !== null) return;
    // Move the connection to the end of both sets, because they are ordered by the time of the last request.
    const ofAddress = entry.address === null ? undefined : this.#unauthenticatedByAddress.get(entry.address);
    for (const entries of [this.#unauthenticated, ofAddress]) if (entries?.delete(entry)) entries.add(entry);
  }

  #authenticate(entry: Entry, credential: string): void {
    entry.deadlineMs = null;
    if (entry.credential === credential || !this.#entries.has(entry.socket)) return;
    this.#setCountedBytes(entry, 0);
    entry.credential = credential;
    this.#unauthenticated.delete(entry);
    this.#forgetUnauthenticatedOfAddress(entry);
    this.#countBuffered(entry);
  }

  #countBuffered(entry: Entry): void {
    if (!this.#entries.has(entry.socket)) return;
    this.#setCountedBytes(entry, entry.socket.writableLength + entry.receivedBytes);
  }

  #setCountedBytes(entry: Entry, bytes: number): void {
    if (entry.credential === null || entry.countedBytes === bytes) return;
    entry.countedBytes = bytes;
    // If a limit is exceeded, `set` returns the connections with the most unread bytes, which are closed.
    for (const socket of this.#bytes.set(entry.credential, entry.socket, bytes)) socket.destroy();
  }

  #destroyOldest(entries: Iterable<Entry>): void {
    const [oldest] = entries;
    if (oldest) this.#destroy(oldest);
  }

  /** Stops counting the connection at once, although its socket closes a little later. */
  #destroy(entry: Entry): void {
    this.#remove(entry);
    entry.socket.destroy();
  }

  #sweep(now: number): void {
    for (const { deadlineMs, socket } of this.#unauthenticated) {
      if (deadlineMs !== null && deadlineMs <= now) socket.destroy();
    }
    for (const entry of this.#entries.values()) {
      this.#countBuffered(entry);
      if (entry.socket.writableLength === 0) {
        entry.progressAtMs = now;
        continue;
      }
      const progress = countTakenBytes(entry.socket);
      if (progress !== entry.progress) [entry.progress, entry.progressAtMs] = [progress, now];
      else if (now - entry.progressAtMs >= this.#limits.stalledMs) entry.socket.destroy();
    }
  }

  #remove(entry: Entry): void {
    this.#setCountedBytes(entry, 0);
    this.#entries.delete(entry.socket);
    this.#unauthenticated.delete(entry);
    this.#forgetAddress(entry);
  }

  #forgetAddress(entry: Entry): void {
    const { address } = entry;
    if (address === null) return;
    this.#forgetUnauthenticatedOfAddress(entry);
    entry.address = null;
    const left = (this.#countByAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#countByAddress.set(address, left);
    else this.#countByAddress.delete(address);
  }

  #forgetUnauthenticatedOfAddress(entry: Entry): void {
    if (entry.address === null) return;
    const ofAddress = this.#unauthenticatedByAddress.get(entry.address);
    ofAddress?.delete(entry);
    if (ofAddress?.size === 0) this.#unauthenticatedByAddress.delete(entry.address);
  }
}

/**
 * Counts the written bytes that the kernel has accepted. The socket timeout of Node.js reads the same internal queue.
 */
function countTakenBytes(socket: Socket): number {
  const { _handle } = socket as unknown as { _handle?: { writeQueueSize?: number } | null };
  return socket.bytesWritten - socket.writableLength - (_handle?.writeQueueSize ?? 0);
}

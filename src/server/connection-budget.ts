import type { Socket } from 'node:net';
import type { BufferedBytes } from './buffered-bytes.ts';

export interface ConnectionLimits {
  /** Open connections of this process, in all. */
  readonly maxConnections: number;
  /** Open connections of one client address. */
  readonly maxConnectionsPerAddress: number;
  /** Connections that have not shown a valid credential, in all. */
  readonly maxUnauthenticated: number;
  /** Connections of one client address that have not shown a valid credential. */
  readonly maxUnauthenticatedPerAddress: number;
  /** How long a connection may take to send its first request head, and a websocket to authenticate. */
  readonly authenticationMs: number;
  /** How long a client may leave what was written to it untaken. */
  readonly stalledMs: number;
}

/** An open connection. It counts as unauthenticated until `authenticate` is called. */
export interface Connection {
  /** Counts this connection for a client that a trusted proxy named. */
  setAddress(address: string): void;
  /** A whole request head has arrived: the connection may wait for its next request. */
  recordRequest(): void;
  /** A websocket was asked for: it has to authenticate within `authenticationMs`. */
  expectAuthentication(): void;
  /** Counts what is written from now on for this credential. */
  authenticate(credential: string): void;
  readonly isAuthenticated: boolean;
  /** Whether the credential has so much untaken that this connection should not get more until it has taken its own. */
  readonly isOverBudget: boolean;
  /** Counts what the client has not taken yet. Call it after each write. */
  countBuffered(): void;
  /** Counts bytes of a request that has not arrived as a whole. The connection may be destroyed by this. */
  addReceived(bytes: number): void;
  /** The request has arrived, or never will. */
  clearReceived(): void;
}

interface Entry {
  readonly socket: Socket;
  connection: Connection | null;
  /** Null while only a trusted proxy is known. */
  address: string | null;
  /** When it is destroyed unless it authenticates or sends a request head first, as of `performance.now()`. */
  deadlineMs: number | null;
  credential: string | null;
  countedBytes: number;
  /** Of a request that has not arrived as a whole. */
  receivedBytes: number;
  progress: number;
  progressAtMs: number;
}

const sweepMs = 1_000;

/** 10,000 authenticated websockets, and 500 people behind one address, are below every one of these. */
export const defaultConnectionLimits: ConnectionLimits = {
  maxConnections: 20_000,
  maxConnectionsPerAddress: 12_000,
  maxUnauthenticated: 2_000,
  maxUnauthenticatedPerAddress: 1_000,
  authenticationMs: 5_000,
  stalledMs: 30_000,
};

/**
 * The one place that bounds connections: in number, in all and per client address, and in the time they may hold what
 * they have.
 *
 * A connection beyond a bound replaces the oldest idle one that has not authenticated, so that a flood of connections
 * that say nothing never keeps out a client that does. If all others are authenticated, the new one is destroyed.
 * Authenticated connections are never replaced. Connections are destroyed, not closed: nothing waits for the client.
 */
export class ConnectionBudget implements Disposable {
  readonly #limits: ConnectionLimits;
  readonly #bytes: BufferedBytes<Socket>;
  readonly #entries = new Map<Socket, Entry>();
  /** Oldest first, by when they were accepted or last sent a request. */
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

  /** Null if the connection is closed. */
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
    // It is the youngest again.
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
    // The connection that holds most makes room for the others of its credential.
    for (const socket of this.#bytes.set(entry.credential, entry.socket, bytes)) socket.destroy();
  }

  #destroyOldest(entries: Iterable<Entry>): void {
    const [oldest] = entries;
    if (oldest) this.#destroy(oldest);
  }

  /** It counts no more at once, though its socket closes a little later. */
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

/** Bytes that the kernel has taken. Node's own socket timeout reads the same queue of the handle. */
function countTakenBytes(socket: Socket): number {
  const { _handle } = socket as unknown as { _handle?: { writeQueueSize?: number } | null };
  return socket.bytesWritten - socket.writableLength - (_handle?.writeQueueSize ?? 0);
}

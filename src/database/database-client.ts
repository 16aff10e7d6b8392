import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { abortReason } from './operation-scope.ts';

/** Settings that `openPool` adds to those of a connection. */
export interface DatabaseClientConfig extends ClientConfig {
  /** A statement without an answer for longer fails, and its connection is destroyed. 0 means no limit. */
  readonly answerTimeoutMs?: number;
  /**
   * Statements are not prepared under a name, because the next one may reach another session. Each is canceled
   * `answerMarginMs` before its limit, because the session has no `statement_timeout`. Default: false.
   */
  readonly usesTransactionPooler?: boolean;
  /** Called when a statement got no answer in time. */
  readonly onSilence?: () => void;
}

/** How much longer than its `statement_timeout` a statement may take, so that the server's own error comes first. */
export const answerMarginMs = 1_000;

/** How long closing a connection may take. */
const goodbyeMs = 2_000;
/** How long a cancel request may take, and then the statement until it ends. */
const cancelMs = 1_000;
/** PostgreSQL's code of a CancelRequest. */
const cancelRequestCode = 80_877_102;

/**
 * A connection on which no statement waits indefinitely. The server ends a statement after `statement_timeout`, but a
 * server that vanished without a reset (a lost host, dropped packets) sends nothing. Each statement, including BEGIN
 * and COMMIT, therefore has a limit on this side too. After it the connection is destroyed: pending statements reject
 * with an error that `isUnavailable` recognizes, and the pool replaces the connection.
 *
 * The `query_timeout` of `pg` would keep the connection, and its next statement would wait as long again.
 */
export class DatabaseClient extends Client {
  /**
   * When it is set and aborted, statements reject without starting, except ROLLBACK. Set by the pool that hands out the
   * connection.
   */
  signal: AbortSignal | null = null;
  /**
   * Called before each statement that an abort cannot undo (see `OperationScope`). Set by the pool that hands out the
   * connection.
   */
  onLastingWrite: (() => void) | null = null;
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  /** 0 means no limit. */
  answerTimeoutMs: number;
  readonly #usesTransactionPooler: boolean;
  readonly #onSilence: () => void;
  /** The text of the statement that has no answer yet. */
  #running: { readonly text: string } | null = null;

  constructor({
    answerTimeoutMs = 0,
    usesTransactionPooler = false,
    onSilence = () => undefined,
    ...config
  }: DatabaseClientConfig = {}) {
    super(config);
    this.ended = new Promise(resolve => this.once('end', resolve));
    this.answerTimeoutMs = answerTimeoutMs;
    this.#usesTransactionPooler = usesTransactionPooler;
    this.#onSilence = onSilence;
    const query = super.query.bind(this) as Query;
    this.query = ((...args: unknown[]) => this.#queryWithin(query, args)) as Client['query'];
    const end = super.end.bind(this) as (...args: unknown[]) => Promise<void>;
    this.end = ((...args: unknown[]) => {
      this.#destroyLater();
      return end(...args);
    }) as Client['end'];
  }

  /** Whether a statement has no answer yet. */
  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Destroys the socket without a closing message. Pending statements reject. */
  destroy(): void {
    // `pg` has no public method for this.
    (this as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream.destroy();
  }

  /**
   * Asks the server to cancel the running statement. If it does not end soon afterwards, the connection is destroyed. A
   * COMMIT is not canceled. Resolves when no cancel request can reach a later statement. Never rejects.
   */
  async cancelStatement(): Promise<void> {
    const statement = this.#running;
    if (!statement || statement.text === 'COMMIT') return;
    const isSent = await sendCancelRequest(this).catch(() => false);
    if (!isSent) return this.destroy();
    const timer = setTimeout(() => {
      if (this.#running === statement) this.destroy();
    }, cancelMs);
    timer.unref();
  }

  #queryWithin(query: Query, args: readonly unknown[]): unknown {
    const text = textOf(args[0]);
    const callback = args.at(-1);
    if (this.signal?.aborted && text !== 'ROLLBACK') return rejectWith(abortReason(this.signal), callback);
    if (this.onLastingWrite && this.#isLasting(text)) this.onLastingWrite();
    const statement = { text };
    this.#running = statement;
    const limitMs = this.answerTimeoutMs;
    const timer = limitMs === 0 ? undefined : setTimeout(() => this.#giveUp(), limitMs);
    const cancelTimer =
      limitMs > answerMarginMs && this.#usesTransactionPooler
        ? setTimeout(() => void this.cancelStatement(), limitMs - answerMarginMs)
        : undefined;
    const answered = () => {
      clearTimeout(timer);
      clearTimeout(cancelTimer);
      if (this.#running === statement) this.#running = null;
    };
    if (typeof callback === 'function') {
      return query(...args.slice(0, -1), (...results: unknown[]) => {
        answered();
        callback(...results);
      });
    }
    if (this.#usesTransactionPooler) args = [withoutName(args[0]), ...args.slice(1)];
    const result = query(...args) as Promise<unknown>;
    result.then(answered, answered);
    return result;
  }

  /** Whether the statement may take effect by itself: it commits, or it writes outside a transaction. */
  #isLasting(text: string): boolean {
    if (text === 'COMMIT') return true;
    return this.getTransactionStatus() !== 'T' && !/^\s*(BEGIN|ROLLBACK|SELECT)\b/i.test(text);
  }

  #giveUp(): void {
    this.destroy();
    this.#onSilence();
  }

  /** Destroys the socket soon. TCP would repeat a closing message that the server does not acknowledge for 15 minutes. */
  #destroyLater(): void {
    const timer = setTimeout(() => this.destroy(), goodbyeMs);
    timer.unref();
    this.once('end', () => clearTimeout(timer));
  }
}

type Query = (...args: unknown[]) => unknown;

function textOf(statement: unknown): string {
  const isConfig = typeof statement === 'object' && statement !== null && 'text' in statement;
  return String(isConfig ? statement.text : statement);
}

function withoutName(statement: unknown): unknown {
  return typeof statement === 'object' && statement !== null && 'name' in statement
    ? { ...statement, name: undefined }
    : statement;
}

function rejectWith(reason: unknown, callback: unknown): Promise<never> | undefined {
  if (typeof callback !== 'function') return Promise.reject(reason);
  process.nextTick(callback, reason);
  return undefined;
}

/**
 * Sends a CancelRequest on a separate connection, as `libpq` does: without encryption, because it only contains the key
 * of the session. PgBouncer forwards it.
 *
 * @returns whether the server has received it.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
async function sendCancelRequest(client: Client): Promise<boolean> {
  const { host, port, processID, secretKey } = client as Client & { processID: number; secretKey: number };
  const socket = host.startsWith('/') ? connect(path.join(host, `.s.PGSQL.${port}`)) : connect(port, host);
  const timer = setTimeout(() => socket.destroy(new Error('The cancel request got no answer in time.')), cancelMs);
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(cancelRequestCode, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  socket.write(request);
  socket.resume();
  try {
    // The server closes the connection after it has signaled the session.
    await once(socket, 'end');
    return true;
  } catch {
    // After a reset or a timeout, the caller destroys the connection instead.
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { abortReason } from './operation-scope.ts';

/** The settings of a `pg` connection, and those that `openPool` adds. */
export interface DatabaseClientConfig extends ClientConfig {
  /** A statement that gets no answer within this time fails, and its connection is destroyed. 0 means no limit. */
  readonly answerTimeoutMs?: number;
  /**
   * Whether the connection leads to a pooler that may run each transaction in another server session. Statements are
   * then not prepared under a name, and each is canceled `answerMarginMs` before its limit, because the session has no
   * `statement_timeout`. Default: false.
   */
  readonly usesTransactionPooler?: boolean;
  /** Called when a statement got no answer within `answerTimeoutMs`. */
  readonly onSilence?: () => void;
}

/**
 * The client waits this much longer than the `statement_timeout`, so that the server's own timeout error arrives first.
 */
export const answerMarginMs = 1_000;

/** The longest time for closing a connection, after which its socket is destroyed. */
const closeTimeoutMs = 2_000;
/** The longest time for a cancel request, and then for the canceled statement to end. */
const cancelMs = 1_000;
/** The number that marks a CancelRequest in PostgreSQL's protocol. */
const cancelRequestCode = 80_877_102;

/**
 * A connection on which no statement waits indefinitely. The server ends a statement after `statement_timeout`, but a
 * server that vanished without a reset (a lost host, dropped packets) sends nothing. Each statement, including BEGIN
 * and COMMIT, therefore also has a time limit on the client. When the limit passes, the connection is destroyed:
 * pending statements reject with an error that `isUnavailable` recognizes, and the pool replaces the connection.
 *
 * The `query_timeout` of `pg` is not used: it would keep the connection, and the next statement would wait just as
 * long.
 */
export class DatabaseClient extends Client {
  /**
   * After this signal has aborted, new statements reject without being sent, except ROLLBACK. The pool sets it while an
   * operation uses the connection. Null: no signal.
   */
  signal: AbortSignal | null = null;
  /**
   * Called before each statement that takes effect although the signal aborts (see `OperationScope`). The pool sets it
   * while an operation uses the connection.
   */
  onLastingWrite: (() => void) | null = null;
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  /** The longest wait for the answer to a statement, in ms. 0 means no limit. */
  answerTimeoutMs: number;
  readonly #usesTransactionPooler: boolean;
  readonly #onSilence: () => void;
  /** The statement that was sent and has no answer yet. */
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

  /** Whether a statement was sent and has no answer yet. */
  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Destroys the socket without the protocol's closing message. Pending statements reject. */
  destroy(): void {
    // `pg` has no public method that destroys the socket.
    (this as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream.destroy();
  }

  /**
   * Asks the server to cancel the running statement, unless it is a COMMIT. If the statement does not end soon
   * afterwards, the connection is destroyed. Resolves when the cancel request can no longer hit a later statement.
   * Never rejects.
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

  /** Whether the statement takes effect by itself: it is a COMMIT, or it writes outside a transaction. */
  #isLasting(text: string): boolean {
    if (text === 'COMMIT') return true;
    return this.getTransactionStatus() !== 'T' && !/^\s*(BEGIN|ROLLBACK|SELECT)\b/i.test(text);
  }

  #giveUp(): void {
    this.destroy();
    this.#onSilence();
  }

  /**
   * Destroys the socket if closing takes too long. TCP would resend an unacknowledged closing message for 15 minutes.
   */
  #destroyLater(): void {
    const timer = setTimeout(() => this.destroy(), closeTimeoutMs);
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
 * Sends a CancelRequest on a separate connection. Like `libpq`, it does so without encryption, because the request
 * contains only the session's id and its cancel key. PgBouncer forwards it.
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
    // The server closes this connection after it has sent the cancel signal to the session.
    await once(socket, 'end');
    return true;
  } catch {
    // A reset or a timeout is reported as false, and the caller then destroys the statement's connection instead.
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

import { isUtf8 } from 'node:buffer';
import { GraphQLError } from 'graphql';
import { RateLimitedError } from '../errors.ts';
import { parseRequestJson } from './request-json.ts';

/** A message as JSON that is not validated any further. */
export type SocketMessage = Readonly<Record<string, unknown>>;

/**
 * Parses a websocket message, text or binary. A byte order mark is skipped.
 *
 * @returns null if it is not UTF-8, not a JSON object, exceeds the limits of `parseRequestJson`, or has an id of more
 * than 1,000 characters.
 */
export function parseSocketMessage(data: Buffer): { readonly text: string; readonly message: SocketMessage } | null {
  if (!isUtf8(data)) return null;
  const text = data.toString('utf8').replace(/^\uFEFF/, '');
  try {
    const message = parseRequestJson(text);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return null;
    const { id } = message as SocketMessage;
    return typeof id === 'string' && id.length > maxIdLength ? null : { text, message: message as SocketMessage };
  } catch (error) {
    // SyntaxError: the text is no JSON. GraphQLError: the JSON exceeds the limits of a request.
    if (error instanceof SyntaxError || error instanceof GraphQLError) return null;
    throw error;
  }
}

interface OpenOperation {
  /** Aborts when the client completes the operation or its socket is closed. */
  readonly ending: AbortController;
  /** The error that the operation gets in place of being executed. Null if it is executed. */
  problem: RateLimitedError | null;
  done: Promise<void>;
}

/** The messages of the open operations of a socket are not counted while they have no more bytes than this together. */
const uncountedBytes = 65_536;
/** The largest length of an operation id. Ids are limited, because each sent update repeats the id. */
const maxIdLength = 1000;

/**
 * Passes messages to graphql-ws, one operation at a time for each id. The library identifies operations only by their
 * ids. It would take the end of a completed operation for the end of the next one with the same id, and count the two
 * as one.
 */
export class SocketOperations {
  readonly #handle: (message: SocketMessage) => Promise<void>;
  readonly #onDuplicate: (id: string) => void;
  readonly #hold: (bytes: number) => Disposable | null;
  readonly #operations = new Map<string, OpenOperation>();
  #count = 0;
  #bytes = 0;

  /**
   * `onDuplicate` is called instead of `handle` for a `subscribe` with an id that is in use. `hold` counts the bytes of
   * a message until its operation ends. If it throws a RateLimitedError, the operation ends with that error.
   */
  constructor(
    handle: (message: SocketMessage) => Promise<void>,
    onDuplicate: (id: string) => void,
    hold: (bytes: number) => Disposable | null,
  ) {
    this.#handle = handle;
    this.#onDuplicate = onDuplicate;
    this.#hold = hold;
  }

  /**
   * The signal of the open operation with this id. It aborts when the client sends `complete` for the id or `abortAll`
   * is called.
   */
  signalOf(id: string): AbortSignal {
    const operation = this.#operations.get(id);
    if (!operation) throw new Error('No operation with this id is open.');
    return operation.ending.signal;
  }

  /** Why the open operation with this id must not be executed. Null if it may be. */
  problemOf(id: string): RateLimitedError | null {
    return this.#operations.get(id)?.problem ?? null;
  }

  /** Aborts every open operation, because the socket is closed. */
  abortAll(): void {
    for (const { ending } of this.#operations.values()) ending.abort();
  }

  /** The number of operations that have started and not ended, including those that wait for their id. */
  get count(): number {
    return this.#count;
  }

  /**
   * Resolves when the message is handled, for a `subscribe` when its operation has ended. Rejects with the error of
   * `handle`.
   *
   * @param bytes the size of the message.
   */
  async receive(message: SocketMessage, bytes: number): Promise<void> {
    const { type, id } = message;
    if (typeof id !== 'string') return this.#handle(message);
    const open = this.#operations.get(id);
    if (type === 'complete') open?.ending.abort();
    if (type !== 'subscribe') return this.#handle(message);
    if (open && !open.ending.signal.aborted) return this.#onDuplicate(id);
    const operation: OpenOperation = { ending: new AbortController(), problem: null, done: Promise.resolve() };
    const release = this.#countOperation(operation, bytes);
    this.#operations.set(id, operation);
    const accepted = operation.problem ? { ...message, payload: { query: '{ __typename }' } } : message;
    operation.done = this.#start(accepted, operation, open).finally(() => {
      release();
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
    });
    return operation.done;
  }

  /** Counts an operation and the bytes of its message. @returns a function that stops counting them. */
  #countOperation(operation: OpenOperation, bytes: number): () => void {
    this.#count += 1;
    this.#bytes += bytes;
    let held: Disposable | null = null;
    try {
      if (this.#bytes > uncountedBytes) held = this.#hold(bytes);
    } catch (error) {
      if (!(error instanceof RateLimitedError)) throw error;
      operation.problem = error;
    }
    return () => {
      this.#count -= 1;
      this.#bytes -= bytes;
      held?.[Symbol.dispose]();
    };
  }

  async #start(message: SocketMessage, operation: OpenOperation, previous: OpenOperation | undefined): Promise<void> {
    // The error of the previous operation was reported when its message was received.
    if (previous) await previous.done.catch(() => undefined);
    if (!operation.ending.signal.aborted) await this.#handle(message);
  }
}

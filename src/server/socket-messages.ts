import { isUtf8 } from 'node:buffer';
import { GraphQLError } from 'graphql';
import { parseRequestJson } from './request-json.ts';

/** A message as JSON that is not validated any further. */
export type SocketMessage = Readonly<Record<string, unknown>>;

/**
 * Parses a websocket message, text or binary. A byte order mark is skipped.
 *
 * @returns null if it is not UTF-8, not a JSON object, or exceeds the limits of `parseRequestJson`.
 */
export function parseSocketMessage(data: Buffer): { readonly text: string; readonly message: SocketMessage } | null {
  if (!isUtf8(data)) return null;
  const text = data.toString('utf8').replace(/^\uFEFF/, '');
  try {
    const message = parseRequestJson(text);
    const isObject = typeof message === 'object' && message !== null && !Array.isArray(message);
    return isObject ? { text, message: message as SocketMessage } : null;
  } catch (error) {
    // A GraphQLError means more JSON than one request may have.
    if (error instanceof SyntaxError || error instanceof GraphQLError) return null;
    throw error;
  }
}

interface OpenOperation {
  /** Aborts when the client completes the operation or its socket is closed. */
  readonly ending: AbortController;
  done: Promise<void>;
}

/**
 * Passes messages to graphql-ws, one operation at a time for each id. The library identifies operations only by their
 * ids. It would take the end of a completed operation for the end of the next one with the same id, and count the two
 * as one.
 */
export class SocketOperations {
  readonly #handle: (message: SocketMessage) => Promise<void>;
  readonly #onDuplicate: (id: string) => void;
  readonly #operations = new Map<string, OpenOperation>();
  #count = 0;

  /** `onDuplicate` is called instead of `handle` for a `subscribe` with an id that is in use. */
  constructor(handle: (message: SocketMessage) => Promise<void>, onDuplicate: (id: string) => void) {
    this.#handle = handle;
    this.#onDuplicate = onDuplicate;
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

  /** Aborts every open operation, because the socket is closed. */
  abortAll(): void {
    for (const { ending } of this.#operations.values()) ending.abort();
  }

  /** The number of operations that have started and not ended, including those that wait for their id. */
  get count(): number {
    return this.#count;
  }

  /**
   * Resolves when the message is handled, for a `subscribe` when its operation has ended. Rejects as the library does.
   */
  async receive(message: SocketMessage): Promise<void> {
    const { type, id } = message;
    if (typeof id !== 'string') return this.#handle(message);
    const open = this.#operations.get(id);
    if (type === 'complete') open?.ending.abort();
    if (type !== 'subscribe') return this.#handle(message);
    if (open && !open.ending.signal.aborted) return this.#onDuplicate(id);
    const operation: OpenOperation = { ending: new AbortController(), done: Promise.resolve() };
    this.#operations.set(id, operation);
    this.#count += 1;
    operation.done = this.#start(message, operation, open).finally(() => {
      this.#count -= 1;
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
    });
    return operation.done;
  }

  async #start(message: SocketMessage, operation: OpenOperation, previous: OpenOperation | undefined): Promise<void> {
    // The error of the previous operation was reported when its message was received.
    if (previous) await previous.done.catch(() => undefined);
    if (!operation.ending.signal.aborted) await this.#handle(message);
  }
}

import type { DueNotification } from './feed.ts';

/** Items are collected for this time, in ms, before they are sent to other processes. */
const windowMs = 5;
/** The largest number of items in one message. */
const maxItemsPerMessage = 1_000;
/**
 * The largest number of items that wait to be sent. Further ones are dropped, which is harmless because listeners also
 * poll.
 */
const maxWaitingItems = 100_000;

export type SignalListener<Item> = (items: readonly Item[]) => void;

/** Describes the items of a signal. */
export interface SignalContent<Item> {
  /** Returns the key of an item. While items wait, those with the same key are merged. */
  readonly keyOf: (item: Item) => string;
  readonly merge: (waiting: Item, next: Item) => Item;
  /** Whether a value that another process sent is a valid item. */
  readonly isItem: (value: unknown) => value is Item;
}

/** Items that are ids. An id that is signaled several times is sent once. */
export const idContent: SignalContent<string> = {
  keyOf: id => id,
  merge: id => id,
  isItem: value => typeof value === 'string',
};

/** Items that notify senders. The counts of one endpoint are added up; null stays null. */
export const dueContent: SignalContent<DueNotification> = {
  keyOf: ({ endpointId }) => endpointId,
  merge: (waiting, next) => ({
    ...next,
    count: waiting.count === null || next.count === null ? null : waiting.count + next.count,
  }),
  isItem(value): value is DueNotification {
    if (typeof value !== 'object' || value === null) return false;
    const { endpointId, tenantId, count } = value as Partial<Record<keyof DueNotification, unknown>>;
    return (
      typeof endpointId === 'string' && typeof tenantId === 'string' && (count === null || Number.isSafeInteger(count))
    );
  },
};

/**
 * Passes items to the listeners of this process immediately, and to `send` at most every 5 ms, merged by key. `send`
 * must not throw.
 */
export class Signal<Item> implements Disposable {
  readonly #content: SignalContent<Item>;
  readonly #send: ((items: readonly Item[]) => void) | null;
  readonly #onListenerError: (error: unknown) => void;
  readonly #listeners = new Set<SignalListener<Item>>();
  readonly #waiting = new Map<string, Item>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    content: SignalContent<Item>,
    send: ((items: readonly Item[]) => void) | null,
    onListenerError: (error: unknown) => void,
  ) {
    this.#content = content;
    this.#send = send;
    this.#onListenerError = onListenerError;
  }

  emit(items: readonly Item[]): void {
    if (this.#closed || items.length === 0) return;
    this.emitLocally(items);
    if (!this.#send) return;
    for (const item of items) this.#enqueue(item);
    this.#timer ??= setTimeout(() => this.#flush(), windowMs);
  }

  #enqueue(item: Item): void {
    const key = this.#content.keyOf(item);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) this.#waiting.set(key, this.#content.merge(waiting, item));
    else if (this.#waiting.size < maxWaitingItems) this.#waiting.set(key, item);
  }

  /** Calls only the listeners of this process. */
  emitLocally(items: readonly Item[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(items);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  addListener(listener: SignalListener<Item>): Disposable {
    // The listener is wrapped, so that a function that is added twice is also called and removed twice.
    const own: SignalListener<Item> = items => listener(items);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#waiting.clear();
  }

  #flush(): void {
    this.#timer = null;
    const items = [...this.#waiting.values()];
    this.#waiting.clear();
    for (let start = 0; start < items.length; start += maxItemsPerMessage) {
      this.#send?.(items.slice(start, start + maxItemsPerMessage));
    }
  }
}

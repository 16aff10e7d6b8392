import { z } from 'zod';
import type { DueNotification } from './feed.ts';
import type { Channels } from './redis-channels.ts';

/** Items are collected for this time, in ms, before they are sent to other processes. */
const windowMs = 5;
/** The largest number of items in one message. */
const maxItemsPerMessage = 1_000;
/**
 * The largest number of items that wait to be sent. Further ones are dropped, which is harmless because listeners also
 * poll.
 */
const maxWaitingItems = 100_000;
/** The pause in ms after a failed subscription. */
const retryMs = 5_000;

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

const dueNotification = z.object({ endpointId: z.string(), tenantId: z.string(), count: z.int().nullable() });

/** Items that notify senders. The counts of one endpoint are added up; null stays null. */
export const dueContent: SignalContent<DueNotification> = {
  keyOf: ({ endpointId }) => endpointId,
  merge: (waiting, next) => ({
    ...next,
    count: waiting.count === null || next.count === null ? null : waiting.count + next.count,
  }),
  isItem: (value): value is DueNotification => dueNotification.safeParse(value).success,
};

/** The channel over which a signal reaches other processes. */
export interface SignalChannel {
  readonly channels: Channels;
  readonly name: string;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/**
 * Passes items to the listeners of this process immediately, and to those of other processes at most every 5 ms, merged
 * by key. A message is a JSON array: the id of the process that sent it, and the items. The channel is subscribed when
 * the first listener is added, and stays subscribed.
 */
export class Signal<Item> implements Disposable {
  readonly #content: SignalContent<Item>;
  readonly #remote: SignalChannel | null;
  readonly #onListenerError: (error: unknown) => void;
  readonly #processId = crypto.randomUUID();
  readonly #listeners = new Set<SignalListener<Item>>();
  readonly #waiting = new Map<string, Item>();
  #flushTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isSubscribed = false;
  #closed = false;

  /** @param remote null if there are no other processes. */
  constructor(content: SignalContent<Item>, remote: SignalChannel | null, onListenerError: (error: unknown) => void) {
    this.#content = content;
    this.#remote = remote;
    this.#onListenerError = onListenerError;
  }

  emit(items: readonly Item[]): void {
    if (this.#closed || items.length === 0) return;
    this.#emitLocally(items);
    if (!this.#remote) return;
    for (const item of items) this.#enqueue(item);
    this.#flushTimer ??= setTimeout(() => this.#flush(), windowMs);
  }

  addListener(listener: SignalListener<Item>): Disposable {
    // The listener is wrapped, so that a function that is added twice is also called and removed twice.
    const own: SignalListener<Item> = items => listener(items);
    this.#listeners.add(own);
    if (this.#remote && !this.#isSubscribed) void this.#subscribe(this.#remote);
    this.#isSubscribed = true;
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#retryTimer);
    this.#listeners.clear();
    this.#waiting.clear();
  }

  #emitLocally(items: readonly Item[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(items);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  #enqueue(item: Item): void {
    const key = this.#content.keyOf(item);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) this.#waiting.set(key, this.#content.merge(waiting, item));
    else if (this.#waiting.size < maxWaitingItems) this.#waiting.set(key, item);
  }

  #flush(): void {
    this.#flushTimer = undefined;
    const items = [...this.#waiting.values()];
    this.#waiting.clear();
    if (!this.#remote) return;
    const { channels, name, warn } = this.#remote;
    for (let start = 0; start < items.length; start += maxItemsPerMessage) {
      const message = JSON.stringify([this.#processId, ...items.slice(start, start + maxItemsPerMessage)]);
      channels.publish(name, message).catch(error => {
        warn('Redis: a notification was not sent', { reason: String(error) });
      });
    }
  }

  async #subscribe(remote: SignalChannel): Promise<void> {
    const { channels, name: channel, warn } = remote;
    try {
      await channels.subscribe(channel, message => this.#receive(remote, message));
    } catch (error) {
      if (this.#closed) return;
      warn('Redis: a subscription failed; trying again', { channel, reason: String(error) });
      this.#retryTimer = setTimeout(() => void this.#subscribe(remote), retryMs).unref();
    }
  }

  #receive({ name: channel, warn }: SignalChannel, message: unknown): void {
    const [processId, ...items] = Array.isArray(message) ? message : [];
    const isValid = typeof processId === 'string' && items.length > 0 && items.every(this.#content.isItem);
    if (!isValid) warn('Redis: a message was not sent by Livehook', { channel });
    // The process that sent a message ignores it, because it has already passed the items to its own listeners.
    else if (processId !== this.#processId) this.#emitLocally(items);
  }
}

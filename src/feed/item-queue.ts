import type { FeedItem, FeedItems } from './feed.ts';

/**
 * What one subscriber has still to read: a bounded queue behind an async iterator. A full queue drops its oldest item,
 * and the next one that is read tells how many were dropped before it. Any number of `next()` may be pending; ending it
 * (`return()`, `end()`, an abort) answers them all with `done` and frees the queue; `fail()` rejects one `next()` first,
 * behind what is queued. Ending it twice does nothing.
 */
export class ItemQueue implements FeedItems {
  readonly #capacity: number;
  readonly #onEnd: () => void;
  #items: FeedItem[] = [];
  // Dropped from the front of the queue, and missed behind its end.
  #skipped = 0;
  #lost = 0;
  #readers: PromiseWithResolvers<IteratorResult<FeedItem>>[] = [];
  #failure: Error | null = null;
  #spaceWaiters: (() => void)[] = [];
  #ended = false;
  #isLive = false;

  constructor(capacity: number, onEnd: () => void) {
    this.#capacity = capacity;
    this.#onEnd = onEnd;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Only where nothing is missing that the next item would have to tell of. */
  get isLive(): boolean {
    return this.#isLive && this.#skipped === 0 && this.#lost === 0;
  }

  set isLive(isLive: boolean) {
    this.#isLive = isLive;
  }

  get free(): number {
    return this.#capacity - this.#items.length;
  }

  push(next: FeedItem): void {
    if (this.#ended || this.#failure) return;
    const item = this.#lost > 0 ? { ...next, skipped: next.skipped + this.#lost } : next;
    this.#lost = 0;
    if (this.#items.length === 0 && this.#readers.length > 0) {
      this.#readers.shift()?.resolve({ value: this.#withSkipped(item), done: false });
      return;
    }
    this.#items.push(item);
    if (this.#items.length <= this.#capacity) return;
    this.#skipped += 1 + (this.#items.shift()?.skipped ?? 0);
  }

  /** Counts transitions that were gone before they could be pushed: the next item tells of them. */
  skip(count: number): void {
    this.#lost += count;
  }

  /** Resolves when the queue is at most half full, or has ended. */
  async whenHalfEmpty(): Promise<void> {
    while (!this.#ended && this.#items.length > this.#capacity / 2) {
      await new Promise<void>(resolve => this.#spaceWaiters.push(resolve));
    }
  }

  next(): Promise<IteratorResult<FeedItem>> {
    const item = this.#items.shift();
    if (item) {
      if (this.#items.length <= this.#capacity / 2) this.#announceSpace();
      return Promise.resolve({ value: this.#withSkipped(item), done: false });
    }
    if (this.#failure) return this.#reject(this.#failure);
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    const reader = Promise.withResolvers<IteratorResult<FeedItem>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<FeedItem>> {
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** Nothing follows: what is queued can still be read, then one `next()` rejects with `error`. */
  fail(error: Error): void {
    if (this.#ended || this.#failure) return;
    this.#failure = error;
    const reader = this.#readers.shift();
    if (reader) this.#reject(error).catch(reader.reject);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#items = [];
    this.#failure = null;
    for (const reader of this.#readers.splice(0)) reader.resolve({ value: undefined, done: true });
    this.#announceSpace();
    this.#onEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #reject(error: Error): Promise<never> {
    this.end();
    return Promise.reject(error);
  }

  #withSkipped(item: FeedItem): FeedItem {
    if (this.#skipped === 0) return item;
    const counted = { ...item, skipped: item.skipped + this.#skipped };
    this.#skipped = 0;
    return counted;
  }

  #announceSpace(): void {
    for (const waiter of this.#spaceWaiters.splice(0)) waiter();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { CursorExpiredError, UnavailableError } from '../errors.ts';
import { encodeCursor, type FeedCursor } from './cursor.ts';
import type { FeedItem, FeedItems } from './feed.ts';
import type { FeedBatch, FeedEntry, FeedLog } from './feed-log.ts';
import type { TenantHub } from './tenant-hub.ts';

export interface SubscriptionOptions {
  readonly tenantId: string;
  readonly log: FeedLog;
  readonly hub: TenantHub;
  /** Called once, when the subscription ends. */
  readonly onEnd: () => void;
}

/** The approximate number of entries that one read of the log returns. It reads at most `maxPageBatches` batches. */
const pageEntries = 256;
const maxPageBatches = 64;
const retryMs = 250;

/**
 * One subscriber of a tenant's feed. It reads entries from the hub, and from the log if the hub no longer has them. A
 * slow subscriber therefore reads at its own speed, with at most one page in memory. Positions that are empty or no
 * longer in the log are counted in `skipped` of the next item.
 *
 * If the feed begins a new epoch, `next()` rejects with CursorExpiredError once, after everything that was read before.
 */
export class Subscription implements FeedItems {
  readonly epoch: string;
  readonly #options: SubscriptionOptions;
  readonly #listening: Disposable;
  #position: number;
  /**
   * The end of batches that could not be decoded and are therefore not read again. Ignored if it is before `#position`.
   */
  #unreadableUpTo = 0;
  #entries: readonly FeedEntry[] = [];
  #nextIndex = 0;
  #pageBatches = 4;
  readonly #items = this.#read();
  /** Whether the hub has called its listener since `#waitForEntries` began. */
  #hasChanged = false;
  #wake: (() => void) | null = null;
  readonly #ending = new AbortController();

  constructor(options: SubscriptionOptions, { epoch, position }: FeedCursor) {
    this.#options = options;
    this.epoch = epoch;
    this.#position = position;
    this.#listening = options.hub.addListener(() => {
      this.#hasChanged = true;
      this.#wake?.();
    });
  }

  get position(): number {
    return this.#position;
  }

  get ended(): boolean {
    return this.#ending.signal.aborted;
  }

  /**
   * Reads the first page and checks that no entry after the position is missing.
   *
   * @throws CursorExpiredError if entries right after the position are no longer in the log; UnavailableError
   */
  async requireKept(): Promise<void> {
    await this.#readPage();
    const [next] = this.#entries;
    if (next && next.position > this.#position + 1) {
      throw new CursorExpiredError('The transitions after this cursor are no longer kept.');
    }
  }

  next(): Promise<IteratorResult<FeedItem, undefined>> {
    return this.#items.next();
  }

  takeReady(limit: number): FeedItem[] {
    const items: FeedItem[] = [];
    while (items.length < limit && !this.ended) {
      const item = this.#take();
      if (!item) break;
      items.push(item);
    }
    return items;
  }

  async return(): Promise<IteratorResult<FeedItem, undefined>> {
    this.end();
    return { value: undefined, done: true };
  }

  /** Ends the subscription: every pending `next()` resolves with `done`. Has no effect when called again. */
  end(): void {
    if (this.ended) return;
    this.#ending.abort();
    this.#entries = [];
    this.#nextIndex = 0;
    this.#listening[Symbol.dispose]();
    this.#wake?.();
    this.#options.onEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async *#read(): AsyncGenerator<FeedItem, undefined> {
    while (!this.ended) {
      const item = this.#take();
      if (item) yield item;
      else await this.#waitForEntries();
    }
  }

  /** Returns the next item if it can be read without waiting, otherwise null. */
  #take(): FeedItem | null {
    if (this.#nextIndex >= this.#entries.length) {
      this.#entries = this.#options.hub.entriesAfter(this.epoch, this.#position) ?? [];
      this.#nextIndex = 0;
    }
    const entry = this.#entries[this.#nextIndex];
    if (!entry) return null;
    this.#nextIndex += 1;
    const skipped = entry.position - this.#position - 1;
    this.#position = entry.position;
    const cursor = encodeCursor(this.#options.tenantId, { epoch: this.epoch, position: entry.position });
    return { cursor, position: entry.position, transition: entry.transition, skipped };
  }

  async #waitForEntries(): Promise<void> {
    const { hub } = this.#options;
    this.#hasChanged = false;
    try {
      if (hub.entriesAfter(this.epoch, this.#position) === null) await this.#readPage();
    } catch (error) {
      if (!(error instanceof UnavailableError)) {
        this.end();
        throw error;
      }
      await delay(retryMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      return;
    }
    if (this.#nextIndex < this.#entries.length || this.#hasChanged || this.ended) return;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }

  /**
   * Reads the next page of the log into `#entries`.
   *
   * @throws CursorExpiredError if another epoch has begun; UnavailableError
   */
  async #readPage(): Promise<void> {
    const { log, tenantId } = this.#options;
    const after = Math.max(this.#position, this.#unreadableUpTo);
    const batches = await log.read(tenantId, after, this.#pageBatches);
    // The head is read after the batches. If its epoch is still the same, the batches belong to this epoch.
    const head = await log.head(tenantId);
    if (head.epoch !== this.epoch) {
      throw new CursorExpiredError('The feed was restarted. Recent transitions may be missing.');
    }
    if (this.ended) return;
    this.#entries = batches.flatMap(batch => batch.entries).filter(entry => entry.position > this.#position);
    this.#nextIndex = 0;
    if (batches.length === 0) return;
    this.#pageBatches = toPageBatches(batches);
    if (this.#entries.length > 0) return;
    this.#unreadableUpTo = batches.at(-1)?.last ?? 0;
    this.#hasChanged = true;
  }
}

function toPageBatches(batches: readonly FeedBatch[]): number {
  const entries = batches.reduce((sum, batch) => sum + Math.max(1, batch.entries.length), 0);
  return Math.min(maxPageBatches, Math.max(1, Math.round((pageEntries * batches.length) / entries)));
}

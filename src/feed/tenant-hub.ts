import { findFirstIndex } from './binary-search.ts';
import type { FeedBatch, FeedEntry } from './feed-log.ts';

/** Entries kept in memory for subscribers that keep up. Subscribers that are further behind read the log. */
const recentEntries = 1_024;
/** The most entries that are returned at once. */
const maxSlice = 256;

/**
 * The newest entries of one tenant's feed in one process, shared by all its subscribers. It informs them of new entries. It does
 * not read the log: a subscriber whose next entry the hub does not have reads the log itself.
 */
export class TenantHub {
  readonly #listeners = new Set<() => void>();
  #epoch = '';
  /** `#recent` has everything after `#floor` up to `#position`. */
  #floor = 0;
  #position = 0;
  #recent: FeedEntry[] = [];

  /** Calls `listener` whenever there may be something new. It must not throw. */
  addListener(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Some of the entries after `position`, oldest first. Empty if there are none. Null if the log has to be read. */
  entriesAfter(epoch: string, position: number): readonly FeedEntry[] | null {
    if (epoch !== this.#epoch || position < this.#floor) return null;
    if (position >= this.#position) return [];
    const from = findFirstIndex(this.#recent, entry => entry.position > position);
    return this.#recent.slice(from, from + maxSlice);
  }

  /** Adds a batch that was announced. */
  announce(epoch: string, { first, last, entries }: FeedBatch): void {
    const isNext = epoch === this.#epoch && first === this.#position + 1;
    if (!isNext) {
      if (epoch === this.#epoch && last <= this.#position) return;
      this.#epoch = epoch;
      this.#floor = first - 1;
      this.#recent = [];
    }
    this.#recent.push(...entries);
    this.#position = last;
    if (this.#recent.length > 2 * recentEntries) {
      this.#floor = this.#recent.at(-recentEntries - 1)?.position ?? this.#floor;
      this.#recent = this.#recent.slice(-recentEntries);
    }
    this.#notify();
  }

  /** Makes every subscriber read the log, because announcements may have been missed. */
  reset(): void {
    this.#epoch = '';
    this.#recent = [];
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

import { findFirstIndex } from './binary-search.ts';
import type { FeedBatch, FeedEntry } from './feed-log.ts';

/** The number of newest entries in memory. Subscribers that are further behind read the log. */
const recentEntries = 1_024;
/** The largest number of entries that `entriesAfter` returns. */
const maxSlice = 256;

/**
 * The newest entries of one tenant's feed, shared by all its subscribers in this process, which it notifies of new
 * entries. It never reads the log. A subscriber whose next entry is not here reads the log itself.
 */
export class TenantHub {
  readonly #listeners = new Set<() => void>();
  #epoch = '';
  /** `#recent` contains all entries with positions after `#floor`, up to `#position`. */
  #floor = 0;
  #position = 0;
  #recent: FeedEntry[] = [];

  /** Calls `listener` whenever there may be new entries. The listener must not throw. */
  addListener(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /**
   * Returns up to 256 entries after `position`, oldest first. Empty if there are none. Null if the subscriber has to
   * read the log.
   */
  entriesAfter(epoch: string, position: number): readonly FeedEntry[] | null {
    if (epoch !== this.#epoch || position < this.#floor) return null;
    if (position >= this.#position) return [];
    const from = findFirstIndex(this.#recent, entry => entry.position > position);
    return this.#recent.slice(from, from + maxSlice);
  }

  /** Adds an announced batch and notifies the subscribers. */
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

  /** Makes every subscriber read the log, because it may have missed announcements. */
  reset(): void {
    this.#epoch = '';
    this.#recent = [];
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

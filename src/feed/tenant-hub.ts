import type { FeedBatch, FeedEntry } from './feed-log.ts';
import { findIndexAfter } from './positions.ts';

/** Entries kept at hand for subscribers that keep up; whoever is further behind reads the log. */
const recentEntries = 1_024;
/** The most entries that are handed out at once. */
const maxSlice = 256;

/**
 * The live end of one tenant's feed in one process, however many subscribers: keeps the newest announcements at hand and
 * tells subscribers that there are some. It reads nothing itself. A subscriber that the hub has nothing for, such as
 * after announcements were missed, reads the log at its own position.
 */
export class TenantHub {
  readonly #listeners = new Set<() => void>();
  #epoch = '';
  /** `#recent` holds everything after `#floor` up to `#position`. */
  #floor = 0;
  #position = 0;
  #recent: FeedEntry[] = [];

  /** Calls `listener` whenever there may be something new. It must not throw. */
  addListener(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /**
   * Some of the entries that follow `position`, oldest first; none if nothing is newer. Null if the hub cannot tell: the
   * log can.
   */
  entriesAfter(epoch: string, position: number): readonly FeedEntry[] | null {
    if (epoch !== this.#epoch || position < this.#floor) return null;
    if (position >= this.#position) return [];
    const from = findIndexAfter(this.#recent, position);
    return this.#recent.slice(from, from + maxSlice);
  }

  /** A message from the feed. */
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
    this.#tell();
  }

  /** Announcements may have been missed: every subscriber looks at the log. */
  reset(): void {
    this.#epoch = '';
    this.#recent = [];
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

import { uuidTime } from '../ids.ts';
import type { FeedEntry } from './feed-log.ts';
import type { Transition } from './transition.ts';

interface Held {
  readonly entry: FeedEntry;
  readonly deadlineMs: number;
}

export interface SequencerOptions {
  /** How long a version waits for the one before it. */
  readonly holdMs: number;
  /** At most this many versions wait; beyond, those that wait longest are released. Default: 5,000. */
  readonly maxHeld?: number;
  /** Deliveries whose last version is surely remembered; at most twice as many are. Default: 10,000. */
  readonly rememberedDeliveries?: number;
}

/**
 * Takes what goes out. `missing`: so many versions of its delivery, just before it, did not come in time and will not be
 * released; 0 where the delivery is older than what is remembered.
 */
export type Release = (entry: FeedEntry, missing: number) => void;

const youngMs = 1_000;
/** By this much the clock that minted an id may differ from ours. */
const clockSkewMs = 1_000;
/** A delivery nobody has touched for this long is forgotten: the next sight of it is a first one. */
const rememberedMs = 300_000;

/**
 * Puts the versions of each delivery in ascending order, and drops those that were released before.
 *
 * Processes announce in any order, so a version may come before the one it follows: it is held until that one comes, or
 * until `holdMs` have passed; its release then tells how many are missing. The first sight of a delivery is released at
 * once, except where its first version must be on its way: it was made since everything is remembered, or within the last
 * second (`holdMs`, if that is less), as the race between "created" and "claimed" is a common one; or an earlier version
 * is held.
 */
export class VersionSequencer {
  readonly #holdMs: number;
  readonly #maxHeld: number;
  readonly #rememberedDeliveries: number;
  // Two generations instead of an LRU list: the older is dropped whole when the younger is full or old.
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #rotateAtMs = 0;
  // From when on each generation knows every delivery; by the wall clock, as ids are.
  #olderSinceMs = Date.now();
  #recentSinceMs = Date.now();
  readonly #held = new Map<string, Map<number, Held>>();
  // In the order in which they came, which is the order of their deadlines.
  readonly #waiting = new Map<number, Held>();

  constructor({ holdMs, maxHeld = 5_000, rememberedDeliveries = 10_000 }: SequencerOptions) {
    this.#holdMs = holdMs;
    this.#maxHeld = maxHeld;
    this.#rememberedDeliveries = rememberedDeliveries;
  }

  /** Takes the next entry and hands what may go out now to `release`, in order. */
  push(entry: FeedEntry, nowMs: number, release: Release): void {
    const { id, version } = entry.transition.delivery;
    const last = this.lastVersion(id);
    if (last !== undefined && version <= last) return;
    const isNext = last === undefined ? !this.#awaitsEarlier(entry) : version === last + 1;
    if (isNext) this.#release(entry, nowMs, release);
    else this.#hold(entry, nowMs, release);
  }

  /** Releases what has waited for `holdMs`. */
  releaseOverdue(nowMs: number, release: Release): void {
    for (const held of this.#waiting.values()) {
      if (held.deadlineMs > nowMs) return;
      this.#releaseUpTo(held.entry, nowMs, release);
    }
  }

  /** Releases everything that waits, each delivery's versions in order; `keep` says which go on waiting. */
  releaseAll(nowMs: number, release: Release, keep?: (entry: FeedEntry) => boolean): void {
    for (const { entry } of this.#waiting.values()) {
      if (!keep?.(entry)) this.#releaseUpTo(entry, nowMs, release);
    }
  }

  /** Marks a version as released earlier, by someone else. */
  remember({ transition: { delivery } }: FeedEntry, nowMs: number): void {
    if (delivery.version > (this.lastVersion(delivery.id) ?? 0)) this.#setLast(delivery.id, delivery.version, nowMs);
  }

  lastVersion(deliveryId: string): number | undefined {
    return this.#recent.get(deliveryId) ?? this.#older.get(deliveryId);
  }

  /** The moment at which something will be overdue, or null where nothing waits. */
  get nextDeadlineMs(): number | null {
    for (const held of this.#waiting.values()) return held.deadlineMs;
    return null;
  }

  get heldCount(): number {
    return this.#waiting.size;
  }

  isHolding({ delivery }: Transition): boolean {
    return this.#held.get(delivery.id)?.has(delivery.version) ?? false;
  }

  heldEntries(): FeedEntry[] {
    return Array.from(this.#waiting.values(), held => held.entry);
  }

  /** The positions that wait; ascending, as entries are pushed. */
  heldPositions(): number[] {
    return this.#waiting.size === 0 ? [] : [...this.#waiting.keys()];
  }

  /** Whether its first version has not come, and would be remembered if it had. */
  #lacksFirst({ delivery }: Transition): boolean {
    return delivery.version > 1 && uuidTime(delivery.id) > this.#olderSinceMs + clockSkewMs;
  }

  #awaitsEarlier({ transition }: FeedEntry): boolean {
    const { delivery, occurredAt } = transition;
    // One that waits itself, for the first: to be released before this one, or it would come after it.
    for (const held of this.#held.get(delivery.id)?.keys() ?? []) if (held < delivery.version) return true;
    if (this.#lacksFirst(transition)) return true;
    return delivery.version > 1 && Math.abs(occurredAt - uuidTime(delivery.id)) < Math.min(youngMs, this.#holdMs);
  }

  #hold(entry: FeedEntry, nowMs: number, release: Release): void {
    const { id, version } = entry.transition.delivery;
    const versions = this.#held.get(id) ?? new Map<number, Held>();
    if (versions.has(version)) return;
    const held = { entry, deadlineMs: nowMs + this.#holdMs };
    versions.set(version, held);
    this.#held.set(id, versions);
    this.#waiting.set(entry.position, held);
    if (this.#waiting.size <= this.#maxHeld) return;
    const [longest] = this.#waiting.values();
    if (longest) this.#releaseUpTo(longest.entry, nowMs, release);
  }

  /** Releases the held versions of this entry's delivery up to its own, and whatever follows without a gap. */
  #releaseUpTo({ transition }: FeedEntry, nowMs: number, release: Release): void {
    const { id, version } = transition.delivery;
    const due = [...(this.#held.get(id)?.keys() ?? [])].filter(each => each <= version).sort((a, b) => a - b);
    for (const each of due) {
      const held = this.#held.get(id)?.get(each);
      if (held) this.#release(held.entry, nowMs, release);
    }
  }

  #release(entry: FeedEntry, nowMs: number, release: Release): void {
    const { id } = entry.transition.delivery;
    const versions = this.#held.get(id);
    let next: FeedEntry | undefined = entry;
    while (next) {
      const version: number = next.transition.delivery.version;
      const last = this.lastVersion(id) ?? (this.#lacksFirst(next.transition) ? 0 : version - 1);
      this.#setLast(id, version, nowMs);
      this.#forgetHeld(id, version);
      release(next, version - 1 - last);
      next = versions?.get(version + 1)?.entry;
    }
  }

  #forgetHeld(id: string, version: number): void {
    const versions = this.#held.get(id);
    const held = versions?.get(version);
    if (!versions || !held) return;
    versions.delete(version);
    this.#waiting.delete(held.entry.position);
    if (versions.size === 0) this.#held.delete(id);
  }

  #setLast(id: string, version: number, nowMs: number): void {
    this.#recent.set(id, version);
    if (this.#recent.size >= this.#rememberedDeliveries || nowMs >= this.#rotateAtMs) this.#rotate(nowMs);
  }

  #rotate(nowMs: number): void {
    this.#older = this.#recent;
    this.#olderSinceMs = this.#recentSinceMs;
    this.#recentSinceMs = Date.now();
    this.#recent = new Map();
    this.#rotateAtMs = nowMs + rememberedMs;
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { FeedItem, FeedItems } from '../feed/feed.ts';
import type { Transition } from '../feed/transition.ts';
import { type DeliveryUpdate, selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';

/** Where the frames of one subscriber go. */
export interface UpdateSink {
  readonly operationId: string;
  /** `nextPrefix` of that. */
  readonly prefix: Buffer;
  /** Written, and not yet taken by the client. */
  readonly bufferedBytes: number;
  /** Never throws; does nothing once the socket is closing. */
  write(frames: Buffer): void;
  /** Resolves once everything written was taken, or the socket is closed. */
  whenTaken(): Promise<void>;
}

/** A subscriber that gets what its group gets. */
export interface GroupMember {
  readonly sink: UpdateSink;
  /** Transitions it has missed since the last update that it got. */
  skipped: number;
  /** The place in the group behind which it joined. */
  joinedAt: number;
}

export interface UpdateGroupOptions {
  readonly filter: CheckedFilter;
  /** The tenant's feed from now on. */
  readonly items: FeedItems;
  /** The result of the subscribers' operation for an update, as JSON. Never rejects. */
  readonly execute: (update: DeliveryUpdate) => Promise<Buffer>;
  /** A client that leaves more than this untaken is skipped until it has taken half of it. */
  readonly maxBufferedBytes: number;
}

interface Entry {
  readonly place: number;
  readonly update: DeliveryUpdate;
  readonly payload: Promise<Buffer>;
}

/** Updates that may be executed and not yet sent; behind them the feed's own queue fills, and tells what it skipped. */
const maxEntries = 256;
const batchEntries = 32;
/** So much goes to each socket before the next turn: large enough to save system calls, small enough to be fair. */
const sliceBytes = 32 * 1024;

/**
 * Subscribers that are told the same: each update is executed and serialised once, and sent to all of them. One that
 * does not read is skipped and told so (`skipped`) once it reads again; nobody waits for it.
 */
export class UpdateGroup {
  readonly #options: UpdateGroupOptions;
  readonly #members = new Set<GroupMember>();
  readonly #places = new WeakMap<Transition, number>();
  readonly #payloads = new WeakMap<FeedItem, Promise<Buffer>>();
  #entries: Entry[] = [];
  #lastPlace = 0;
  #lastTaken = 0;
  #sending: Promise<void> | null = null;

  constructor(options: UpdateGroupOptions) {
    this.#options = options;
  }

  /** Distributes until the feed ends; settles once everything is sent. @throws CursorExpiredError where it was lost. */
  async run(): Promise<void> {
    try {
      await this.#distribute();
    } finally {
      await this.#sending;
    }
  }

  async #distribute(): Promise<void> {
    let skipped = 0;
    for await (const item of this.#options.items) {
      this.#lastPlace += 1;
      this.#places.set(item.transition, this.#lastPlace);
      skipped += item.skipped;
      const selected = selectUpdate(item, this.#options.filter);
      if (selected) {
        const update = { ...selected, skipped };
        this.#entries.push({ place: this.#lastPlace, update, payload: this.execute(update, item) });
        skipped = 0;
        this.#sending ??= this.#send();
      }
      while (this.#entries.length >= maxEntries) await this.#sending;
    }
  }

  /** From now on. */
  join(sink: UpdateSink): GroupMember {
    const member = { sink, skipped: 0, joinedAt: this.#lastPlace };
    this.#members.add(member);
    return member;
  }

  /**
   * Right behind this transition, for a subscriber whose own feed is live and has brought it just that. Null where the
   * group is already past it, or has not come to it yet: let it try again behind its next one.
   */
  joinBehind(sink: UpdateSink, transition: Transition): GroupMember | null {
    const place = this.#places.get(transition);
    if (place === undefined || place < this.#lastTaken || !this.#options.items.isLive) return null;
    const member = { sink, skipped: 0, joinedAt: place };
    this.#members.add(member);
    return member;
  }

  leave(member: GroupMember): void {
    this.#members.delete(member);
  }

  /** The payload of an update; one execution for all who ask for the same item with the same `skipped`. */
  execute(update: DeliveryUpdate, item: FeedItem): Promise<Buffer> {
    const { execute } = this.#options;
    if (update.skipped !== item.skipped) return execute(update);
    const known = this.#payloads.get(item);
    if (known) return known;
    const payload = execute(update);
    this.#payloads.set(item, payload);
    return payload;
  }

  async #send(): Promise<void> {
    // What the feed brings in one batch is sent in one piece.
    await nextTurn();
    while (this.#entries.length > 0) {
      const batch = this.#entries.splice(0, batchEntries);
      this.#lastTaken = batch.at(-1)?.place ?? 0;
      const payloads = await Promise.all(batch.map(entry => entry.payload));
      for (let from = 0, to = 0; from < batch.length; from = to) {
        for (let bytes = 0; to < batch.length && (to === from || bytes < sliceBytes); to += 1) {
          bytes += payloads[to]?.length ?? 0;
        }
        await this.#sendSlice(batch.slice(from, to), payloads.slice(from, to));
        if (this.#entries.length > 0 || to < batch.length) await nextTurn();
      }
    }
    this.#sending = null;
  }

  async #sendSlice(entries: readonly Entry[], payloads: readonly Buffer[]): Promise<void> {
    const returned = await this.#executeForReturned(entries);
    // Clients number their operations from 1, or give each its own id: where ids are equal, so are the frames.
    const framesById = new Map<string, Buffer>();
    for (const member of this.#members) {
      const { sink, joinedAt } = member;
      if (joinedAt >= (entries[0]?.place ?? 0)) {
        const own = payloads.filter((_, index) => (entries[index]?.place ?? 0) > joinedAt);
        if (own.length > 0) sink.write(encodeNextFrames(sink.prefix, own));
      } else if (member.skipped > 0) {
        const first = returned.get(member);
        if (first) sink.write(encodeNextFrames(sink.prefix, [first, ...payloads.slice(1)]));
        member.skipped = first ? 0 : member.skipped + entries.length;
      } else if (sink.bufferedBytes > this.#options.maxBufferedBytes) {
        member.skipped = entries.length;
      } else {
        const frames = framesById.get(sink.operationId) ?? encodeNextFrames(sink.prefix, payloads);
        framesById.set(sink.operationId, frames);
        sink.write(frames);
      }
    }
  }

  /** Of those who read again, each with the first update that it gets, which tells how many it has missed. */
  async #executeForReturned([first]: readonly Entry[]): Promise<ReadonlyMap<GroupMember, Buffer>> {
    const { execute, maxBufferedBytes } = this.#options;
    const returned = [...this.#members].filter(
      ({ skipped, sink, joinedAt }) =>
        skipped > 0 && sink.bufferedBytes <= maxBufferedBytes / 2 && joinedAt < (first?.place ?? 0),
    );
    if (!first || returned.length === 0) return new Map();
    const payloads = returned.map(async member => {
      const skipped = first.update.skipped + member.skipped;
      return [member, await execute({ ...first.update, skipped })] as const;
    });
    return new Map(await Promise.all(payloads));
  }
}

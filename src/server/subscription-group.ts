import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import { findFirstIndex } from '../feed/binary-search.ts';
import type { FeedItem, FeedItems } from '../feed/feed.ts';
import { type DeliveryUpdate, selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';

/** The websocket of one subscriber, to which its updates are written. */
export interface UpdateSink {
  readonly operationId: string;
  /** The beginning of each message of the subscriber: the result of `nextPrefix` for its operation id. */
  readonly prefix: Buffer;
  /** The bytes that were written and that the client has not read. */
  readonly bufferedBytes: number;
  /** Writes all of these bytes or none. Never throws. Does nothing once the socket is closing. */
  write(...frames: readonly Buffer[]): void;
  /** Resolves when the client has read everything, or the socket is closed. */
  whenTaken(): Promise<void>;
}

/** A subscriber that receives the updates of its group. */
export interface GroupMember {
  readonly sink: UpdateSink;
  /** Everything up to this position of the feed was written to the sink. */
  position: number;
  /** If true, nothing is written until the client has read what was written. */
  isFull: boolean;
  /** Called when the member has fallen behind the updates that the group keeps. It has then left the group. */
  readonly onDetached: () => void;
}

export interface SubscriptionGroupOptions {
  readonly filter: CheckedFilter;
  /** The items of the tenant's feed, from the time at which the group starts. */
  readonly items: FeedItems;
  /** Executes the subscribers' operation for an update and returns the result as JSON. Never rejects. */
  readonly execute: (update: DeliveryUpdate) => Promise<Buffer>;
  /**
   * Waits until there is capacity for this many results. Dispose of the result once they are written. Never rejects.
   */
  readonly acquireRoom: (updates: number) => Promise<Disposable>;
  /** Whether results may be so large that they are executed one at a time, and only if a client can receive them. */
  readonly isHeavy: boolean;
  /** A client with more unread bytes than this gets nothing until it has read them. */
  readonly maxBufferedBytes: number;
  /** The limit on updates that all groups of the process keep for members whose sinks are full. */
  readonly retained: RetainedBytes;
}

/** The bytes of updates that all subscription groups together keep for slow clients, and their limit. */
export interface RetainedBytes {
  total: number;
  readonly max: number;
}

interface Entry {
  readonly position: number;
  readonly payload: Buffer;
}

/** The number of items that are taken from the feed, executed and sent together. */
const batchItems = 64;
/** The bytes that are written to each socket in one round: enough to save system calls, and few enough to be fair. */
const sliceBytes = 32 * 1024;

/**
 * Subscribers that receive the same updates. Each update is executed and serialized once, and sent to all of them. A
 * member whose sink is full delays nobody: the group keeps its updates within the limit `retained`. A member that falls
 * further behind is detached, and continues from the log with its own subscription.
 */
export class SubscriptionGroup {
  readonly #options: SubscriptionGroupOptions;
  readonly #members = new Set<GroupMember>();
  /** The updates that some member has not received yet. */
  #entries: Entry[] = [];
  /** The feed position up to which updates were dropped from `#entries`. */
  #floor: number;
  #position: number;
  #sending: Promise<void> | null = null;

  constructor(options: SubscriptionGroupOptions) {
    this.#options = options;
    this.#position = options.items.position;
    this.#floor = this.#position;
  }

  get epoch(): string {
    return this.#options.items.epoch;
  }

  /**
   * Distributes updates until the feed ends, then settles once everything is sent. @throws CursorExpiredError if the
   * feed was lost.
   */
  async run(): Promise<void> {
    const { items, filter, isHeavy } = this.#options;
    let skipped = 0;
    try {
      for await (const first of items) {
        const updates: DeliveryUpdate[] = [];
        const batch: readonly FeedItem[] = [first, ...items.takeReady(isHeavy ? 0 : batchItems - 1)];
        for (const item of batch) {
          skipped += item.skipped;
          const update = selectUpdate(item, filter);
          if (!update) continue;
          updates.push({ ...update, skipped });
          skipped = 0;
        }
        await this.#distribute(updates, batch.at(-1)?.position ?? this.#position);
      }
    } finally {
      await this.#sending;
      this.#drop(this.#entries.length);
    }
  }

  /** @param position the position of the last item that was read. */
  async #distribute(updates: readonly DeliveryUpdate[], position: number): Promise<void> {
    const { execute, acquireRoom, isHeavy, retained } = this.#options;
    using _room = updates.length > 0 ? await acquireRoom(updates.length) : null;
    if (isHeavy && updates.length > 0 && !this.#hasReaders()) {
      this.#position = position;
      this.#detachAll();
      return;
    }
    const payloads = await Promise.all(updates.map(execute));
    for (const [index, payload] of payloads.entries()) {
      this.#entries.push({ position: updates[index]?.position ?? 0, payload });
      retained.total += payload.length;
    }
    this.#position = position;
    if (this.#members.size === 0) this.#dropTaken();
    await this.#send();
  }

  #hasReaders(): boolean {
    const { maxBufferedBytes } = this.#options;
    return [...this.#members].some(({ isFull, sink }) => !isFull && sink.bufferedBytes <= maxBufferedBytes);
  }

  /**
   * Adds a member from now on, or right after `position`. Returns null if the group no longer keeps the updates after
   * that position.
   */
  join(sink: UpdateSink, onDetached: () => void, position = this.#position): GroupMember | null {
    if (position < this.#floor) return null;
    const member = { sink, position, isFull: false, onDetached };
    this.#members.add(member);
    // If the group keeps updates after the position of the new member, they are sent now.
    void this.#send();
    return member;
  }

  leave(member: GroupMember): void {
    this.#members.delete(member);
    this.#dropTaken();
  }

  #send(): Promise<void> {
    this.#sending ??= this.#sendRounds();
    return this.#sending;
  }

  /** Writes one slice to each member that can receive it, until no member can. */
  async #sendRounds(): Promise<void> {
    for (let hasSent = true; hasSent; ) {
      await nextTurn();
      // Frames contain the operation id. Many clients number their operations from 1, so members often share frames.
      const slices = new Map<string, Slice>();
      hasSent = false;
      for (const member of this.#members) hasSent = this.#sendSlice(member, slices) || hasSent;
      this.#dropTaken();
    }
    this.#detachSlowest();
    this.#sending = null;
  }

  #sendSlice(member: GroupMember, slices: Map<string, Slice>): boolean {
    const { sink } = member;
    if (member.isFull || member.position >= (this.#entries.at(-1)?.position ?? 0)) return false;
    if (sink.bufferedBytes > this.#options.maxBufferedBytes) {
      member.isFull = true;
      void sink.whenTaken().then(() => {
        member.isFull = false;
        return this.#send();
      });
      return false;
    }
    const name = `${member.position}:${sink.operationId}`;
    const slice = slices.get(name) ?? this.#encodeSlice(sink.prefix, member.position);
    slices.set(name, slice);
    sink.write(...slice.frames);
    member.position = slice.last;
    return true;
  }

  #encodeSlice(prefix: Buffer, after: number): Slice {
    const from = findFirstIndex(this.#entries, entry => entry.position > after);
    let to = from;
    for (let bytes = 0; to < this.#entries.length && (to === from || bytes < sliceBytes); to += 1) {
      bytes += this.#entries[to]?.payload.length ?? 0;
    }
    const entries = this.#entries.slice(from, to);
    const frames = encodeNextFrames(
      prefix,
      entries.map(entry => entry.payload),
    );
    return { frames, last: entries.at(-1)?.position ?? after };
  }

  /** Drops the updates that every member has received. */
  #dropTaken(): void {
    if (this.#entries.length === 0) return;
    let least = Number.POSITIVE_INFINITY;
    for (const { position } of this.#members) least = Math.min(least, position);
    this.#drop(findFirstIndex(this.#entries, entry => entry.position > least));
  }

  /** Drops the oldest updates while there are too many, and detaches the members that have not received them. */
  #detachSlowest(): void {
    const { retained } = this.#options;
    let count = 0;
    for (let excess = retained.total - retained.max; excess > 0 && count < this.#entries.length; count += 1) {
      excess -= this.#entries[count]?.payload.length ?? 0;
    }
    if (count === 0) return;
    this.#drop(count);
    this.#detachBehind();
  }

  /** Detaches all members if none can receive anything. They continue from the log once they can. */
  #detachAll(): void {
    this.#drop(this.#entries.length);
    this.#floor = this.#position;
    this.#detachBehind();
  }

  /** Detaches the members that fell behind: an update was dropped from the buffer before they had received it. */
  #detachBehind(): void {
    for (const member of this.#members) {
      if (member.position >= this.#floor) continue;
      this.#members.delete(member);
      member.onDetached();
    }
  }

  #drop(count: number): void {
    const dropped = this.#entries.splice(0, count);
    this.#floor = dropped.at(-1)?.position ?? this.#floor;
    for (const { payload } of dropped) this.#options.retained.total -= payload.length;
  }
}

interface Slice {
  readonly frames: readonly Buffer[];
  readonly last: number;
}

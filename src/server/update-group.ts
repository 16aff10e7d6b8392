import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { FeedItem, FeedItems } from '../feed/feed.ts';
import { findIndexAfter } from '../feed/positions.ts';
import { type DeliveryUpdate, selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';

/** Where the frames of one subscriber go. */
export interface UpdateSink {
  readonly operationId: string;
  /** `nextPrefix` of that. */
  readonly prefix: Buffer;
  /** Written, and not yet taken by the client. */
  readonly bufferedBytes: number;
  /** Writes all of these bytes or none. Never throws; does nothing once the socket is closing. */
  write(...frames: readonly Buffer[]): void;
  /** Resolves once everything written was taken, or the socket is closed. */
  whenTaken(): Promise<void>;
}

/** A subscriber that gets what its group gets. */
export interface GroupMember {
  readonly sink: UpdateSink;
  /** Everything up to this position of the feed was written to the sink. */
  position: number;
  /** The sink is full: nothing is written until the client has taken what was. */
  isFull: boolean;
  /** Called when the member has fallen behind what the group keeps; it is no member any more. */
  readonly onDetached: () => void;
}

export interface UpdateGroupOptions {
  readonly filter: CheckedFilter;
  /** The tenant's feed from now on. */
  readonly items: FeedItems;
  /** The result of the subscribers' operation for an update, as JSON. Never rejects. */
  readonly execute: (update: DeliveryUpdate) => Promise<Buffer>;
  /** Waits until there is room for so many results. Dispose of it once they are written. Never rejects. */
  readonly acquireRoom: (updates: number) => Promise<Disposable>;
  /** Results may be so large that they are executed one at a time, and only if somebody can take them. */
  readonly isHeavy: boolean;
  /** A client that leaves more than this untaken gets nothing until it has taken it. */
  readonly maxBufferedBytes: number;
  /** What all groups of the process keep for members whose sinks are full. */
  readonly retained: RetainedBytes;
}

/** The bytes of updates that groups keep, counted over all groups. */
export interface RetainedBytes {
  total: number;
  readonly max: number;
}

interface Entry {
  readonly position: number;
  readonly payload: Buffer;
}

/** Items that are taken from the feed, executed and sent together. */
const batchItems = 64;
/** So much goes to each socket before the next turn: large enough to save system calls, small enough to be fair. */
const sliceBytes = 32 * 1024;

/**
 * Subscribers that are told the same: each update is executed and serialised once, and sent to all of them. Nobody waits
 * for a member whose sink is full. The group keeps what that member has not got, within `retained`; a member that falls
 * behind that is detached, and goes on from the log by a subscription of its own.
 */
export class UpdateGroup {
  readonly #options: UpdateGroupOptions;
  readonly #members = new Set<GroupMember>();
  /** What some member has not got yet. */
  #entries: Entry[] = [];
  /** Everything up to here was dropped from `#entries`. */
  #floor: number;
  #position: number;
  #sending: Promise<void> | null = null;

  constructor(options: UpdateGroupOptions) {
    this.#options = options;
    this.#position = options.items.position;
    this.#floor = this.#position;
  }

  get epoch(): string {
    return this.#options.items.epoch;
  }

  /** Distributes until the feed ends; settles once everything is sent. @throws CursorExpiredError if the feed was lost. */
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

  /** @param position of the last item that was looked at. */
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

  /** From now on; with `position`, right behind that. Null if the group has gone past it and does not keep it any more. */
  join(sink: UpdateSink, onDetached: () => void, position = this.#position): GroupMember | null {
    if (position < this.#floor) return null;
    const member = { sink, position, isFull: false, onDetached };
    this.#members.add(member);
    // It may have joined behind something that the others have got.
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

  /** Writes one slice to each member that can take it, until there is none. */
  async #sendRounds(): Promise<void> {
    for (let hasSent = true; hasSent; ) {
      await nextTurn();
      // Clients number their operations from 1, or give each its own id: where ids are equal, so are the frames.
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
    const from = findIndexAfter(this.#entries, after);
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

  /** Drops what every member has got. */
  #dropTaken(): void {
    if (this.#entries.length === 0) return;
    let least = Number.POSITIVE_INFINITY;
    for (const { position } of this.#members) least = Math.min(least, position);
    this.#drop(findIndexAfter(this.#entries, least));
  }

  /** Drops the oldest while there is too much, and with it the members that have not got it. */
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

  /** Nobody can take anything: all members go on from the log once they can. */
  #detachAll(): void {
    this.#drop(this.#entries.length);
    this.#floor = this.#position;
    this.#detachBehind();
  }

  /** Detaches the members that have not got what was dropped. */
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

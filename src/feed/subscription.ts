import { setTimeout as delay } from 'node:timers/promises';
import { CursorExpiredError } from '../errors.ts';
import { encodeCursor, type FeedCursor } from './cursor.ts';
import type { FeedItem } from './feed.ts';
import { type FeedEntry, type FeedHead, type FeedLog, LogReader } from './feed-log.ts';
import type { ItemQueue } from './item-queue.ts';
import type { HubListener, TenantHub } from './tenant-hub.ts';
import type { Transition } from './transition.ts';
import { type Release, VersionSequencer } from './version-sequencer.ts';

const nameOf = ({ delivery }: Transition): string => `${delivery.id}:${delivery.version}`;

/** Positions before a cursor that are read again, so that what was announced a second time behind it is recognised. */
const lookBackPositions = 1_000;
/** How long a resumed subscriber still compares live versions with those it got from the log. */
const guardMs = 10_000;
const retryMs = 250;

export interface SubscriptionOptions {
  readonly tenantId: string;
  readonly log: FeedLog;
  readonly hub: TenantHub;
  readonly queue: ItemQueue;
  readonly holdMs: number;
}

/**
 * Feeds one subscriber's queue: first from the log, from a cursor on, as fast as it is read; then, once that has caught
 * up with the hub, from the hub.
 *
 * Neither gap nor duplicate at the switch, because both sides count by position: the log delivers what the hub has
 * passed and does not hold back; everything else is awaited from the hub. Where the feed begins another epoch the queue
 * fails with CursorExpiredError.
 */
export class Subscription implements HubListener, Disposable {
  readonly #options: SubscriptionOptions;
  readonly #reader: LogReader;
  readonly #sequencer: VersionSequencer;
  /** Versions read from the log that the hub is still to deliver, with their positions. */
  #awaited = new Map<string, number>();
  /** Held back when the cursor was taken. */
  #backlog: readonly FeedEntry[] = [];
  #guardUntilMs = 0;
  #listening: Disposable | null = null;

  private constructor(options: SubscriptionOptions, { epoch, position }: FeedCursor) {
    this.#options = options;
    this.#reader = new LogReader(options.log, options.tenantId, epoch, position);
    this.#sequencer = new VersionSequencer({ holdMs: options.holdMs });
  }

  /** Begins right behind the head: nothing announced before `head` was read is delivered. */
  static atHead(options: SubscriptionOptions, head: FeedHead): Subscription {
    return new Subscription(options, { ...head, held: [] });
  }

  /** Begins right behind a cursor. @throws CursorExpiredError; UnavailableError */
  static async after(options: SubscriptionOptions, cursor: FeedCursor, head: FeedHead): Promise<Subscription> {
    if (cursor.epoch !== head.epoch || cursor.position > head.position || cursor.position < head.start) {
      throw new CursorExpiredError('This feed has begun anew since the cursor was taken.');
    }
    const subscription = new Subscription(options, cursor);
    await subscription.#lookBack(cursor);
    return subscription;
  }

  /**
   * Delivers until the queue has ended. Resolves once the hub has taken over, or the queue has ended; where the log
   * cannot be reached it waits until it can.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, hub } = this.#options;
    await this.#deliver(this.#backlog);
    while (!queue.ended && !this.#join()) {
      try {
        if (hub.epoch !== this.#reader.epoch) await hub.catchUp();
        const page = await this.#reader.readPage();
        if (page === null) return this.onExpired();
        queue.skip(page.lost);
        await this.#deliver(page.entries);
      } catch {
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  onItem(position: number, item: FeedItem): void {
    const { queue, tenantId, hub } = this.#options;
    const { epoch, position: joinedAt } = this.#reader;
    if (position <= joinedAt && !this.#awaited.delete(nameOf(item.transition))) return;
    if (this.#guardUntilMs > 0) {
      const { id, version } = item.transition.delivery;
      if (version <= (this.#sequencer.lastVersion(id) ?? 0)) return;
      if (performance.now() > this.#guardUntilMs) this.#guardUntilMs = 0;
    }
    if (hub.position >= joinedAt) {
      queue.isLive = this.#guardUntilMs === 0 && this.#awaited.size === 0;
      queue.push(item);
      return;
    }
    // The log was ahead of the hub: the hub's own cursor would lead back before what was delivered.
    const held = [...this.#awaited.values()].sort((a, b) => a - b);
    queue.push({ ...item, cursor: encodeCursor(tenantId, { epoch, position: joinedAt, held }) });
  }

  onLost(count: number): void {
    this.#options.queue.skip(count);
  }

  onExpired(): void {
    this.#options.queue.fail(
      new CursorExpiredError('This feed has begun anew: what happened just now may be missing.'),
    );
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = null;
  }

  async #lookBack(cursor: FeedCursor): Promise<void> {
    const { log, tenantId } = this.#options;
    const held = new Set(cursor.held);
    const from = Math.max(0, Math.min(cursor.position - lookBackPositions, (cursor.held[0] ?? cursor.position) - 1));
    const reader = new LogReader(log, tenantId, cursor.epoch, from);
    const waiting: FeedEntry[] = [];
    const passed: FeedEntry[] = [];
    let atHead = false;
    // One position more than the cursor shows whether the log still holds what comes right behind it.
    while (!atHead && reader.position <= cursor.position) {
      const page = await reader.readPage();
      const oldest = page?.entries[0]?.position ?? reader.position + 1;
      const isCut = oldest > cursor.position + 1 || cursor.held.some(each => each < oldest);
      if (page === null || (page.lost > 0 && isCut)) {
        throw new CursorExpiredError('What follows this cursor is no longer kept.');
      }
      for (const entry of page.entries) {
        if (held.has(entry.position)) waiting.push(entry);
        else if (entry.position <= cursor.position) passed.push(entry);
      }
      atHead = page.atHead;
    }
    // A second announcement of a held version was dropped and not listed: it does not mean that it was delivered.
    const isHeld = ({ transition: { delivery } }: FeedEntry) =>
      waiting.some(({ transition: { delivery: each } }) => each.id === delivery.id && each.version <= delivery.version);
    for (const entry of passed) if (!isHeld(entry)) this.#sequencer.remember(entry, performance.now());
    this.#guardUntilMs = performance.now() + guardMs;
    this.#backlog = waiting;
  }

  async #deliver(entries: readonly FeedEntry[]): Promise<void> {
    const { queue } = this.#options;
    const released: FeedItem[] = [];
    for (const entry of entries) {
      this.#sequencer.push(entry, performance.now(), (each, missing) => {
        released.push(this.#toItem(each, entry.position, missing));
      });
      for (const item of released.splice(0)) {
        if (queue.free <= 0) await queue.whenHalfEmpty();
        queue.push(item);
      }
    }
  }

  /** Hands over to the hub if it is within reach. Nothing can come between: this runs in one piece. */
  #join(): boolean {
    const { hub, queue } = this.#options;
    if (hub.epoch !== this.#reader.epoch) return false;
    const tail = hub.recentAfter(this.#reader.position);
    if (tail === null || tail.length + this.#sequencer.heldCount > queue.free) return false;
    const nowMs = performance.now();
    for (const entry of tail) {
      this.#reader.position = entry.position;
      this.#sequencer.push(entry, nowMs, (each, missing) => queue.push(this.#toItem(each, entry.position, missing)));
    }
    const isAwaited = (entry: FeedEntry) => entry.position > hub.position || hub.isHolding(entry.transition);
    const { position } = this.#reader;
    const push: Release = (each, missing) => queue.push(this.#toItem(each, position, missing));
    this.#sequencer.releaseAll(nowMs, push, isAwaited);
    this.#awaited = new Map(this.#sequencer.heldEntries().map(each => [nameOf(each.transition), each.position]));
    this.#listening = hub.addListener(this);
    return true;
  }

  #toItem({ transition }: FeedEntry, position: number, missing: number): FeedItem {
    const held = this.#sequencer.heldPositions();
    const cursor = encodeCursor(this.#options.tenantId, { epoch: this.#reader.epoch, position, held });
    return { cursor, transition, skipped: missing };
  }
}

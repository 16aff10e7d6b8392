import { encodeCursor } from './cursor.ts';
import type { FeedItem } from './feed.ts';
import { type FeedEntry, type FeedHead, type FeedLog, LogReader } from './feed-log.ts';
import type { Transition } from './transition.ts';
import { VersionSequencer } from './version-sequencer.ts';

/** What a hub tells: each released item, and what it missed. Called synchronously; must not throw. */
export interface HubListener {
  /** `position` is the item's own place; the hub itself may be further. */
  onItem(position: number, item: FeedItem): void;
  /** So many transitions were gone before this process could read them. */
  onLost(count: number): void;
  /** Another epoch has begun, and with it any number of transitions may be lost. It is told nothing further. */
  onExpired(): void;
}

export interface HubOptions {
  readonly tenantId: string;
  readonly log: FeedLog;
  /** How long a version waits for an earlier one. */
  readonly holdMs: number;
}

/** Entries kept at hand for subscribers that come from the log and have almost caught up. */
const recentEntries = 1_024;
/** Positions before the head that a hub reads when it begins. */
const lookBackPositions = 300;
/** Announcements put aside while the hub reads the log; more are read from the log. */
const maxPendingAnnouncements = 256;
const retryMs = 500;

interface Announcement {
  readonly epoch: string;
  readonly first: number;
  readonly transitions: readonly Transition[];
}

/**
 * One tenant's feed in one process, however many subscribers: takes announcements, fills gaps from the log, puts
 * versions in order, and tells each listener.
 *
 * Positions run without gaps, so an announcement that does not begin right behind the last one means that some were
 * missed (a connection cut, an overflown buffer at Redis): they are read from the log before anything else is told.
 * Where the log has begun another epoch nobody can say what is missing: every listener is told so and let go, and the
 * hub goes on at the new head for those who come.
 */
export class TenantHub implements Disposable {
  readonly #tenantId: string;
  readonly #log: FeedLog;
  readonly #holdMs: number;
  #sequencer: VersionSequencer;
  readonly #listeners = new Set<HubListener>();
  #epoch = '';
  #position = 0;
  #recent: FeedEntry[] = [];
  #pending: Announcement[] = [];
  #catchingUp: Promise<void> | null = null;
  #holdTimer: NodeJS.Timeout | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor({ tenantId, log, holdMs }: HubOptions) {
    this.#tenantId = tenantId;
    this.#log = log;
    this.#holdMs = holdMs;
    this.#sequencer = new VersionSequencer({ holdMs });
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Everything up to here was taken in; some of it may be held back. */
  get position(): number {
    return this.#position;
  }

  isHolding(transition: Transition): boolean {
    return this.#sequencer.isHolding(transition);
  }

  /** Begins at the head of the log. Call once announcements arrive. @throws UnavailableError */
  async start(): Promise<void> {
    const head = await this.#log.head(this.#tenantId);
    const passed = await this.#lookBack(head);
    this.#beginEpoch(head);
    for (const entry of passed) this.#sequencer.remember(entry, performance.now());
    this.#takePending();
  }

  addListener(listener: HubListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The entries behind `position` up to the hub's own, or null where that is too long ago. */
  recentAfter(position: number): readonly FeedEntry[] | null {
    if (position >= this.#position) return [];
    const [oldest] = this.#recent;
    if (!oldest || oldest.position > position + 1) return null;
    return this.#recent.slice(this.#recent.findLastIndex(entry => entry.position <= position) + 1);
  }

  /** A message from the feed: `transitions` stand at `first` and onwards. */
  announce(epoch: string, first: number, transitions: readonly Transition[]): void {
    if (this.#closed) return;
    if (this.#epoch === '' || this.#catchingUp) {
      if (this.#pending.length < maxPendingAnnouncements) this.#pending.push({ epoch, first, transitions });
    } else if (epoch !== this.#epoch || first > this.#position + 1) {
      this.#pending.push({ epoch, first, transitions });
      this.catchUp().catch(() => undefined);
    } else {
      this.#take(transitions.map((transition, index) => ({ position: first + index, transition })));
    }
  }

  /**
   * Reads what the log holds behind this hub; concurrent calls share one reading. Where the log cannot be reached it
   * rejects with UnavailableError, and the hub tries again by itself until it has succeeded or is closed.
   */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readLog().then(
      () => this.#finishCatchUp(),
      error => {
        this.#finishCatchUp(error);
        throw error;
      },
    );
    return this.#catchingUp;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#pending = [];
    this.#recent = [];
    if (this.#holdTimer) clearTimeout(this.#holdTimer);
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
  }

  /** What came just before the head: what follows it need not wait for what has long been told. */
  async #lookBack({ epoch, position, start }: FeedHead): Promise<FeedEntry[]> {
    const reader = new LogReader(this.#log, this.#tenantId, epoch, Math.max(start, position - lookBackPositions));
    const passed: FeedEntry[] = [];
    while (reader.position < position) {
      const page = await reader.readPage();
      if (page === null) break;
      passed.push(...page.entries.filter(entry => entry.position <= position));
    }
    return passed;
  }

  async #readLog(): Promise<void> {
    const reader = new LogReader(this.#log, this.#tenantId, this.#epoch, this.#position);
    for (let atHead = false; !atHead && !this.#closed; ) {
      const page = await reader.readPage();
      if (page === null) return this.#beginEpoch(await this.#log.head(this.#tenantId));
      if (page.lost > 0) for (const listener of this.#listeners) listener.onLost(page.lost);
      if (page.entries.length > 0 || page.lost > 0) this.#recent = [];
      this.#position = (page.entries[0]?.position ?? reader.position + 1) - 1;
      this.#take(page.entries);
      this.#position = reader.position;
      atHead = page.atHead;
    }
  }

  #finishCatchUp(error?: unknown): void {
    this.#catchingUp = null;
    if (this.#closed) return;
    if (error === undefined) {
      this.#takePending();
      return;
    }
    this.#pending = [];
    this.#catchUpLater();
  }

  #catchUpLater(): void {
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = null;
      this.catchUp().catch(() => undefined);
    }, retryMs);
  }

  #takePending(): void {
    const pending = this.#pending.splice(0);
    for (const { epoch, first, transitions } of pending) {
      // The log was read just now: of an epoch that is over, or so new that the log will tell of it soon.
      if (epoch !== this.#epoch) this.#catchUpLater();
      else this.announce(epoch, first, transitions);
    }
    if (pending.length >= maxPendingAnnouncements) this.catchUp().catch(() => undefined);
  }

  #beginEpoch({ epoch, position }: FeedHead): void {
    this.#epoch = epoch;
    this.#position = position;
    this.#recent = [];
    this.#sequencer = new VersionSequencer({ holdMs: this.#holdMs });
    const expired = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of expired) listener.onExpired();
  }

  #take(entries: readonly FeedEntry[]): void {
    const nowMs = performance.now();
    for (const entry of entries) {
      if (entry.position <= this.#position) continue;
      this.#position = entry.position;
      this.#recent.push(entry);
      this.#sequencer.push(entry, nowMs, (released, missing) => this.#tell(released, missing));
    }
    if (this.#recent.length > 2 * recentEntries) this.#recent = this.#recent.slice(-recentEntries);
    this.#armHoldTimer();
  }

  #tell({ position, transition }: FeedEntry, missing: number): void {
    const held = this.#sequencer.heldPositions();
    const cursor = encodeCursor(this.#tenantId, { epoch: this.#epoch, position: this.#position, held });
    const item: FeedItem = { cursor, transition, skipped: missing };
    for (const listener of this.#listeners) listener.onItem(position, item);
  }

  #armHoldTimer(): void {
    const deadlineMs = this.#sequencer.nextDeadlineMs;
    if (deadlineMs === null || this.#holdTimer || this.#closed) return;
    this.#holdTimer = setTimeout(
      () => {
        this.#holdTimer = null;
        this.#sequencer.releaseOverdue(performance.now(), (entry, missing) => this.#tell(entry, missing));
        this.#armHoldTimer();
      },
      Math.max(1, deadlineMs - performance.now()),
    );
  }
}

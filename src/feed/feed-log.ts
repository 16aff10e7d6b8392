import type { Transition } from './transition.ts';

/** A transition at its place in a tenant's feed. Positions count from 1, without gaps, within an epoch. */
export interface FeedEntry {
  readonly position: number;
  readonly transition: Transition;
}

/** Where a tenant's feed stands. */
export interface FeedHead {
  /** Changes whenever what was kept may have been lost. */
  readonly epoch: string;
  /** The position of the newest transition. */
  readonly position: number;
  /** The position after which this epoch began. */
  readonly start: number;
}

/** What was announced in one message. `transitions` ends at `last`; where it is unreadable it is empty. */
export interface FeedBatch {
  readonly last: number;
  readonly transitions: readonly Transition[];
}

/** What is kept of the feed, and where it stands. Both reject with UnavailableError where it cannot be reached. */
export interface FeedLog {
  head(tenantId: string): Promise<FeedHead>;
  /** The next kept batches that hold positions behind `after`, oldest first; none at the end. A page, not everything. */
  read(tenantId: string, after: number): Promise<readonly FeedBatch[]>;
}

export interface LogPage {
  readonly entries: readonly FeedEntry[];
  /** Positions just before `entries` that are no longer kept. */
  readonly lost: number;
  /** Nothing was behind this page when it was read. */
  readonly atHead: boolean;
}

/** Reads one tenant's log forward, within one epoch. */
export class LogReader {
  readonly #log: FeedLog;
  readonly #tenantId: string;
  readonly epoch: string;
  /** The last position that was read. */
  position: number;

  constructor(log: FeedLog, tenantId: string, epoch: string, position: number) {
    this.#log = log;
    this.#tenantId = tenantId;
    this.epoch = epoch;
    this.position = position;
  }

  /**
   * The entries behind `position`, which then moves. Null where another epoch has begun: what this one held behind
   * `position` may be lost. @throws UnavailableError
   */
  async readPage(): Promise<LogPage | null> {
    const head = await this.#log.head(this.#tenantId);
    if (head.epoch !== this.epoch) return null;
    const after = this.position;
    const batches = head.position > after ? await this.#log.read(this.#tenantId, after) : [];
    const entries: FeedEntry[] = [];
    let firstKept: number | null = null;
    for (const batch of batches) {
      const first = batch.last - batch.transitions.length + 1;
      firstKept ??= first;
      for (const [index, transition] of batch.transitions.entries()) {
        if (first + index > after) entries.push({ position: first + index, transition });
      }
      this.position = Math.max(this.position, batch.last);
    }
    if (firstKept === null) this.position = Math.max(this.position, head.position);
    const lost = Math.max(0, (firstKept ?? this.position + 1) - after - 1);
    return { entries, lost, atHead: this.position >= head.position };
  }
}

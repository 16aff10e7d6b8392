import type { Transition } from '../delivery.ts';

/**
 * A transition at its place in a tenant's feed. Positions ascend within an epoch. A position that holds nothing stands
 * for a transition that was lost before it reached the log.
 */
export interface FeedEntry {
  readonly position: number;
  readonly transition: Transition;
}

/** Entries that were appended together: all positions from `first` to `last`. Empty if the batch is unreadable. */
export interface FeedBatch {
  readonly first: number;
  readonly last: number;
  readonly entries: readonly FeedEntry[];
}

/** Where a tenant's feed stands. */
export interface FeedHead {
  /** Changes whenever what was kept may have been lost. Never returns to an earlier value. */
  readonly epoch: string;
  /** The position of the newest transition. */
  readonly position: number;
  /** The position after which this epoch began. */
  readonly start: number;
}

/**
 * What is kept of the feed. The log holds each version of a delivery once and in ascending order, because `append`
 * takes nothing else: whoever reads it in order needs neither to sort nor to compare.
 *
 * Both methods reject with UnavailableError if the log cannot be reached.
 */
export interface FeedLog {
  head(tenantId: string): Promise<FeedHead>;
  /** At most `maxBatches` batches that hold positions behind `after`, oldest first; none at the end. */
  read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]>;
}

export interface AppendOptions {
  /**
   * The caller knows that every earlier version of these deliveries has been announced or is lost. The log then takes
   * any version that is newer than the last it has, and leaves one position empty for each version in between.
   * Default: false. The log then takes version 1 of a delivery that it does not know, and the version that follows the
   * last one it has, and refuses every other.
   */
  readonly areEarlierAnnounced?: boolean | undefined;
}

/** What the log may take: of a process in all, in Redis for each tenant. */
export const defaultLogBytes = 64 * 1024 * 1024;

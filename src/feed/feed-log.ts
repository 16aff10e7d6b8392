import type { Transition } from '../delivery.ts';

/**
 * A transition at its position in a tenant's feed. Positions ascend within an epoch. An empty position stands for a transition
 * that was lost before it reached the log.
 */
export interface FeedEntry {
  readonly position: number;
  readonly transition: Transition;
}

/** Entries that were appended together: all positions from `first` to `last`. No entries if the batch cannot be decoded. */
export interface FeedBatch {
  readonly first: number;
  readonly last: number;
  readonly entries: readonly FeedEntry[];
}

/** The end of a tenant's feed. */
export interface FeedHead {
  /** Changes whenever entries may have been lost. Never has an earlier value again. */
  readonly epoch: string;
  /** The position of the newest transition. */
  readonly position: number;
  /** The last position before this epoch. */
  readonly start: number;
}

/**
 * The log of the feed. It has each version of a delivery once and in ascending order, because `append` accepts nothing else.
 * Readers need neither sort nor compare.
 *
 * Both methods reject with UnavailableError if the log is unavailable.
 */
export interface FeedLog {
  head(tenantId: string): Promise<FeedHead>;
  /** At most `maxBatches` batches with positions after `after`, oldest first. Empty at the end. */
  read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]>;
}

export interface AppendOptions {
  /**
   * Whether every earlier version of these deliveries has been announced or is lost. The log then accepts any version that is
   * newer than the last known one, and leaves one position empty for each version in between. Default: false. The log then
   * accepts version 1 of an unknown delivery and the version after the last known one, and refuses all others.
   */
  readonly areEarlierAnnounced?: boolean | undefined;
}

/** The most that the log takes: in memory for all tenants together, in Redis for each tenant. */
export const defaultLogBytes = 64 * 1024 * 1024;

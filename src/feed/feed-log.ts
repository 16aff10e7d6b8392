import type { Transition } from '../delivery.ts';

/**
 * A transition at its position in a tenant's feed. Positions ascend within an epoch. A position without an entry stands
 * for a transition that was lost before it reached the log.
 */
export interface FeedEntry {
  readonly position: number;
  readonly transition: Transition;
}

/**
 * Entries that were appended together, at the positions from `first` to `last`. `entries` is empty if the batch cannot
 * be decoded.
 */
export interface FeedBatch {
  readonly first: number;
  readonly last: number;
  readonly entries: readonly FeedEntry[];
}

/** The newest end of a tenant's feed. */
export interface FeedHead {
  /**
   * Identifies the log's history. It changes whenever entries may have been lost, and never returns to an earlier
   * value.
   */
  readonly epoch: string;
  /** The position of the newest transition. */
  readonly position: number;
  /** The last position before this epoch began. */
  readonly start: number;
}

/**
 * The log of the feed. `append` accepts each version of a delivery once and in ascending order, so readers need neither
 * sort nor compare.
 *
 * Both methods reject with UnavailableError if the log is unavailable.
 */
export interface FeedLog {
  head(tenantId: string): Promise<FeedHead>;
  /** Reads at most `maxBatches` batches with positions after `after`, oldest first. Empty if there are none. */
  read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]>;
}

export interface AppendOptions {
  /**
   * Whether every earlier version of these deliveries was announced or is lost. If true, the log accepts any version
   * that is newer than the last known one, and leaves one position empty for each version in between. If false (the
   * default), it accepts only version 1 of an unknown delivery and the version right after the last known one.
   */
  readonly areEarlierAnnounced?: boolean | undefined;
}

/** The default size limit of the log: in memory for all tenants together, in Redis for each tenant. */
export const defaultLogBytes = 64 * 1024 * 1024;

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
 * All methods reject with UnavailableError if the log is unavailable.
 */
export interface FeedLog {
  /**
   * Appends and announces the transitions of one tenant that follow the known versions.
   *
   * @returns the transitions that were refused. Append them again after the earlier versions.
   */
  append(tenantId: string, transitions: readonly Transition[], options?: AppendOptions): Promise<readonly Transition[]>;
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

/** Which transitions a log keeps. The defaults are `defaultLimits`. */
export interface LogLimits {
  /** Transitions stay in the log at least this long, unless `maxBytes` is exceeded. */
  readonly keepMs: number;
  /**
   * The number of newest transitions of each tenant that stay in the log, however old they are, unless `maxBytes` is
   * exceeded.
   */
  readonly keepTransitions: number;
  /**
   * The size limit of the log, which overrides the two limits above: in memory for all tenants together, in Redis for
   * each tenant.
   */
  readonly maxBytes: number;
}

/** 5 minutes, 100,000 transitions, and 64 MiB, which are about 150,000 transitions. */
export const defaultLimits: LogLimits = { keepMs: 300_000, keepTransitions: 100_000, maxBytes: 64 * 1024 * 1024 };

/** The share of `maxBytes` for the last versions of deliveries, and the bytes of one version, measured in Redis. */
const versionShare = 1 / 4;
const versionBytes = 128;
const minVersions = 10_000;

/** Divides `maxBytes` between the transitions and the last versions of deliveries. */
export function divideLimit(maxBytes: number): { readonly maxTransitionBytes: number; readonly maxVersions: number } {
  return {
    maxTransitionBytes: Math.floor(maxBytes * (1 - versionShare)),
    maxVersions: Math.floor(Math.max(minVersions, (maxBytes * versionShare) / versionBytes)),
  };
}

import type { Transition } from '../delivery.ts';
import type { AppendOptions } from './feed-log.ts';

/** One transition on its way to a subscriber. */
export interface FeedItem {
  /** Pass it to `subscribe({ after })` to continue right after this item. Opaque. */
  readonly cursor: string;
  /** Ascends within an epoch. The same for all subscribers. */
  readonly position: number;
  readonly transition: Transition;
  /** How many transitions right before this one the log no longer had when this subscriber read them. */
  readonly skipped: number;
}

/** The items of one subscriber. It reads at its own speed, and nothing is dropped because it is slow. */
export interface FeedItems extends AsyncIterableIterator<FeedItem> {
  /** The epoch of every item. */
  readonly epoch: string;
  /** The position of the last item that was read, or where the subscription began. */
  readonly position: number;
  /** Reads at most `limit` items without waiting. Must not be called while a `next()` is pending. */
  takeReady(limit: number): FeedItem[];
  return(): Promise<IteratorResult<FeedItem>>;
}

export interface SubscribeOptions {
  /** Start right after this cursor. Default: now. */
  readonly after?: string | undefined;
  /** If transitions after `after` are no longer kept, count them in `skipped` instead of throwing. Default: false. */
  readonly mayBeLost?: boolean | undefined;
  /** Aborting ends the iteration without an error. */
  readonly signal: AbortSignal;
}

/** An endpoint has deliveries that are due. */
export interface DueNotification {
  readonly endpointId: string;
  readonly tenantId: string;
  /** How many deliveries were created; null if deliveries that existed before have become due. */
  readonly count: number | null;
}

export interface FeedHealth {
  readonly home: 'process' | 'redis';
  readonly connected: boolean;
}

/**
 * The feed sends committed transitions from the process that made them to all processes with subscribers, and notifications to
 * the senders and to subscribers of bulk operations. PostgreSQL decides: the outbox has what was not announced.
 *
 * There are two backends with the same contract: `openProcessFeed` for one process, and `openRedisFeed` for any number.
 */
export interface Feed extends AsyncDisposable {
  /**
   * Announces transitions of any tenants. The feed keeps each version of a delivery once and in ascending order: it ignores
   * known versions, and refuses versions that do not follow the last known one (see `AppendOptions`). Announcing a transition
   * twice is harmless.
   *
   * @returns the transitions that were refused. Announce them again after those before them. Rejects with UnavailableError if
   * the feed is unavailable. Some of the transitions may have been announced then.
   */
  publish(transitions: readonly Transition[], options?: AppendOptions): Promise<readonly Transition[]>;

  /**
   * Subscribes to the transitions of one tenant. Everything that is published after it has resolved is received. The versions
   * of a delivery arrive in ascending order and once each. If the feed loses its log (for example because Redis restarted), the
   * iteration ends with CursorExpiredError. Transitions may be missing then: read the deliveries and subscribe again.
   *
   * @throws BadUserInputError (`after`) for an invalid cursor; CursorExpiredError if the transitions after the cursor are no
   * longer kept; UnavailableError if the feed is unavailable.
   */
  subscribe(tenantId: string, options: SubscribeOptions): Promise<FeedItems>;

  /** The end of the tenant's feed: get it, list deliveries, then subscribe after it. @throws UnavailableError */
  cursor(tenantId: string): Promise<string>;

  /** Notifies every sender that endpoints have deliveries that are due. It never fails: polling finds what gets lost. */
  notifySenders(notifications: readonly DueNotification[]): void;

  /** Calls `listener` with the notifications of every process, this one included. */
  onNotification(listener: (notifications: readonly DueNotification[]) => void): Disposable;

  /**
   * Notifies every process that these bulk operations have changed. Never fails: polling finds what gets lost.
   */
  notifyBulkOperations(operationIds: readonly string[]): void;

  /** Calls `listener` with the changed bulk operations of every process, this one included. */
  onBulkOperations(listener: (operationIds: readonly string[]) => void): Disposable;

  health(): FeedHealth;
}

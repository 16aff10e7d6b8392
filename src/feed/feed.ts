import type { Transition } from '../delivery.ts';
import type { AppendOptions } from './feed-log.ts';

/** A transition that a subscriber receives. */
export interface FeedItem {
  /** Subscribing with this cursor as `after` continues right after this item. Opaque. */
  readonly cursor: string;
  /** The position in the feed. It ascends within an epoch and is the same for all subscribers. */
  readonly position: number;
  readonly transition: Transition;
  /**
   * The number of transitions right before this one that the subscriber missed, because the log no longer contained
   * them.
   */
  readonly skipped: number;
}

/** The items of one subscriber, which reads at its own speed. No item is dropped because the subscriber is slow. */
export interface FeedItems extends AsyncIterableIterator<FeedItem> {
  /**
   * The epoch in which all these items were published. If the feed begins another epoch, the iteration ends with an
   * error.
   */
  readonly epoch: string;
  /** The position of the last item that was read. Before the first, where the subscription began. */
  readonly position: number;
  /** Returns up to `limit` items that can be read without waiting. Must not be called while a `next()` is pending. */
  takeReady(limit: number): FeedItem[];
  return(): Promise<IteratorResult<FeedItem>>;
}

export interface SubscribeOptions {
  /** The subscription begins right after this cursor. Default: now. */
  readonly after?: string | undefined;
  /**
   * What happens if transitions after `after` are no longer in the log. True counts them in `skipped`, false throws.
   * Default: false.
   */
  readonly mayBeLost?: boolean | undefined;
  /** Aborting it ends the iteration without an error. */
  readonly signal: AbortSignal;
}

/** Tells senders that an endpoint has deliveries that are due. */
export interface DueNotification {
  readonly endpointId: string;
  readonly tenantId: string;
  /** The number of deliveries that were created. Null if existing deliveries have become due. */
  readonly count: number | null;
}

export interface FeedHealth {
  readonly home: 'process' | 'redis';
  readonly connected: boolean;
}

/**
 * Passes committed transitions from the process that made them to all processes with subscribers. Also notifies senders
 * of due deliveries, and subscribers of changed bulk operations. PostgreSQL is the source of truth: the outbox contains
 * everything that was not announced yet.
 *
 * There are two backends with the same contract: `openProcessFeed` for a single process, and `openRedisFeed` for any
 * number.
 */
export interface Feed extends AsyncDisposable {
  /**
   * Announces transitions of any tenants. The feed contains each version of a delivery once and in ascending order: it
   * ignores known versions, and refuses versions that do not follow the last known one (see `AppendOptions`).
   * Announcing a transition twice has no effect.
   *
   * @returns the transitions that were refused. Announce them again after the earlier ones. Rejects with
   *   UnavailableError if the feed is unavailable; some of the transitions may have been announced.
   */
  publish(transitions: readonly Transition[], options?: AppendOptions): Promise<readonly Transition[]>;

  /**
   * Subscribes to the transitions of one tenant. Everything that is published after this has resolved is received. The
   * versions of a delivery arrive in ascending order and once each. If the feed loses its log, for example because
   * Redis restarted, the iteration ends with CursorExpiredError. Transitions may then be missing: read the deliveries
   * and subscribe again.
   *
   * @throws BadUserInputError (`after`) for an invalid cursor; CursorExpiredError if the transitions after the cursor
   *   are no longer kept; UnavailableError if the feed is unavailable.
   */
  subscribe(tenantId: string, options: SubscribeOptions): Promise<FeedItems>;

  /**
   * Returns a cursor for the current end of the tenant's feed. To miss nothing, get it, list deliveries, then subscribe
   * after it.
   *
   * @throws UnavailableError
   */
  cursor(tenantId: string): Promise<string>;

  /**
   * Notifies every sender that endpoints have due deliveries. It never fails, because senders also poll the database.
   */
  notifySenders(notifications: readonly DueNotification[]): void;

  /** Calls `listener` with the notifications of every process, including this one. */
  onNotification(listener: (notifications: readonly DueNotification[]) => void): Disposable;

  /**
   * Notifies every process that these bulk operations have changed. It never fails, because listeners also poll the
   * database.
   */
  notifyBulkOperations(operationIds: readonly string[]): void;

  /** Calls `listener` with the changed bulk operations of every process, including this one. */
  onBulkOperations(listener: (operationIds: readonly string[]) => void): Disposable;

  health(): FeedHealth;
}

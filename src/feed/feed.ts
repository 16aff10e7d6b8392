import type { Transition } from '../delivery.ts';
import type { AppendOptions } from './feed-log.ts';

/** One transition on its way to a subscriber. */
export interface FeedItem {
  /** Pass to `subscribe({ after })` to go on right behind this item. Opaque: an epoch and a position. */
  readonly cursor: string;
  /** Ascends within an epoch; equal for equal items, whoever reads them. */
  readonly position: number;
  readonly transition: Transition;
  /** Transitions just before this one that the log no longer had when this subscriber came to them. */
  readonly skipped: number;
}

/** The items of one subscriber. They are read at the subscriber's own pace: nothing is dropped because it is slow. */
export interface FeedItems extends AsyncIterableIterator<FeedItem> {
  /** The epoch of every item. */
  readonly epoch: string;
  /** The position of the last item that was read; where the subscription began until then. */
  readonly position: number;
  /** The next items, as far as they can be read without waiting, at most `limit`. Not while a `next()` is pending. */
  takeReady(limit: number): FeedItem[];
  return(): Promise<IteratorResult<FeedItem>>;
}

export interface SubscribeOptions {
  /** Begin right behind this cursor. Default: now. */
  readonly after?: string | undefined;
  /** Count what `after` lies before and is no longer kept in `skipped`, instead of throwing. Default: false. */
  readonly mayBeLost?: boolean | undefined;
  /** Aborting ends the iteration without an error and frees what it held. */
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
 * The feed carries committed transitions from the process that made them to every process that has subscribers, and
 * notifications to the senders and to those who follow bulk operations. It is a hint: PostgreSQL is the truth, and what was
 * not announced is found in the outbox.
 *
 * Two homes keep the same promises: `openProcessFeed` (one process) and `openRedisFeed` (any number).
 */
export interface Feed extends AsyncDisposable {
  /**
   * Announces transitions of any tenants. The feed keeps each version of a delivery once and in ascending order: it drops
   * what it has, and refuses what does not follow the last version that it has (see `AppendOptions`). Announcing twice is
   * harmless.
   *
   * @returns the transitions that were refused: announce them again once those before them are announced. Rejects with
   * UnavailableError if the feed cannot be reached; what it took by then is not known.
   */
  publish(transitions: readonly Transition[], options?: AppendOptions): Promise<readonly Transition[]>;

  /**
   * The transitions of one tenant. Resolves once the subscription stands: whatever is published afterwards is seen. The
   * versions of a delivery come in ascending order and once each. If the feed has lost what it held (Redis restarted
   * empty, flushed, failed over), the iteration ends with CursorExpiredError: what happened at that moment may be
   * missing, so read the truth and subscribe anew.
   *
   * @throws BadUserInputError (`after`) for a cursor that is not one of ours; CursorExpiredError for one that lies
   * before what is kept, or belongs to a feed that was lost; UnavailableError if the feed cannot be reached.
   */
  subscribe(tenantId: string, options: SubscribeOptions): Promise<FeedItems>;

  /** "Now" in the tenant's feed: take it, list, then subscribe after it. @throws UnavailableError */
  cursor(tenantId: string): Promise<string>;

  /** Notifies every sender that endpoints have deliveries that are due. It never fails: polling finds what gets lost. */
  notifySenders(notifications: readonly DueNotification[]): void;

  /** Calls `listener` with the notifications of every process, this one included. */
  onNotification(listener: (notifications: readonly DueNotification[]) => void): Disposable;

  /**
   * Tells every process that these bulk operations have changed: read them again. As with `notifySenders`, it never rejects, and
   * polling is the truth behind it.
   */
  touchOperations(operationIds: readonly string[]): void;

  /** Calls `listener` for each change of bulk operations that is told, from any process, this one included. */
  onOperations(listener: (operationIds: readonly string[]) => void): Disposable;

  health(): FeedHealth;
}

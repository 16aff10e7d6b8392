import type { Transition } from './transition.ts';

/** One transition on its way to a subscriber. */
export interface FeedItem {
  /** Pass to `subscribe({ after })` to go on right behind this item. Opaque: an epoch and a position. */
  readonly cursor: string;
  readonly transition: Transition;
  /** Transitions that this subscriber misses, just before this one: it was too slow, or nobody announced them. */
  readonly skipped: number;
}

/** The items of one subscriber. */
export interface FeedItems extends AsyncIterableIterator<FeedItem> {
  /**
   * Whether everything that is still to come is what every other live subscriber of the tenant gets too: the very same
   * transition objects, in the same order. It takes about 10 s of a busy feed to get there from a cursor.
   */
  readonly isLive: boolean;
}

export interface SubscribeOptions {
  /** Begin right behind this cursor. Default: now. */
  readonly after?: string | undefined;
  /** Aborting ends the iteration without an error and frees what it held. */
  readonly signal: AbortSignal;
}

export interface FeedHealth {
  readonly home: 'process' | 'redis';
  readonly connected: boolean;
}

/**
 * The feed carries committed transitions from the process that made them to every process that has subscribers, and
 * wake-ups to the senders and to those who follow bulk operations. It is a hint: PostgreSQL is the truth, and what was
 * not announced is found in the outbox.
 *
 * Two homes keep the same promises: `openProcessFeed` (one process) and `openRedisFeed` (any number).
 */
export interface Feed extends AsyncDisposable {
  /**
   * Announces transitions of any tenants, in one message per tenant. Resolves once the feed has taken all of them;
   * rejects where it could not (the caller's outbox row then stays, and they are announced again). Announcing twice is
   * harmless: subscribers drop versions they have seen.
   */
  publish(transitions: readonly Transition[]): Promise<void>;

  /**
   * The transitions of one tenant. Resolves once the subscription stands, so that whatever is published afterwards is
   * seen. Per delivery, versions come in ascending order and once each; one that is missing in between is counted in
   * `skipped`. Where the feed has lost what it held (Redis restarted empty, flushed, failed over), the iteration ends
   * with CursorExpiredError: what happened at that moment may be missing, so read the truth and subscribe anew.
   *
   * @throws BadUserInputError (`after`) for a cursor that is not one of ours; CursorExpiredError for one that lies
   * before what is kept (at least 5 minutes and 100,000 transitions), or belongs to a feed that was lost;
   * UnavailableError where the feed cannot be reached.
   */
  subscribe(tenantId: string, options: SubscribeOptions): Promise<FeedItems>;

  /** "Now" in the tenant's feed: take it, list, then subscribe after it. @throws UnavailableError */
  cursor(tenantId: string): Promise<string>;

  /** Tells every sender that these endpoints have deliveries that are due. Never rejects: polling is the truth behind it. */
  wake(endpointIds: readonly string[]): void;

  /** Calls `listener` for each wake-up, from any process, this one included. */
  onWake(listener: (endpointIds: readonly string[]) => void): Disposable;

  /**
   * Tells every process that these bulk operations have changed: read them again. As with `wake`, it never rejects, and
   * polling is the truth behind it.
   */
  touchOperations(operationIds: readonly string[]): void;

  /** Calls `listener` for each change of bulk operations that is told, from any process, this one included. */
  onOperations(listener: (operationIds: readonly string[]) => void): Disposable;

  health(): FeedHealth;
}

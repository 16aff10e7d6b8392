import type { DomainContext } from '../domain/context.ts';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { AnswerBudget } from './answer-budget.ts';
import type { Loaders } from './loaders.ts';

/** The arguments of `deliveryUpdated`, checked; but for `after`, which the feed checks. */
export interface WantedUpdates {
  readonly filter: CheckedFilter;
  readonly after: string | undefined;
}

/** What every resolver gets: who acts, what the verbs work with, and the batch loaders. One for each operation. */
export interface GraphqlContext extends DomainContext {
  /** The byte budget of the running operation or subscription update. `execution.ts` sets it. */
  budget?: AnswerBudget | undefined;
  /** Replaced before each mutation field by `fresh-loaders-plugin.ts`, and before the updates of a subscription. */
  loaders: Loaders;
  /**
   * Aborts when the client is gone, its key is revoked or expired, or the server closes: ends a subscription. Made by the
   * first call, so that a query need not pay for it.
   */
  readonly liveSignal: () => AbortSignal;
  /**
   * Aborts when the client is gone or, over a websocket, has completed the operation. Its statements in the database are
   * canceled; what was committed stays.
   */
  readonly clientSignal?: AbortSignal | undefined;
  /** The cursor that the query field `feedCursor` returns, taken before any row is read. `execution.ts` sets it. */
  feedCursor?: Promise<string> | undefined;
  /**
   * Set where the caller itself brings the updates to its many subscribers: `deliveryUpdated` then only checks that it
   * may be subscribed to, and says here to what. Its own stream stays empty.
   */
  readonly takeUpdates?: ((wanted: WantedUpdates) => void) | undefined;
  /** The cursor behind which `deliveryUpdated` begins, whatever its `after` is: a client continues a broken stream. */
  readonly resumeAfter?: string | undefined;
  /** Called with the cursor at which `deliveryUpdated` begins, then with that of each update before it is executed. */
  readonly onCursor?: ((cursor: string) => void) | undefined;
}

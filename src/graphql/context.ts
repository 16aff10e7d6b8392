import type { DomainContext } from '../domain/context.ts';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { AnswerBudget } from './answer-budget.ts';
import type { Loaders } from './loaders.ts';

/** The validated arguments of `deliveryUpdated`, except `after`, which the feed validates. */
export interface WantedUpdates {
  readonly filter: CheckedFilter;
  readonly after: string | undefined;
}

/** The context of every resolver: the actor, the services and the batch loaders. One for each operation. */
export interface GraphqlContext extends DomainContext {
  /** The byte budget of the running operation or subscription update. `execution.ts` sets it. */
  budget?: AnswerBudget | undefined;
  /** Replaced before each mutation field by `fresh-loaders-plugin.ts`, and before the updates of a subscription. */
  loaders: Loaders;
  /**
   * Aborts when the client disconnects, its key is revoked or expires, or the server closes. Ends a subscription.
   * Created by the first call, so that queries do not pay for it.
   */
  readonly liveSignal: () => AbortSignal;
  /**
   * Aborts when the client disconnects or completes the operation over a websocket. Statements that run in the database
   * are canceled. Committed changes stay.
   */
  readonly clientSignal?: AbortSignal | undefined;
  /** The cursor that the query field `feedCursor` returns, requested before any row is read. `execution.ts` sets it. */
  feedCursor?: Promise<string> | undefined;
  /**
   * Set if the caller delivers the updates to its subscribers itself. `deliveryUpdated` then only checks that the
   * subscription is allowed and passes its arguments here. Its own stream stays empty.
   */
  readonly takeUpdates?: ((wanted: WantedUpdates) => void) | undefined;
  /** The cursor after which `deliveryUpdated` starts when a client resumes a broken stream. It overrides `after`. */
  readonly resumeAfter?: string | undefined;
  /**
   * Called with the cursor at which `deliveryUpdated` starts, then with the cursor of each update before it is
   * executed.
   */
  readonly onCursor?: ((cursor: string) => void) | undefined;
}

import type { DomainContext } from '../domain/context.ts';
import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { AnswerBudget } from './answer-budget.ts';

/** The validated arguments of `deliveryUpdated`, except `after`, which the feed validates. */
export interface WantedUpdates {
  readonly filter: CheckedFilter;
  readonly after: string | undefined;
}

/** The context of every resolver: the actor and the services. One for each operation, because loaders belong to it. */
export interface GraphqlContext extends DomainContext {
  /** The byte budget of the running operation or subscription update. `execution.ts` sets it. */
  budget?: AnswerBudget | undefined;
  /**
   * Aborts when the client disconnects, its key is revoked or expires, or the server closes. Ends a subscription.
   * Created by the first call, so that queries do not pay for it.
   */
  readonly liveSignal: () => AbortSignal;
  /**
   * Aborts when the client disconnects, or completes the operation over a websocket. Running statements are then
   * canceled. Committed changes stay.
   */
  readonly clientSignal?: AbortSignal | undefined;
  /** The value of the query field `feedCursor`. `execution.ts` requests it before any row is read. */
  feedCursor?: Promise<string> | undefined;
  /**
   * Set if the caller sends the updates to its subscribers itself. The resolver of `deliveryUpdated` then only checks
   * the permission, passes its arguments to this function and returns an empty stream.
   */
  readonly takeUpdates?: ((wanted: WantedUpdates) => void) | undefined;
  /** The cursor after which `deliveryUpdated` starts when a client resumes a broken stream. It overrides `after`. */
  readonly resumeAfter?: string | undefined;
  /**
   * Called with the cursor at which `deliveryUpdated` starts, then with the cursor of each update before the
   * operation is executed for it.
   */
  readonly onCursor?: ((cursor: string) => void) | undefined;
}

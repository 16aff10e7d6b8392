import type { DomainContext } from '../domain/context.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets: who acts, what the verbs work with, and the batch loaders. One for each operation. */
export interface GraphqlContext extends DomainContext {
  /** Replaced by `renewLoaders` before each mutation and each update of a subscription: nothing stale is shown. */
  loaders: Loaders;
  /**
   * Aborts when the client is gone, its key is revoked or expired, or the server closes: ends a subscription. Made by the
   * first call, so that a query need not pay for it.
   */
  readonly liveSignal: () => AbortSignal;
}

import type { DomainContext } from '../domain/context.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets: who acts, what the verbs work with, and the batch loaders. One for each operation. */
export interface GraphqlContext extends DomainContext {
  /** Replaced by `renewLoaders` before each mutation and each update of a subscription: nothing stale is shown. */
  loaders: Loaders;
  /** Aborts when the client is gone, its key is revoked, or the server closes. Ends subscriptions. */
  readonly signal: AbortSignal;
}

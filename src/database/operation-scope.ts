import { AsyncLocalStorage } from 'node:async_hooks';
import { LivehookError, UnavailableError } from '../errors.ts';

/** The operation of a client on whose behalf the code runs, from the first resolver to the last. */
export interface OperationScope {
  readonly tenantId: string;
  /** Reads and mutations of a tenant have a share of the connections each. */
  readonly kind: 'READ' | 'WRITE';
  /**
   * Aborts when the client is gone, or told that its time is up. From then on
   * no statement of the operation starts, the one that runs is canceled, and a transaction is not committed.
   */
  readonly signal: AbortSignal;
  /** Called before each statement that may take effect although the signal aborts: a COMMIT, or a write outside a transaction. */
  readonly onLastingWrite?: (() => void) | undefined;
}

const scopes = new AsyncLocalStorage<OperationScope>();

/** Runs `run`, and whatever it starts and awaits, in this scope. */
export function runInOperation<T>(scope: OperationScope, run: () => T): T {
  return scopes.run(scope, run);
}

/** Undefined in the work of the server itself, such as that of the janitor. */
export function currentOperation(): OperationScope | undefined {
  return scopes.getStore();
}

/** What to reject with once the signal of an operation has aborted. */
export function abortReason({ reason }: AbortSignal): LivehookError {
  return reason instanceof LivehookError ? reason : new UnavailableError('The client has gone.');
}

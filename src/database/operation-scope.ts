import { AsyncLocalStorage } from 'node:async_hooks';
import { LivehookError, UnavailableError } from '../errors.ts';

/** The client's operation for which the code runs, from the first resolver to the last. */
export interface OperationScope {
  readonly tenantId: string;
  /** Reads and mutations of a tenant each have their own share of the connections. */
  readonly kind: 'READ' | 'WRITE';
  /**
   * Aborts when the client disconnects or the deadline passes. Afterwards no statement of the operation starts, the
   * running one is canceled, and a transaction is not committed.
   */
  readonly signal: AbortSignal;
  /**
   * Called before each statement that may take effect although the signal aborts: a COMMIT, or a write outside a
   * transaction.
   */
  readonly onLastingWrite?: (() => void) | undefined;
}

const scopes = new AsyncLocalStorage<OperationScope>();

/** Runs `run`, and everything that it starts and awaits, in this scope. */
export function runInOperation<T>(scope: OperationScope, run: () => T): T {
  return scopes.run(scope, run);
}

/** Undefined for work of the server itself, such as the janitor. */
export function currentOperation(): OperationScope | undefined {
  return scopes.getStore();
}

/** The error with which to reject after the signal of an operation has aborted. */
export function abortReason({ reason }: AbortSignal): LivehookError {
  return reason instanceof LivehookError ? reason : new UnavailableError('The client has gone.');
}

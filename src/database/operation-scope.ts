import { AsyncLocalStorage } from 'node:async_hooks';
import { LivehookError, UnavailableError } from '../errors.ts';

/** Describes the client's GraphQL operation for which code runs, from its first resolver to its last. */
export interface OperationScope {
  readonly tenantId: string;
  /** Whether the operation is a mutation. Reads and mutations of a tenant have separate shares of the connections. */
  readonly kind: 'READ' | 'WRITE';
  /**
   * Aborts when the client disconnects or the operation's deadline passes. From then on no statement of the operation
   * starts, the running one is canceled, and a transaction is not committed.
   */
  readonly signal: AbortSignal;
  /**
   * Called before each statement that takes effect even if the signal aborts meanwhile: a COMMIT, or a write outside a
   * transaction.
   */
  readonly onLastingWrite?: (() => void) | undefined;
}

const scopes = new AsyncLocalStorage<OperationScope>();

/** Runs `run` in this scope. `currentOperation` returns the scope in everything that `run` calls and awaits. */
export function runInOperation<T>(scope: OperationScope, run: () => T): T {
  return scopes.run(scope, run);
}

/** Returns the operation for which the code runs. Undefined for work of the server itself, such as the janitor's. */
export function currentOperation(): OperationScope | undefined {
  return scopes.getStore();
}

/** Returns the error with which work is rejected after the signal of its operation has aborted. */
export function abortReason({ reason }: AbortSignal): LivehookError {
  return reason instanceof LivehookError ? reason : new UnavailableError('The client has disconnected.');
}

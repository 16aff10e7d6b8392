import { type Client, type CombinedError, type Exchange, makeOperation, mapExchange } from 'urql';
import { messages } from './messages.ts';
import { describeError } from './outcome.ts';

/** The pause between a failed query and its repetition. */
const repeatMs = 5_000;
/** The codes of errors after which the same query can succeed later. */
const passingCodes: readonly unknown[] = ['TIMEOUT', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'];

/** Whether the same request can succeed later: the server could not be reached, or could not respond in time. */
function isPassing({ networkError, graphQLErrors }: CombinedError): boolean {
  return networkError !== undefined || graphQLErrors.some(({ extensions }) => passingCodes.includes(extensions.code));
}

/** Describes the error of a query in one or two sentences, and says if the query is repeated. */
export function describeQueryError(error: CombinedError): string {
  return isPassing(error) ? messages.retryingEvery5Seconds(describeError(error)) : describeError(error);
}

/**
 * Repeats each query that failed for a passing reason every 5 seconds, until it succeeds or no component uses it any
 * more. Sends no requests while the page is hidden.
 */
export class FailedQueries implements Disposable {
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #readClient: () => Client;

  /** @param readClient returns the client whose queries are repeated. */
  constructor(readClient: () => Client) {
    this.#readClient = readClient;
  }

  get exchange(): Exchange {
    return mapExchange({
      onResult: ({ operation, error }) => {
        clearTimeout(this.#timers.get(operation.key));
        this.#timers.delete(operation.key);
        if (operation.kind !== 'query' || !error || !isPassing(error)) return;
        const repeat = () => {
          if (document.hidden) return start();
          this.#timers.delete(operation.key);
          const context = { ...operation.context, requestPolicy: 'network-only' as const };
          // The client ignores operations that no component uses any more.
          this.#readClient().reexecuteOperation(makeOperation('query', operation, context));
        };
        const start = () => void this.#timers.set(operation.key, setTimeout(repeat, repeatMs));
        start();
      },
    });
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

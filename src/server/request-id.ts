import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const requestIds = new AsyncLocalStorage<string>();

/** Runs `handle` with a new request id. Every log line that `handle` writes contains the id. */
export function withRequestId<T>(handle: (requestId: string) => T): T {
  const requestId = randomUUID();
  return requestIds.run(requestId, () => handle(requestId));
}

/** The id of the request or socket that is being handled. Undefined outside of any. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}

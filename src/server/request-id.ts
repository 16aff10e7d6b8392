import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const requestIds = new AsyncLocalStorage<string>();

/** Runs `handle` as the request of a new id, which is in every line that is logged meanwhile. */
export function withRequestId<T>(handle: (requestId: string) => T): T {
  const requestId = randomBytes(9).toString('base64url');
  return requestIds.run(requestId, () => handle(requestId));
}

/** The id of the request (or socket) that is being handled; undefined outside of any. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}

import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '../../database/failures.ts';
import { NotFoundError, UnavailableError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { BulkOperationRow } from './bulk-operation-row.ts';
import { loadBulkOperations } from './find-bulk-operations.ts';

/** The shortest time in ms between two updates to the client. */
const intervalMs = 250;
/** The time in ms after which the operation is read again even if no change was announced. */
const pollMs = 2000;

/**
 * Yields a bulk operation in its current state, and again after each change, at most four times a second. The final
 * state is always yielded and ends the iteration. Aborting `signal` ends it without an error.
 *
 * @throws NotFoundError, BadUserInputError (`id`), ForbiddenError without DELIVERIES_READ.
 */
export async function watchBulkOperation(
  ctx: DomainContext,
  id: string,
  signal: AbortSignal,
): Promise<AsyncIterableIterator<BulkOperationRow>> {
  authorize(ctx.actor, 'bulkOperationUpdated');
  const uuid = requireId('blk', id, 'id');
  const returned = new AbortController();
  const ending = AbortSignal.any([signal, returned.signal]);
  // Listening starts before the first read, so that a change right after the read is not missed.
  const changes = openChangeSignal(ctx, uuid);
  ending.addEventListener('abort', () => changes[Symbol.dispose](), { once: true });
  const first = await read(ctx, uuid).catch(error => {
    changes[Symbol.dispose]();
    throw error;
  });
  if (!first) {
    changes[Symbol.dispose]();
    throw new NotFoundError('There is no such bulk operation.', 'id', id);
  }
  const updates = watchChanges(ctx, first, changes, ending);
  const iterator: AsyncIterableIterator<BulkOperationRow> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => updates.next(),
    // A generator's own `return` would wait for the pending `next`, which may take 2 s.
    async return() {
      returned.abort();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

interface ChangeSignal extends Disposable {
  /**
   * Resolves if a change was announced since the previous call, as soon as one is announced, or when `signal` aborts.
   */
  wait(signal: AbortSignal): Promise<void>;
}

function openChangeSignal({ services }: DomainContext, id: string): ChangeSignal {
  let isSet = false;
  let notify: () => void = () => {};
  const listening = services.feed.onBulkOperations(ids => {
    if (!ids.includes(id)) return;
    isSet = true;
    notify();
  });
  return {
    async wait(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      notify = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (!isSet && !signal.aborted) await promise;
      isSet = false;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

async function* watchChanges(
  ctx: DomainContext,
  first: BulkOperationRow,
  changes: ChangeSignal,
  ending: AbortSignal,
): AsyncGenerator<BulkOperationRow, undefined> {
  using _ = changes;
  let lastEmitted = first;
  yield lastEmitted;
  while (lastEmitted.status === 'RUNNING' && !ending.aborted) {
    await pause(intervalMs, ending);
    await changes.wait(AbortSignal.any([ending, AbortSignal.timeout(pollMs)]));
    if (ending.aborted) return;
    const current = await readIfPossible(ctx, lastEmitted);
    if (!current) return;
    if (isSame(current, lastEmitted)) continue;
    lastEmitted = current;
    yield lastEmitted;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

async function read(ctx: DomainContext, id: string): Promise<BulkOperationRow | null> {
  return (await loadBulkOperations(ctx, [id])).get(id) ?? null;
}

/**
 * Reads the operation. Returns the last emitted state while the database is unavailable, and null if it was deleted.
 */
async function readIfPossible(ctx: DomainContext, lastEmitted: BulkOperationRow): Promise<BulkOperationRow | null> {
  try {
    return await read(ctx, lastEmitted.id);
  } catch (error) {
    if (isUnavailable(error) || error instanceof UnavailableError) return lastEmitted;
    throw error;
  }
}

function isSame(a: BulkOperationRow, b: BulkOperationRow): boolean {
  const fields = ['status', 'total', 'done', 'failed', 'skipped'] as const;
  return fields.every(field => a[field] === b[field]);
}

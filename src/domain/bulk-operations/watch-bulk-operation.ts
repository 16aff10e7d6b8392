import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '../../database/failures.ts';
import { NotFoundError, UnavailableError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import type { BulkOperationRow } from './bulk-operation-row.ts';
import { loadBulkOperations } from './find-bulk-operations.ts';

/** Progress is told at most this often. */
const intervalMs = 250;
/** It is read this often at least, also where no process tells of a change. */
const pollMs = 2000;

/**
 * A bulk operation as it is now, and then each time it has changed, at most four times a second. The last value is its
 * final state, which is never left out; then the iteration ends. Aborting ends it without an error.
 *
 * @throws NotFoundError, BadUserInputError (`id`), ForbiddenError without DELIVERIES_READ.
 */
export async function watchBulkOperation(
  ctx: DomainContext,
  id: string,
  signal: AbortSignal,
): Promise<AsyncIterableIterator<BulkOperationRow>> {
  requirePermission(ctx.actor, 'DELIVERIES_READ');
  const uuid = requireId('blk', id, 'id');
  const returned = new AbortController();
  const ending = AbortSignal.any([signal, returned.signal]);
  // Listening comes first: what changes after the first read is heard.
  const bell = openBell(ctx, uuid);
  ending.addEventListener('abort', () => bell[Symbol.dispose](), { once: true });
  const first = await read(ctx, uuid).catch(error => {
    bell[Symbol.dispose]();
    throw error;
  });
  if (!first) {
    bell[Symbol.dispose]();
    throw new NotFoundError('There is no such bulk operation.', 'id', id);
  }
  const updates = follow(ctx, first, bell, ending);
  const iterator: AsyncIterableIterator<BulkOperationRow> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => updates.next(),
    // Not the generator's own, which would queue behind a `next` that waits.
    async return() {
      returned.abort();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

interface Bell extends Disposable {
  /** Resolves once the operation was told to have changed since the last call, or `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

function openBell({ services }: DomainContext, id: string): Bell {
  let isRung = false;
  let wake: () => void = () => {};
  const listening = services.feed.onOperations(ids => {
    if (!ids.includes(id)) return;
    isRung = true;
    wake();
  });
  return {
    async wait(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (!isRung && !signal.aborted) await promise;
      isRung = false;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

async function* follow(
  ctx: DomainContext,
  first: BulkOperationRow,
  bell: Bell,
  ending: AbortSignal,
): AsyncGenerator<BulkOperationRow, undefined> {
  using _ = bell;
  let told = first;
  yield told;
  while (told.status === 'RUNNING' && !ending.aborted) {
    await pause(intervalMs, ending);
    await bell.wait(AbortSignal.any([ending, AbortSignal.timeout(pollMs)]));
    if (ending.aborted) return;
    const current = await readIfPossible(ctx, told);
    if (!current) return;
    if (isSame(current, told)) continue;
    told = current;
    yield told;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

async function read(ctx: DomainContext, id: string): Promise<BulkOperationRow | null> {
  return (await loadBulkOperations(ctx, [id])).get(id) ?? null;
}

/** While the database is away the operation is taken to be as it was. */
async function readIfPossible(ctx: DomainContext, told: BulkOperationRow): Promise<BulkOperationRow | null> {
  try {
    return await read(ctx, told.id);
  } catch (error) {
    if (isUnavailable(error) || error instanceof UnavailableError) return told;
    throw error;
  }
}

function isSame(a: BulkOperationRow, b: BulkOperationRow): boolean {
  const fields = ['status', 'total', 'done', 'failed', 'skipped'] as const;
  return fields.every(field => a[field] === b[field]);
}

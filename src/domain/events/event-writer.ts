import type { Pool } from 'pg';
import { isUnavailable } from '../../database/failures.ts';
import { abortReason, currentOperation, runInOperation } from '../../database/operation-scope.ts';
import { TimeoutError, UnavailableError } from '../../errors.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import type { Services } from '../context.ts';
import { insertEvents, type NewEvent } from './insert-events.ts';

/** Writes events with their deliveries, announces them and notifies the senders. */
export interface EventWriter {
  /**
   * Writes all of these events or none, and resolves once they are committed. Calls of one tenant that arrive while a
   * commit is running are written together by the next one. A call whose operation is aborted while it waits is not
   * written.
   *
   * @returns false if the tenant's routing has changed meanwhile, and nothing was written.
   * @throws UnavailableError if too many events wait already, or the database does not respond.
   */
  write(tenantId: string, routingRevision: number, events: readonly NewEvent[]): Promise<boolean>;
}

/** An amount of events: their number, and the total bytes of their payloads. */
interface Amount {
  readonly events: number;
  readonly bytes: number;
}

interface PendingWrite {
  readonly events: readonly NewEvent[];
  readonly amount: Amount;
  /** The abort signal of the publishing operation. Null for the server's own events. */
  readonly signal: AbortSignal | null;
  /** Called right before the write can no longer be undone (see `OperationScope`). */
  readonly onLastingWrite: (() => void) | undefined;
  resolve(isWritten: boolean): void;
  reject(error: unknown): void;
}

/**
 * The waiting writes of one tenant and routing revision, which the next commit writes together. Each queue has one
 * commit in progress at a time.
 */
interface CommitQueue {
  readonly tenantId: string;
  readonly routingRevision: number;
  readonly waiting: Set<PendingWrite>;
}

const maxPerCommit: Amount = { events: 1_000, bytes: 8 * 2 ** 20 };
const maxPerTenant: Amount = { events: 10_000, bytes: 32 * 2 ** 20 };
const maxOfAll: Amount = { events: 20_000, bytes: 64 * 2 ** 20 };
const nothing: Amount = { events: 0, bytes: 0 };

export function createEventWriter(
  options: Pick<Services, 'announcer' | 'feed'> & { readonly pool: Pool },
): EventWriter {
  const { pool } = options;
  const queues = new Map<string, CommitQueue>();
  /** The waiting and running writes of each tenant, which count towards the limits. */
  const unwritten = new Map<string, Amount>();
  let unwrittenOfAll = nothing;

  async function commit(queue: CommitQueue, writes: readonly PendingWrite[]): Promise<void> {
    const { tenantId, routingRevision } = queue;
    const events = writes.flatMap(write => write.events);
    using ending = abortWithAny(writes);
    const onLastingWrite = () => {
      for (const write of writes) write.onLastingWrite?.();
    };
    const scope = { tenantId, kind: 'WRITE', signal: ending.signal, onLastingWrite } as const;
    try {
      const announcement = await runInOperation(scope, () => insertEvents(pool, tenantId, routingRevision, events));
      if (announcement) announceCreated(options, announcement);
      for (const write of writes) write.resolve(announcement !== null);
    } catch (error) {
      const lasting = writes.filter(({ signal }) => !isTimedOut(signal));
      for (const write of writes) if (isTimedOut(write.signal)) write.reject(error);
      const isAway = isUnavailable(error) && !ending.signal.aborted;
      if (isAway) rejectAll(error, queue, lasting);
      else if (ending.signal.aborted && lasting.length > 0) await commit(queue, lasting);
      // The writes are tried one by one, so that the database's error for one of them does not fail the others.
      else if (writes.length > 1) for (const write of lasting) await commit(queue, [write]);
      else for (const write of lasting) write.reject(error);
    }
  }

  /**
   * Rejects all waiting writes while the database is unreachable, because each would otherwise wait for its own
   * timeout.
   */
  function rejectAll(error: unknown, { waiting }: CommitQueue, writes: readonly PendingWrite[]): void {
    for (const write of [...writes, ...waiting]) write.reject(error);
    waiting.clear();
  }

  async function run(key: string, queue: CommitQueue): Promise<void> {
    while (queue.waiting.size > 0) await commit(queue, removeWrites(queue.waiting));
    queues.delete(key);
  }

  /** Counts the amount towards the limits until the write is settled. Returns false if a limit would be exceeded. */
  function count(tenantId: string, amount: Amount, settled: Promise<unknown>): boolean {
    const own = unwritten.get(tenantId) ?? nothing;
    const isOnly = unwrittenOfAll.events === 0;
    if (!isOnly && !(fits(add(own, amount), maxPerTenant) && fits(add(unwrittenOfAll, amount), maxOfAll))) return false;
    unwritten.set(tenantId, add(own, amount));
    unwrittenOfAll = add(unwrittenOfAll, amount);
    const subtract = () => {
      const rest = add(unwritten.get(tenantId) ?? nothing, amount, -1);
      if (rest.events > 0) unwritten.set(tenantId, rest);
      else unwritten.delete(tenantId);
      unwrittenOfAll = add(unwrittenOfAll, amount, -1);
    };
    settled.then(subtract, subtract);
    return true;
  }

  return {
    write(tenantId, routingRevision, events) {
      const { signal = null, onLastingWrite } = currentOperation() ?? {};
      if (signal?.aborted) return Promise.reject(abortReason(signal));
      if (events.length === 0) return Promise.resolve(true);
      const { promise, write, rejectOnAbort } = createWrite(events, signal, onLastingWrite);
      if (!count(tenantId, write.amount, promise)) {
        return Promise.reject(new UnavailableError('Too many events wait to be written: try again later.'));
      }
      const key = `${tenantId}/${routingRevision}`;
      const known = queues.get(key);
      const queue = known ?? { tenantId, routingRevision, waiting: new Set() };
      rejectOnAbort(() => queue.waiting.delete(write));
      queue.waiting.add(write);
      if (!known) {
        queues.set(key, queue);
        void run(key, queue);
      }
      return promise;
    },
  };
}

function createWrite(
  events: readonly NewEvent[],
  signal: AbortSignal | null,
  onLastingWrite: PendingWrite['onLastingWrite'],
) {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const bytes = events.reduce((sum, event) => sum + event.payload.length, 0);
  const amount = { events: events.length, bytes };
  const write: PendingWrite = { events, amount, signal, onLastingWrite, resolve, reject };
  return {
    promise,
    write,
    /**
     * Rejects the write if its operation is aborted while it waits. `removeIfWaiting` returns false if the write has
     * started.
     */
    rejectOnAbort(removeIfWaiting: () => boolean): void {
      if (!signal) return;
      const abort = () => {
        if (removeIfWaiting()) reject(abortReason(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      const removeListener = () => signal.removeEventListener('abort', abort);
      promise.then(removeListener, removeListener);
    },
  };
}

/** Removes as many writes as fit into one commit, at least one, and returns them. */
function removeWrites(waiting: Set<PendingWrite>): PendingWrite[] {
  const removed: PendingWrite[] = [];
  let amount = nothing;
  for (const write of waiting) {
    amount = add(amount, write.amount);
    if (removed.length > 0 && !fits(amount, maxPerCommit)) break;
    removed.push(write);
    waiting.delete(write);
  }
  return removed;
}

/**
 * Whether the operation timed out, so that the client was told that publishing failed. A client that disconnected was
 * told nothing.
 */
function isTimedOut(signal: AbortSignal | null): boolean {
  return signal?.reason instanceof TimeoutError;
}

/**
 * Returns a signal that aborts the commit when one of its writes times out, because an event whose publishing was
 * reported as failed must not be written.
 */
function abortWithAny(writes: readonly PendingWrite[]): Disposable & { readonly signal: AbortSignal } {
  const ending = new AbortController();
  const abort = () => {
    const late = writes.find(write => isTimedOut(write.signal));
    if (late?.signal) ending.abort(late.signal.reason);
  };
  for (const { signal } of writes) signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: ending.signal,
    [Symbol.dispose]() {
      for (const { signal } of writes) signal?.removeEventListener('abort', abort);
    },
  };
}

function fits(amount: Amount, bounds: Amount): boolean {
  return amount.events <= bounds.events && amount.bytes <= bounds.bytes;
}

function add(amount: Amount, other: Amount, sign = 1): Amount {
  return { events: amount.events + sign * other.events, bytes: amount.bytes + sign * other.bytes };
}

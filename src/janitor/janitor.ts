import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { dropPartitionsBefore, listPartitions } from '../database/partitions.ts';
import type { Services } from '../domain/context.ts';
import { settleExpiredLeases, startSweep } from '../domain/delivery-state/index.ts';
import { endOrphans } from '../domain/endpoints/end-orphans.ts';
import { evaluateEndpointHealth } from '../domain/endpoints/evaluate-endpoint-health.ts';
import { publishInbox } from '../domain/events/publish-inbox.ts';
import { FailedRows, isAway, reportLoopErrors } from '../domain/failed-rows.ts';
import { publishOperationalEvents } from '../domain/operational-events/publish-operational-events.ts';
import { forgetTallies, sumTallies } from '../domain/statistics/sum-tallies.ts';
import { openBulkRunner } from './bulk-runner.ts';
import { expireDeliveries } from './expire-deliveries.ts';
import { forgetAccess } from './forget-access.ts';
import { forgetBulkOperations } from './forget-bulk-operations.ts';
import { forgetEventTypes } from './forget-event-types.ts';
import { forgetIdempotencyKeys } from './forget-idempotency-keys.ts';
import { makePartitions, readOldestLive } from './make-partitions.ts';
import { removeDeletedTenants } from './remove-deleted-tenants.ts';
import { type InboxBacklog, watchInbox } from './watch-inbox.ts';
import { watchSnapshots } from './watch-snapshots.ts';

export interface JanitorOptions {
  readonly services: Services;
  /** 0 keeps everything indefinitely. */
  readonly retentionDays: number;
  /** Called each minute with the age of the oldest database snapshot in seconds. Default: not called. */
  readonly onOldestSnapshot?: (seconds: number) => void;
  /** Called every 10 seconds. Default: not called. */
  readonly onInboxBacklog?: (backlog: InboxBacklog) => void;
}

export interface Janitor extends AsyncDisposable {
  /** Whether a task has succeeded within the last 30 s. */
  isTurning(): boolean;
}

interface Task {
  readonly name: string;
  readonly intervalMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

const dayMs = 86_400_000;
const turningMs = 30_000;
/** The longest wait between two attempts of a failing task, unless its interval is longer. */
const maxRetryMs = 60_000;

/**
 * Runs the background tasks: bulk operations, creating and dropping partitions, expired leases and queues without a
 * sender, and deleting old rows. Any number of janitors may run: every task can safely run twice, and be killed.
 */
export function openJanitor({
  services,
  retentionDays,
  onOldestSnapshot = () => {},
  onInboxBacklog = () => {},
}: JanitorOptions): Janitor {
  const { pool, clock, log } = services;
  const stopping = new AbortController();
  // Each task waits on it. Node 20 takes more than ten listeners for a leak.
  setMaxListeners(0, stopping.signal);
  const sweep = startSweep();
  const failedInbox = new FailedRows('event_inbox', log);
  const failedOperationalEvents = new FailedRows('operational_event', log);
  const report = reportLoopErrors(log);
  let lastTurnMs = Number.NEGATIVE_INFINITY;

  const tasks: Task[] = [
    { name: 'leases', intervalMs: 5000, run: () => settleExpiredLeases(services, sweep) },
    { name: 'orphans', intervalMs: 5000, run: () => endOrphans(services) },
    { name: 'tallies', intervalMs: 2000, run: signal => sumTallies(pool, signal) },
    { name: 'endpoint health', intervalMs: 2000, run: () => evaluateEndpointHealth(services) },
    { name: 'event inbox', intervalMs: 500, run: () => publishInbox(services, failedInbox) },
    { name: 'inbox backlog', intervalMs: 10_000, run: () => watchInbox({ pool, log, record: onInboxBacklog }) },
    {
      name: 'operational events',
      intervalMs: 1000,
      run: () => publishOperationalEvents(services, failedOperationalEvents),
    },
    { name: 'deleted tenants', intervalMs: 5000, run: signal => removeDeletedTenants(services, signal) },
    { name: 'partitions', intervalMs: 3_600_000, run: () => makePartitions(services) },
    { name: 'idempotency keys', intervalMs: 600_000, run: () => forgetIdempotencyKeys(pool) },
    {
      name: 'snapshots',
      intervalMs: 60_000,
      run: () => watchSnapshots({ pool, log, record: onOldestSnapshot }),
    },
    { name: 'audit log', intervalMs: 3_600_000, run: () => forgetAccess(services) },
    { name: 'retention', intervalMs: 3_600_000, run: signal => retain(signal) },
  ];

  async function retain(signal: AbortSignal): Promise<void> {
    if (retentionDays === 0) return;
    const keptFromMs = clock.now() - retentionDays * dayMs;
    const beforeMs = await expireDeliveries(services, keptFromMs);
    await dropPartitionsBefore(pool, { beforeMs, log, signal });
    const kept = (await listPartitions(pool)).find(({ table }) => table === 'delivery_history');
    if (kept) await forgetTallies(pool, kept.fromMs);
    // A delivery that was retried meanwhile must find its partition when it ends.
    await makePartitions(services, await readOldestLive(pool));
    await forgetBulkOperations(pool, keptFromMs);
    await forgetEventTypes(pool, keptFromMs);
  }

  async function repeat(task: Task): Promise<void> {
    let waitMs = task.intervalMs;
    while (!stopping.signal.aborted) {
      try {
        await task.run(stopping.signal);
        lastTurnMs = performance.now();
        waitMs = task.intervalMs;
      } catch (error) {
        if (!stopping.signal.aborted) report(`the janitor's task "${task.name}"`, error);
        // A database that is reachable again is used at once. A permanent error is retried less and less often.
        waitMs = isAway(error) ? task.intervalMs : Math.max(task.intervalMs, Math.min(2 * waitMs, maxRetryMs));
      }
      // Randomized, so that janitors that started together do not stay together.
      await delay(waitMs * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const loops = tasks.map(repeat);
  const bulkRunner = openBulkRunner(services);

  return {
    isTurning: () => performance.now() - lastTurnMs < turningMs,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all([...loops, bulkRunner[Symbol.asyncDispose]()]);
    },
  };
}

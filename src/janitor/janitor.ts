import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { dropPartitionsBefore, listPartitions } from '../database/partitions.ts';
import type { Services } from '../domain/context.ts';
import { settleExpiredLeases, startSweep } from '../domain/delivery-state/index.ts';
import { endDeliveriesOfDeletedEndpoints } from '../domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { evaluateEndpointHealth } from '../domain/endpoints/evaluate-endpoint-health.ts';
import { publishInbox } from '../domain/events/publish-inbox.ts';
import { FailedRows, isDatabaseAway, reportLoopErrors } from '../domain/failed-rows.ts';
import { publishOperationalEvents } from '../domain/operational-events/publish-operational-events.ts';
import { deleteOldCounts, sumTallies } from '../domain/statistics/sum-tallies.ts';
import { openBulkRunner } from './bulk-runner.ts';
import { createPartitions, readOldestLive } from './create-partitions.ts';
import { deleteExpiredAccess } from './delete-expired-access.ts';
import { deleteOldBulkOperations } from './delete-old-bulk-operations.ts';
import { deleteOldIdempotencyKeys } from './delete-old-idempotency-keys.ts';
import { deleteUnusedEventTypes } from './delete-unused-event-types.ts';
import { expireDeliveries } from './expire-deliveries.ts';
import { removeDeletedTenants } from './remove-deleted-tenants.ts';
import { type InboxBacklog, watchInbox } from './watch-inbox.ts';
import { watchSnapshots } from './watch-snapshots.ts';

export interface JanitorOptions {
  readonly services: Services;
  /** The number of days for which events and deliveries are kept. 0 keeps them forever. */
  readonly retentionDays: number;
  /** Called each minute with the age of the oldest database snapshot in seconds. Default: not called. */
  readonly onOldestSnapshot?: (seconds: number) => void;
  /** Called every 10 seconds with the events that wait in the inbox. Default: not called. */
  readonly onInboxBacklog?: (backlog: InboxBacklog) => void;
}

export interface Janitor extends AsyncDisposable {
  /** Whether any task has succeeded within the last 30 s. */
  isRunning(): boolean;
}

interface Task {
  readonly name: string;
  readonly intervalMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

const dayMs = 86_400_000;
const runningMs = 30_000;
/** The longest wait before a failed task runs again, unless the task's own interval is longer. */
const maxRetryMs = 60_000;

/**
 * Runs the background tasks: bulk operations, creating and dropping partitions, expired leases, queues without a
 * sender, and deleting old rows. Any number of janitors may run at once, because every task may run twice or be killed
 * at any point.
 */
export function openJanitor({
  services,
  retentionDays,
  onOldestSnapshot = () => {},
  onInboxBacklog = () => {},
}: JanitorOptions): Janitor {
  const { pool, clock, log } = services;
  const stopping = new AbortController();
  // Every task adds a listener to this signal. Without this call, Node.js warns of a leak above ten listeners.
  setMaxListeners(0, stopping.signal);
  const sweep = startSweep();
  const failedInbox = new FailedRows('event_inbox', log);
  const failedOperationalEvents = new FailedRows('operational_event', log);
  const report = reportLoopErrors(log);
  let lastSuccessMs = Number.NEGATIVE_INFINITY;

  const tasks: Task[] = [
    { name: 'leases', intervalMs: 5000, run: () => settleExpiredLeases(services, sweep) },
    { name: 'deliveries of deleted endpoints', intervalMs: 5000, run: () => endDeliveriesOfDeletedEndpoints(services) },
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
    { name: 'partitions', intervalMs: 3_600_000, run: () => createPartitions(services) },
    { name: 'idempotency keys', intervalMs: 600_000, run: () => deleteOldIdempotencyKeys(pool) },
    {
      name: 'snapshots',
      intervalMs: 60_000,
      run: () => watchSnapshots({ pool, log, record: onOldestSnapshot }),
    },
    { name: 'audit log', intervalMs: 3_600_000, run: () => deleteExpiredAccess(services) },
    { name: 'retention', intervalMs: 3_600_000, run: signal => retain(signal) },
  ];

  async function retain(signal: AbortSignal): Promise<void> {
    if (retentionDays === 0) return;
    const keptFromMs = clock.now() - retentionDays * dayMs;
    const beforeMs = await expireDeliveries(services, keptFromMs);
    await dropPartitionsBefore(pool, { beforeMs, log, signal });
    const kept = (await listPartitions(pool)).find(({ table }) => table === 'delivery_history');
    if (kept) await deleteOldCounts(pool, kept.fromMs);
    // A delivery that was retried during this run needs the partition of its week when it ends, so that partition is
    // created again.
    await createPartitions(services, await readOldestLive(pool));
    await deleteOldBulkOperations(pool, keptFromMs);
    await deleteUnusedEventTypes(pool, keptFromMs);
  }

  async function repeat(task: Task): Promise<void> {
    let waitMs = task.intervalMs;
    while (!stopping.signal.aborted) {
      try {
        await task.run(stopping.signal);
        lastSuccessMs = performance.now();
        waitMs = task.intervalMs;
      } catch (error) {
        if (!stopping.signal.aborted) report(`the janitor's task "${task.name}"`, error);
        // An unreachable database is tried again after the normal interval. Any other error doubles the wait each time.
        waitMs = isDatabaseAway(error) ? task.intervalMs : Math.max(task.intervalMs, Math.min(2 * waitMs, maxRetryMs));
      }
      // The wait is random within 25%, so that janitors that started together do not run the same task at the same
      // time.
      await delay(waitMs * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const loops = tasks.map(repeat);
  const bulkRunner = openBulkRunner(services);

  return {
    isRunning: () => performance.now() - lastSuccessMs < runningMs,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all([...loops, bulkRunner[Symbol.asyncDispose]()]);
    },
  };
}

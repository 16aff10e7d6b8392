import { setTimeout as delay } from 'node:timers/promises';
import { dropPartitionsBefore } from '../src/database/partitions.ts';
import { createLogger } from '../src/log.ts';
import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, percentile, spread } from './fixtures/figures.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { insertOldAttempts } from './fixtures/old-attempts.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { openPublisher, type Publisher } from './fixtures/publisher.ts';
import { runSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

interface Half {
  readonly seconds: number;
  /** The 99th percentile of the latency of list queries before the deletion, and (next field) during it. */
  readonly idleP99Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

const list = `{ deliveries(first: 20) { nodes { id status eventType attempts { number durationMs } } } }`;
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

/**
 * Compares how retention removes a partition of attempts (DETACH CONCURRENTLY and DROP, as the janitor does) with
 * batched DELETE of the same rows. Also measures list queries of live deliveries through the server meanwhile.
 */
export async function benchRetention({ quick, pairs, attempts }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const log = createLogger('warn');
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const deliveries = quick ? 1_000 : 20_000;
  const endpointIds = await insertEndpoints(database, { url: sink.url, count: 10 });
  await insertBacklog(database, endpointIds, deliveries, payload);
  await runSender(database, deliveries);
  const livehook = cleanup.use(await startLivehook(database));
  const client = cleanup.use(openPublisher(livehook, 1));

  const windowMs = quick ? 1000 : 3000;
  await queryFor(client, delay(windowMs));
  const taken: { drop: Half; erase: Half }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const { untilMs } = await insertOldAttempts(database, attempts);
    const drop = await measure(client, windowMs, async () => {
      const dropped = await dropPartitionsBefore(database.pool, { beforeMs: untilMs, log });
      if (dropped.length !== 3) throw new Error(`dropped ${dropped.length} partitions instead of 3`);
    });
    const old = await insertOldAttempts(database, attempts);
    const erase = await measure(client, windowMs, old.deleteInBatches);
    await dropPartitionsBefore(database.pool, { beforeMs: old.untilMs, log });
    taken.push({ drop, erase });
  }
  const row = (name: string, half: 'drop' | 'erase', faster: string) => [
    name,
    median(
      taken.map(pair => pair[half].seconds * 1000),
      1,
    ),
    faster,
    median(
      taken.map(pair => pair[half].idleP99Ms),
      1,
    ),
    median(
      taken.map(pair => pair[half].p99Ms),
      1,
    ),
    spread(taken.map(pair => pair[half].p99Ms / pair[half].idleP99Ms)),
    median(
      taken.map(pair => pair[half].worstMs),
      1,
    ),
  ];
  const faster = spread(
    taken.map(({ drop, erase }) => erase.seconds / drop.seconds),
    0,
  );
  printTable(
    `retention: a partition of ${attempts} attempts goes; list queries through the server meanwhile (medians of ${pairs})`,
    ['by', 'ms', 'times faster', 'p99 before, ms', 'p99 meanwhile', 'p99 ratio', 'worst'],
    [row('DETACH and DROP', 'drop', faster), row('DELETE in batches', 'erase', '')],
  );
}

/** Measures list queries for `windowMs` before `work`, and then until `work` ends, for at least as long. */
async function measure(client: Publisher, windowMs: number, work: () => Promise<void>): Promise<Half> {
  const idle = await queryFor(client, delay(windowMs));
  const startedMs = performance.now();
  const working = work().then(() => (performance.now() - startedMs) / 1000);
  const meanwhile = await queryFor(client, Promise.all([working, delay(windowMs)]));
  return {
    seconds: await working,
    idleP99Ms: percentile(idle, 0.99),
    p99Ms: percentile(meanwhile, 0.99),
    worstMs: percentile(meanwhile, 1),
  };
}

/** Runs one query after another until `end`. @returns their durations in milliseconds. */
async function queryFor(client: Publisher, end: Promise<unknown>): Promise<number[]> {
  const ms: number[] = [];
  let hasEnded = false;
  const ended = end.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const startedMs = performance.now();
    await client.execute(list);
    ms.push(performance.now() - startedMs);
  }
  await ended;
  return ms;
}

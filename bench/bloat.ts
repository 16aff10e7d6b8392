import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { type SenderReport, startSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

interface Half {
  readonly firstPerSecond: number;
  readonly lastPerSecond: number;
  /** CPU time of the sender for each delivery in the last quarter of the run. */
  readonly lastCpuMicros: number;
  readonly deadRows: number;
  readonly mebibytes: number;
  readonly lowestBacklog: number;
}

const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });
const keptQueued = 20_000;
const refill = 5_000;

/**
 * Measures the delivery rate in the last quarter of a run while a REPEATABLE READ transaction stays open, so that
 * nothing can be vacuumed, and compares it with the same run without the transaction. The backlog stays between 20,000
 * and 25,000.
 */
export async function benchBloat({ minutes, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const endpointIds = await insertEndpoints(database, { url: sink.url, count: 100 });
  const taken: { free: Half; held: Half }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const free = await runHalf(database, endpointIds, minutes);
    taken.push({ free, held: await withSnapshotHeld(database, () => runHalf(database, endpointIds, minutes)) });
  }
  const of = (half: 'free' | 'held', name: keyof Half) => median(taken.map(pair => pair[half][name]));
  const row = (half: 'free' | 'held') =>
    (['firstPerSecond', 'lastPerSecond', 'lastCpuMicros', 'deadRows', 'mebibytes', 'lowestBacklog'] as const).map(
      name => of(half, name),
    );
  printTable(
    `bloat: deliveries/s over ${minutes} minutes with a snapshot held open, beside without (medians of ${pairs})`,
    [
      'transaction',
      'first quarter/s',
      'last quarter/s',
      'sender us',
      'dead rows',
      'queue MiB',
      'least queued',
      'ratio',
    ],
    [
      ['none', ...row('free'), ''],
      ['held', ...row('held'), spread(taken.map(({ free, held }) => held.lastPerSecond / free.lastPerSecond))],
    ],
  );
}

async function withSnapshotHeld<Result>(database: BenchDatabase, work: () => Promise<Result>): Promise<Result> {
  await database.reset();
  const client = new Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    // The first statement takes the snapshot. It reads no table, so that the transaction holds no table lock.
    await client.query('SELECT pg_current_snapshot()');
    return await work();
  } finally {
    await client.end();
  }
}

async function runHalf(database: BenchDatabase, endpointIds: readonly string[], minutes: number): Promise<Half> {
  await database.reset();
  await insertBacklog(database, endpointIds, keptQueued, payload);
  await database.tidy();
  await using sender = startSender(database);
  let inserted = keptQueued;
  let lowestBacklog = inserted;
  const reports: SenderReport[] = [];
  const endMs = minutes * 60_000;
  for (let ms = 0; ms < endMs; ) {
    const report = await sender.ask<SenderReport>({});
    reports.push(report);
    ms = report.ms;
    const queued = inserted - report.succeeded;
    lowestBacklog = Math.min(lowestBacklog, queued);
    if (queued < keptQueued) {
      await insertBacklog(database, endpointIds, refill, payload);
      inserted += refill;
    } else await delay(50);
  }
  const [first, , , last] = [0, 1, 2, 3].map(quarter =>
    summarise(reports, (endMs * quarter) / 4, (endMs * (quarter + 1)) / 4),
  );
  const { rows } = await database.pool.query<{ deadRows: number; mebibytes: number }>(
    `SELECT n_dead_tup::float8 AS "deadRows", pg_total_relation_size(relid) / 1048576.0::float8 AS mebibytes
     FROM pg_stat_user_tables WHERE relname = 'delivery_live'`,
  );
  return {
    firstPerSecond: first?.perSecond ?? Number.NaN,
    lastPerSecond: last?.perSecond ?? Number.NaN,
    lastCpuMicros: last?.cpuMicros ?? Number.NaN,
    deadRows: rows[0]?.deadRows ?? Number.NaN,
    mebibytes: rows[0]?.mebibytes ?? Number.NaN,
    lowestBacklog,
  };
}

/** The difference between the last report before `fromMs` and the first one after `untilMs`. */
function summarise(reports: readonly SenderReport[], fromMs: number, untilMs: number) {
  const from = reports.findLast(({ ms }) => ms <= fromMs) ?? { succeeded: 0, ms: 0, cpuMicros: 0 };
  const until = reports.find(({ ms }) => ms >= untilMs);
  if (!until) return undefined;
  const succeeded = until.succeeded - from.succeeded;
  return {
    perSecond: (succeeded / (until.ms - from.ms)) * 1000,
    cpuMicros: (until.cpuMicros - from.cpuMicros) / succeeded,
  };
}

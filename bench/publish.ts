import { deleteEndpoints, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type Counters, countPerUnit, readCounters } from './fixtures/counters.ts';
import { measureCpu } from './fixtures/cpu.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import { type Livehook, startLivehook } from './fixtures/livehook.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { insertEventRows } from './fixtures/publish-baseline.ts';
import { openPublisher } from './fixtures/publisher.ts';
import { startBenchRedis } from './fixtures/redis.ts';
import { printTable } from './fixtures/table.ts';

interface Run {
  readonly perSecond: number;
  /** The number of concurrent requests or connections. */
  readonly width: number;
  /** CPU time for each event: of the server (only for Livehook), and of this process. */
  readonly serverMicros: number;
  readonly clientMicros: number;
  readonly counters: Counters;
}

interface Shape {
  readonly eventsPerCall: number;
  readonly fanOut: number;
  /** The tried numbers of concurrent requests, and of connections of the baseline. */
  readonly widths: readonly number[];
  readonly baselineWidths: readonly number[];
}

const shapes: readonly Shape[] = [1, 10].flatMap(fanOut => [
  // With one event a call, the baseline has several clients, so that it profits from group commit like Livehook. With
  // 100 events a call, it has one client.
  { eventsPerCall: 1, fanOut, widths: [8, 32, 64], baselineWidths: [1, 8, 32] },
  { eventsPerCall: 100, fanOut, widths: [1, 2, 4, 8], baselineWidths: [1] },
]);
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

/**
 * Measures the events a second that the GraphQL endpoint accepts durably, over HTTP, in a process with only the api
 * role, so that nothing is sent. Compares them with a raw UNNEST insert of the same rows. Both figures are the best of
 * several numbers of connections.
 */
export async function benchPublish({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const redisUrl = await startBenchRedis(cleanup, database);
  const sweep = (widths: readonly number[]) => widths.slice(quick ? -1 : 0);
  const rows: string[][] = [];
  for (const shape of shapes) {
    const events = (shape.eventsPerCall === 1 ? 4_000 : 20_000) / (quick ? 8 : 1);
    const endpointIds = await insertEndpoints(database, { url: 'http://127.0.0.1:9', count: shape.fanOut });
    // The server is started again, because it may cache endpoints and these were written directly into the database.
    await using livehook = await startLivehook(database, { ROLES: 'api', REDIS_URL: redisUrl });
    await publish(database, livehook, shape, Math.max(...shape.widths), events);
    const taken: { product: Run; baseline: Run }[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const baseline = await best(sweep(shape.baselineWidths), width =>
        insert(database, shape, endpointIds, width, events),
      );
      const product = await best(sweep(shape.widths), width => publish(database, livehook, shape, width, events));
      taken.push({ product, baseline });
    }
    rows.push(toRow(shape, taken));
    await deleteEndpoints(database);
  }
  printTable(
    `publish: events/s accepted over GraphQL, beside raw UNNEST inserts of the same rows (medians of ${pairs})`,
    [
      'a call',
      'fan-out',
      'events/s',
      'baseline/s',
      'ratio',
      'requests at once',
      'baseline clients',
      'server us',
      'client us',
      'baseline us',
      'WAL bytes',
      'baseline WAL',
      'transactions',
    ],
    rows,
  );
}

async function publish(
  database: BenchDatabase,
  livehook: Livehook,
  { eventsPerCall }: Shape,
  width: number,
  events: number,
): Promise<Run> {
  await using publisher = openPublisher(livehook, width);
  const batch = Array.from({ length: eventsPerCall }, () => ({ type: 'payment.completed', payload }));
  let left = events;
  const work = async () => {
    while (left > 0) {
      left -= eventsPerCall;
      if (eventsPerCall > 1) await publisher.publishMany(batch);
      else await publisher.publish({ type: 'payment.completed', payload });
    }
  };
  return await measure(database, events, width, async () => {
    const before = await livehook.cpuMicros();
    const startedMs = performance.now();
    const [, cpuMicros] = await measureCpu(() => Promise.all(Array.from({ length: width }, work)));
    const ms = performance.now() - startedMs;
    const serverMicros = (await livehook.cpuMicros()) - before;
    return { perSecond: (events / ms) * 1000, serverMicros: serverMicros / events, clientMicros: cpuMicros / events };
  });
}

function insert(
  database: BenchDatabase,
  { eventsPerCall: eventsPerStatement }: Shape,
  endpointIds: readonly string[],
  connections: number,
  events: number,
): Promise<Run> {
  return measure(database, events, connections, async () => {
    const job = { endpointIds, payload, events, eventsPerStatement, connections };
    const { perSecond, cpuMicros } = await insertEventRows(database, job);
    return { perSecond, serverMicros: 0, clientMicros: cpuMicros };
  });
}

/** Empties the tables, runs one measurement, and adds the WAL and transactions that PostgreSQL wrote for each event. */
async function measure(
  database: BenchDatabase,
  events: number,
  width: number,
  work: () => Promise<Omit<Run, 'width' | 'counters'>>,
): Promise<Run> {
  await database.reset();
  await database.tidy();
  const before = await readCounters(database.pool);
  const figures = await work();
  return { ...figures, width, counters: countPerUnit(before, await readCounters(database.pool), events) };
}

async function best(widths: readonly number[], run: (width: number) => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  for (const width of widths) runs.push(await run(width));
  return runs.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
}

function toRow({ eventsPerCall, fanOut }: Shape, pairs: readonly { product: Run; baseline: Run }[]): string[] {
  const of = (pick: (pair: { product: Run; baseline: Run }) => number, digits = 0) => median(pairs.map(pick), digits);
  return [
    `${eventsPerCall}`,
    `${fanOut}`,
    of(({ product }) => product.perSecond),
    of(({ baseline }) => baseline.perSecond),
    spread(pairs.map(({ product, baseline }) => product.perSecond / baseline.perSecond)),
    pairs.map(({ product }) => product.width).join(' '),
    pairs.map(({ baseline }) => baseline.width).join(' '),
    of(({ product }) => product.serverMicros),
    of(({ product }) => product.clientMicros),
    of(({ baseline }) => baseline.clientMicros),
    of(({ product }) => product.counters.walBytes),
    of(({ baseline }) => baseline.counters.walBytes),
    of(({ product }) => product.counters.transactions, 3),
  ];
}

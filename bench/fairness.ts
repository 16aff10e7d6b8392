import { setTimeout as delay } from 'node:timers/promises';
import { deleteEndpoints, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median, percentile, spread } from './fixtures/figures.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { startLoad } from './fixtures/load.ts';
import { listNoisyNeighbours, type NoisyNeighbour } from './fixtures/noisy-neighbours.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { type Sink, startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

interface Half {
  /** The number of deliveries per second to the healthy endpoints. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of requests per second to all other endpoints. */
  readonly othersPerSecond: number;
  /** The CPU time of the server in seconds per second: 0.5 is half of one core. */
  readonly serverCores: number;
  readonly sinkCores: number;
}

interface Setting {
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

const healthyEndpoints = 50;

/**
 * Measures the throughput and latency of deliveries to healthy endpoints under a fixed load: alone, and beside each
 * noisy neighbour in turn. Each measurement has its own server process.
 */
export async function benchFairness(options: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const setting: Setting = options.quick
    ? { perSecond: 200, warmUpMs: 700, measuredMs: 1200 }
    : { perSecond: 500, warmUpMs: 3000, measuredMs: 8000 };
  const rows: string[][] = [];
  for (const noisyNeighbour of listNoisyNeighbours(options)) {
    const taken: { alone: Half; beside: Half }[] = [];
    for (let pair = 0; pair < options.pairs; pair += 1) {
      const alone = await runHalf(database, sink, setting, null);
      taken.push({ alone, beside: await runHalf(database, sink, setting, noisyNeighbour) });
    }
    rows.push(toRow(noisyNeighbour, taken));
  }
  printTable(
    `fairness: ${setting.perSecond}/s to ${healthyEndpoints} healthy endpoints, alone and beside a noisy neighbour (medians of ${options.pairs})`,
    [
      'beside',
      'alone/s',
      'beside/s',
      'ratio',
      'p50 ms',
      'p50 beside',
      'p99 ms',
      'p99 beside',
      'p99 ratio',
      'others/s',
      'server cores',
      'sink cores',
    ],
    rows,
  );
}

async function runHalf(
  database: BenchDatabase,
  sink: Sink,
  setting: Setting,
  noisyNeighbour: NoisyNeighbour | null,
): Promise<Half> {
  await database.reset();
  await deleteEndpoints(database);
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: healthyEndpoints, eventTypes: 'healthy' });
  await noisyNeighbour?.insert(database, sink.url);
  await database.tidy();

  await using running = new AsyncDisposableStack();
  const livehook = running.use(await startLivehook(database));
  const perEndpoint = setting.perSecond / healthyEndpoints;
  const start = async (eventTypes: string, typeCount: number) =>
    running.use(await startLoad({ ...livehook, perSecond: perEndpoint * typeCount, eventTypes, typeCount }));
  const loads = [await start('healthy', healthyEndpoints)];
  if (noisyNeighbour?.loadedEndpoints) loads.push(await start('noisy', noisyNeighbour.loadedEndpoints));
  await delay(setting.warmUpMs);

  const before = { sink: await sink.report(), cpuMicros: await livehook.cpuMicros(), atMs: performance.now() };
  await delay(setting.measuredMs);
  const after = { sink: await sink.report(), cpuMicros: await livehook.cpuMicros(), atMs: performance.now() };
  for (const load of loads) await load.stop();

  const seconds = (after.atMs - before.atMs) / 1000;
  const { hits } = after.sink;
  const waitsMs = hits.map(({ sentMs, hitMs }) => hitMs - sentMs);
  return {
    perSecond: hits.length / seconds,
    p50Ms: percentile(waitsMs, 0.5),
    p99Ms: percentile(waitsMs, 0.99),
    othersPerSecond: (after.sink.requests - before.sink.requests - hits.length) / seconds,
    serverCores: (after.cpuMicros - before.cpuMicros) / 1e6 / seconds,
    sinkCores: (after.sink.cpuMicros - before.sink.cpuMicros) / 1e6 / seconds,
  };
}

function toRow(noisyNeighbour: NoisyNeighbour, pairs: readonly { alone: Half; beside: Half }[]): string[] {
  const of = (half: 'alone' | 'beside', name: keyof Half, digits = 0) =>
    median(
      pairs.map(pair => pair[half][name]),
      digits,
    );
  return [
    noisyNeighbour.name,
    of('alone', 'perSecond'),
    of('beside', 'perSecond'),
    spread(pairs.map(({ alone, beside }) => beside.perSecond / alone.perSecond)),
    of('alone', 'p50Ms', 1),
    of('beside', 'p50Ms', 1),
    of('alone', 'p99Ms', 1),
    of('beside', 'p99Ms', 1),
    spread(pairs.map(({ alone, beside }) => beside.p99Ms / alone.p99Ms)),
    of('beside', 'othersPerSecond'),
    `${of('alone', 'serverCores', 2)}, ${of('beside', 'serverCores', 2)}`,
    `${of('alone', 'sinkCores', 2)}, ${of('beside', 'sinkCores', 2)}`,
  ];
}

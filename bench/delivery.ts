import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { type BaselineResult, measureBaseline } from './fixtures/baseline.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type Counters, countPerUnit, readCounters } from './fixtures/counters.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { type RunResult, runSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const endpointCounts = [1, 10, 100, 2000];
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

interface Pair {
  readonly product: RunResult;
  readonly baseline: BaselineResult;
  readonly sinkMicros: number;
  readonly counters: Counters;
}

/**
 * Measures deliveries a second from a due backlog with one sender process (1 KB payloads, every attempt recorded, every
 * transition announced). Alternates with the baseline: raw undici POSTs of the same bytes to the same receiver.
 */
export async function benchDelivery({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const deliveries = quick ? 4_000 : 20_000;
  // The sender warms up before it is measured, because the baseline is also measured at its best.
  const warmUp = quick ? 2_000 : 10_000;
  const rows: string[][] = [];
  for (const count of endpointCounts) {
    const endpointIds = await insertEndpoints(database, { url: sink.url, count });
    const taken: Pair[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const baseline = await measureBaseline(sink.url, payload, deliveries);
      await insertBacklog(database, endpointIds, deliveries + warmUp, payload);
      await database.tidy();
      const before = { sink: await sink.report(), counters: await readCounters(database.pool) };
      const product = await runSender(database, deliveries, warmUp);
      const after = { sink: await sink.report(), counters: await readCounters(database.pool) };
      const sinkMicros = (after.sink.cpuMicros - before.sink.cpuMicros) / (deliveries + warmUp);
      taken.push({
        product,
        baseline,
        sinkMicros,
        counters: countPerUnit(before.counters, after.counters, deliveries + warmUp),
      });
    }
    rows.push(toRow(count, taken));
  }
  printTable(
    `delivery: deliveries/s from a backlog of ${deliveries}, one sender, beside raw undici POSTs (medians of ${pairs})`,
    [
      'endpoints',
      'deliveries/s',
      'baseline/s',
      'ratio',
      'sender us',
      'sink us',
      'baseline us',
      'baseline connections',
      'WAL bytes',
      'transactions',
    ],
    rows,
  );
}

function toRow(count: number, pairs: readonly Pair[]): string[] {
  return [
    `${count}`,
    median(pairs.map(({ product }) => product.perSecond)),
    median(pairs.map(({ baseline }) => baseline.perSecond)),
    spread(pairs.map(({ product, baseline }) => product.perSecond / baseline.perSecond)),
    median(pairs.map(({ product }) => product.cpuMicros)),
    median(pairs.map(({ sinkMicros }) => sinkMicros)),
    median(pairs.map(({ baseline }) => baseline.cpuMicros)),
    pairs.map(({ baseline }) => baseline.connections).join(' '),
    median(pairs.map(({ counters }) => counters.walBytes)),
    median(
      pairs.map(({ counters }) => counters.transactions),
      4,
    ),
  ];
}

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { type Livehook, startLivehook } from './fixtures/livehook.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { openPublisher } from './fixtures/publisher.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const typeCount = 10;
const eventsPerCall = 100;
const sampleIntervalMs = 250;
const quietSeconds = [0, 15, 30, 60, 120];
const payload = JSON.stringify({ note: 'x'.repeat(1000) });

/**
 * Measures the resident memory of one process with all roles and the feed in memory: before a load, its maximum while
 * events are published and delivered at full speed, and after the load.
 */
export async function benchMemory({ quick, deliveries }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: typeCount, eventTypes: 'load' });
  const livehook = cleanup.use(await startLivehook(database));
  const publisher = cleanup.use(openPublisher(livehook, 8));
  const batch = Array.from({ length: eventsPerCall }, (_, index) => ({
    type: `load.${1 + (index % typeCount)}`,
    payload,
  }));

  const before = await readMegabytes(livehook);
  const loadEnd = new AbortController();
  const peak = watchPeak(livehook, loadEnd.signal);
  let left = deliveries;
  const work = async () => {
    while (left > 0) {
      left -= eventsPerCall;
      await publisher.publishMany(batch);
    }
  };
  const startedMs = performance.now();
  await Promise.all([work(), work()]);
  while ((await sink.report()).requests < deliveries) await delay(sampleIntervalMs);
  const perSecond = (deliveries / (performance.now() - startedMs)) * 1000;
  loadEnd.abort();

  const row = [`${deliveries}`, perSecond.toFixed(0), `${before}`, `${await peak}`];
  const endedMs = performance.now();
  for (const seconds of quick ? quietSeconds.slice(0, 1) : quietSeconds) {
    await delay(Math.max(0, endedMs + seconds * 1000 - performance.now()));
    row.push(`${await readMegabytes(livehook)}`);
  }
  const after = row.slice(4).map((_, index) => `${quietSeconds[index]} s after`);
  printTable(
    'memory: resident megabytes of one process with all roles and the feed in the process',
    ['deliveries', 'a second', 'before', 'peak', ...after],
    [row],
  );
}

async function watchPeak(livehook: Livehook, signal: AbortSignal): Promise<number> {
  let peak = 0;
  while (!signal.aborted) {
    peak = Math.max(peak, await readMegabytes(livehook));
    await delay(sampleIntervalMs);
  }
  return peak;
}

async function readMegabytes({ pid }: Livehook): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round((Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6);
}

import { setTimeout as delay } from 'node:timers/promises';
import { openBrowser } from '../test/fixtures/browser.ts';
import { buildDashboard } from '../test/fixtures/dashboard-build.ts';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, percentile, spread } from './fixtures/figures.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { startLoad } from './fixtures/load.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';
import { openWatchedPage, type PageKind, type Watch } from './fixtures/watched-page.ts';

const eventsPerSecond = 167;
/** Each event has three transitions: created, in flight, succeeded. */
const transitionsPerEvent = 3;
const typeCount = 20;
const warmUpMs = 3_000;

/**
 * Measures the CPU time of the main thread and the times between frames of a page that shows the delivery log while 500
 * transitions a second arrive at the top of the list. Compares them with a page that only parses the same messages.
 */
export async function benchDashboard({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  await buildDashboard();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: typeCount, eventTypes: 'load' });
  const livehook = cleanup.use(await startLivehook(database));
  const browser = await openBrowser();
  cleanup.defer(() => browser.close());
  await using load = await startLoad({ ...livehook, perSecond: eventsPerSecond, eventTypes: 'load', typeCount });
  const watches: Record<PageKind, Watch[]> = { log: [], bare: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const kind of ['log', 'bare'] as const) {
      await using page = await openWatchedPage(browser, livehook, kind);
      await delay(warmUpMs);
      watches[kind].push(await page.watch(quick ? 5_000 : 20_000));
    }
  }
  const { published, seconds } = await load.stop();
  const perSecond = (transitionsPerEvent * published) / seconds;
  printTable(
    `dashboard: the page's main thread at 500 transitions/s, beside a page that only parses them (${pairs} pairs)`,
    ['page', 'transitions/s', 'us each', 'of a core', 'frame p50 ms', 'frame p95 ms', 'heap MB', 'grown MB'],
    (['log', 'bare'] as const).map(kind => toRow(kind, watches[kind], perSecond)),
  );
}

function toRow(kind: PageKind, watches: readonly Watch[], perSecond: number): string[] {
  const frames = watches.flatMap(watch => watch.framesMs);
  return [
    kind,
    perSecond.toFixed(0),
    spread(
      watches.map(watch => (watch.busySeconds * 1e6) / watch.seconds / perSecond),
      0,
    ),
    `${median(
      watches.map(watch => (100 * watch.busySeconds) / watch.seconds),
      1,
    )} %`,
    percentile(frames, 0.5).toFixed(1),
    percentile(frames, 0.95).toFixed(1),
    median(
      watches.map(watch => watch.heapBytes / 2 ** 20),
      1,
    ),
    median(
      watches.map(watch => watch.heapGrowthBytes / 2 ** 20),
      1,
    ),
  ];
}

import { openDistantRedis } from '../test/fixtures/distant-redis.ts';
import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { startBenchRedis } from './fixtures/redis.ts';
import { type RunResult, runSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

/** The last one is the largest limit that the API accepts. */
const limits = [100, 1_000, 2_500, 100_000];
const oneWayMs = [0, 5, 25];
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

/**
 * Measures the deliveries a second of one sender from the backlog of one endpoint with a rate limit, with a Redis that
 * is reached after a delay of some milliseconds. Compares them with the limit, or with the same backlog without a limit
 * if that is less.
 */
export async function benchRateLimits({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const redisUrl = await startBenchRedis(cleanup, database);
  const sink = cleanup.use(await startSink());
  const [endpointId = ''] = await insertEndpoints(database, { url: sink.url, count: 1 });
  const most = quick ? 2_000 : 10_000;

  async function run(limit: number | null, url: string): Promise<RunResult> {
    const seconds = quick ? 2 : 6;
    const deliveries = Math.min(most, (limit ?? most) * seconds);
    const warmUp = Math.ceil(deliveries / 2);
    // The backlog is larger than the measured part, because the sender acquires fewer tokens near the end of a backlog.
    const waiting = deliveries + warmUp + Math.min(limit ?? most, most);
    await database.reset();
    await database.pool.query('UPDATE endpoint SET rate_limit_per_second = $1', [limit]);
    await insertBacklog(database, [endpointId], waiting, payload);
    await database.tidy();
    return runSender(database, deliveries, warmUp, url);
  }

  const rows: string[][] = [];
  for (const delayMs of oneWayMs) {
    await using redis = await openDistantRedis(redisUrl, delayMs);
    for (const limit of limits) {
      const limited: RunResult[] = [];
      const baseline: number[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        limited.push(await run(limit, redis.url));
        baseline.push((await run(null, redis.url)).perSecond);
      }
      rows.push([
        `${limit}`,
        `${delayMs}`,
        median(limited.map(({ perSecond }) => perSecond)),
        median(baseline),
        spread(limited.map(({ perSecond }, pair) => perSecond / Math.min(limit, baseline[pair] ?? Number.NaN))),
        median(limited.map(({ cpuMicros }) => cpuMicros)),
      ]);
    }
  }
  printTable(
    `rate-limits: deliveries/s of one endpoint with a rate limit, one sender (medians of ${pairs})`,
    ['limit', 'Redis away, ms', 'deliveries/s', 'without a limit', 'ratio', 'sender us'],
    rows,
  );
}

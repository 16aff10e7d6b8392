import { setTimeout as delay } from 'node:timers/promises';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { percentile, spread } from './fixtures/figures.ts';
import { startLagReader } from './fixtures/lag-reader.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { startLoad } from './fixtures/load.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { startBenchRedis } from './fixtures/redis.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const perSecond = 1_000;
/** An event has three: made, claimed, settled. */
const transitionsPerEvent = 3;
const typeCount = 50;
const warmUpMs = 2_000;

/**
 * From the moment of a transition to a client's socket on another process, over Redis, at 1,000 transitions a second;
 * beside as many bare messages on the same Redis at the same time.
 */
export async function benchLag({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const redisUrl = await startBenchRedis(cleanup, database);
  const sink = cleanup.use(await startSink());
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: typeCount, eventTypes: 'lag' });
  const environment = { REDIS_URL: redisUrl };
  const api = cleanup.use(await startLivehook(database, { ...environment, ROLES: 'api' }));
  cleanup.use(await startLivehook(database, { ...environment, ROLES: 'sender' }));
  const url = `${api.url.replace('http', 'ws')}/graphql`;
  const reader = cleanup.use(await startLagReader({ url, key: api.key, redisUrl, perSecond }));
  const load = await startLoad({
    ...api,
    perSecond: Math.round(perSecond / transitionsPerEvent),
    eventTypes: 'lag',
    typeCount,
  });
  await using _ = load;
  await delay(warmUpMs);
  await reader.report();

  const rounds: Awaited<ReturnType<typeof reader.report>>[] = [];
  const roundMs = quick ? 3_000 : 10_000;
  for (let round = 0; round < pairs; round += 1) {
    await delay(roundMs);
    rounds.push(await reader.report());
  }
  await load.stop();
  const row = (name: string, read: (round: (typeof rounds)[number]) => readonly number[]) => [
    name,
    spread(
      rounds.map(round => (read(round).length / roundMs) * 1000),
      0,
    ),
    ...[0.5, 0.99].map(share =>
      spread(
        rounds.map(round => percentile(read(round), share)),
        1,
      ),
    ),
  ];
  printTable(
    `lag: ms from a transition to a client's socket, beside bare ioredis publish to subscribe (${pairs} rounds)`,
    ['', 'messages/s', 'p50', 'p99'],
    [row('livehook', round => round.fed), row('ioredis', round => round.bare)],
  );
}

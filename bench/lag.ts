import { setTimeout as delay } from 'node:timers/promises';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { percentile, spread } from './fixtures/figures.ts';
import { type LagReport, startLagReader } from './fixtures/lag-reader.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { startLoad } from './fixtures/load.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { startBenchRedis } from './fixtures/redis.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const perSecond = 1_000;
/** An event has three transitions: created, claimed, settled. */
const transitionsPerEvent = 3;
const typeCount = 50;
const warmUpMs = 2_000;

/** The latencies of one round, in milliseconds. */
interface Round {
  readonly whole: readonly number[];
  readonly toChannel: readonly number[];
  readonly toSocket: readonly number[];
  readonly bare: readonly number[];
}

/**
 * Measures the time from the commit of a transition to its arrival on a client's socket at another process, over Redis,
 * at 1,000 transitions a second. Compares it with as many bare messages over the same Redis at the same time.
 * PostgreSQL records the commit time just before it flushes the transaction. The commit time is known only for settled
 * deliveries, because their rows do not change again.
 */
export async function benchLag({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup, { track_commit_timestamp: 'on' });
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

  const rounds: Round[] = [];
  const roundMs = quick ? 3_000 : 10_000;
  for (let round = 0; round < pairs; round += 1) {
    await delay(roundMs);
    rounds.push(await toRound(database, await reader.report()));
  }
  await load.stop();
  const row = (name: string, read: (round: Round) => readonly number[]) => [
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
    `lag: ms from commit to a client's socket, beside bare ioredis publish to subscribe (${pairs} rounds)`,
    ['', 'messages/s', 'p50', 'p99'],
    [
      row('commit to socket', round => round.whole),
      row('of it: commit to a bare subscriber', round => round.toChannel),
      row('of it: from there to the socket', round => round.toSocket),
      row('ioredis', round => round.bare),
    ],
  );
}

async function toRound({ pool }: BenchDatabase, { fed, bare }: LagReport): Promise<Round> {
  const { rows } = await pool.query<{ name: string; ms: number }>(
    `SELECT id || ':' || version AS name, date_part('epoch', pg_xact_commit_timestamp(xmin)) * 1000 AS ms
     FROM delivery_history WHERE id = ANY ($1::uuid[])`,
    [[...new Set(fed.map(each => each.deliveryId))]],
  );
  const committed = new Map(rows.map(({ name, ms }) => [name, ms]));
  const settled = fed.flatMap(({ deliveryId, version, announcedMs, receivedMs }) => {
    const committedMs = committed.get(`${deliveryId}:${version}`);
    return committedMs === undefined ? [] : [{ committedMs, announcedMs, receivedMs }];
  });
  return {
    whole: settled.map(each => each.receivedMs - each.committedMs),
    toChannel: settled.map(each => each.announcedMs - each.committedMs),
    toSocket: fed.map(each => each.receivedMs - each.announcedMs),
    bare,
  };
}

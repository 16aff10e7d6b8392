import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { startChild } from './fixtures/child.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import type { PeerTask } from './fixtures/peer.ts';
import { startBenchRedis } from './fixtures/redis.ts';
import { type RunResult, runSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const peerNames = ['bullmq', 'pg-boss', 'graphile-worker'];
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

/**
 * Runs the backlog of the delivery benchmark (one sender process, 10 endpoints, a committed row in PostgreSQL for every
 * attempt) on Livehook, and then in simple programs on each of the other job queues, at its best concurrency.
 */
export async function benchPeers({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const redisUrl = await startBenchRedis(cleanup, database, { durable: true });
  const sink = cleanup.use(await startSink());
  const endpointIds = await insertEndpoints(database, { url: sink.url, count: 10 });
  const deliveries = quick ? 2_000 : 20_000;
  const runPeer = (peer: string, concurrency: number): Promise<RunResult> =>
    runTask(database, {
      peer,
      concurrency,
      deliveries,
      payload,
      sinkUrl: sink.url,
      redisUrl,
      connectionString: database.connectionString,
    });

  const rows: string[][] = [];
  for (const peer of peerNames) {
    let best = { concurrency: 0, perSecond: 0 };
    for (const concurrency of quick ? [64] : [16, 32, 64, 128, 256, 512]) {
      const { perSecond } = await runPeer(peer, concurrency);
      if (perSecond > best.perSecond) best = { concurrency, perSecond };
    }
    const taken: { product: RunResult; peer: RunResult }[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const peerResult = await runPeer(peer, best.concurrency);
      await database.reset();
      await insertBacklog(database, endpointIds, deliveries, payload);
      await database.tidy();
      taken.push({ product: await runSender(database, deliveries), peer: peerResult });
    }
    rows.push([
      peer,
      `${best.concurrency}`,
      median(taken.map(each => each.peer.perSecond)),
      median(taken.map(each => each.product.perSecond)),
      spread(taken.map(each => each.product.perSecond / each.peer.perSecond)),
      median(taken.map(each => each.peer.cpuMicros)),
      median(taken.map(each => each.product.cpuMicros)),
    ]);
  }
  printTable(
    `peers: deliveries/s from a backlog of ${deliveries}, one process each, every attempt recorded (medians of ${pairs})`,
    ['peer', 'best concurrency', 'peer/s', 'livehook/s', 'livehook to peer', 'peer us', 'livehook us'],
    rows,
  );
}

/** One run on another job queue, with empty tables. */
async function runTask(database: BenchDatabase, task: PeerTask): Promise<RunResult> {
  await database.reset();
  await database.pool.query('DROP SCHEMA IF EXISTS pgboss, graphile_worker CASCADE');
  await using child = startChild('./peer-process.ts');
  return await child.ask<RunResult>(task);
}

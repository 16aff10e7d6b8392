import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const count = 500;

it('a sender delivers 500 due deliveries with a few SQL statements and commits', async () => {
  await using receiver = await startReceiver();
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');

  const before = await readCounters();
  const sender = scene.startSender({ concurrency: 256, endpointConcurrency: 256 });
  const statements = countQueries(sender);
  await receiver.waitFor(count);
  await until(async () => expect(await scene.countByStatus()).toEqual({ SUCCEEDED: count }));
  await sender[Symbol.asyncDispose]();

  expect(receiver.requests).toHaveLength(count);
  // The statements are claims, batches of results, and one or two polls. On a busy machine there are more batches, and
  // they are smaller. Each statement is one commit.
  expect(statements()).toBeLessThan(count / 2);
  await until(async () => {
    const after = await readCounters();
    // Each delivery causes one update (the claim), one deletion from the live table, and two inserts (history and
    // attempt).
    expect(after.updated - before.updated).toBe(count);
    expect(after.hot - before.hot).toBe(count);
    expect(after.inserted - before.inserted).toBe(2 * count);
    expect(after.commits - before.commits).toBeLessThan(count);
  });
});

it('the sender claims deliveries of a slow endpoint with a long backlog far less often than it gets responses', async () => {
  await using receiver = await startReceiver(respond(200, { delayMs: 20 }));
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const inputs = Array.from({ length: count }, () => ({ type: 'b', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
  await using sender = scene.startSender({ concurrency: 256, endpointConcurrency: 16 });
  const statements = countQueries(sender);
  await receiver.waitFor(count);
  expect(statements()).toBeLessThan(count / 2);
});

/** Counts the statements that the pool of the sender sends. */
function countQueries({ pool }: ReturnType<Scene['startSender']>): () => number {
  let queries = 0;
  pool.on('acquire', () => {
    queries += 1;
  });
  return () => queries;
}

interface Counters {
  readonly commits: number;
  readonly updated: number;
  readonly hot: number;
  readonly inserted: number;
}

/** Reads the statistics of the whole database. PostgreSQL updates them up to a second late. */
async function readCounters(): Promise<Counters> {
  const { rows } = await scene.services.pool.query(`
    SELECT (SELECT xact_commit::int FROM pg_stat_database WHERE datname = current_database()) AS commits,
      sum(n_tup_upd) FILTER (WHERE relname = 'delivery_live')::int AS updated,
      sum(n_tup_hot_upd) FILTER (WHERE relname = 'delivery_live')::int AS hot,
      sum(n_tup_ins) FILTER (WHERE relname ~ '^(delivery_history|attempt)_p')::int AS inserted
    FROM pg_stat_user_tables`);
  return rows[0];
}

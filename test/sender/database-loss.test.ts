import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/database/failures.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const terminateOthers = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

async function publishMany(endpoint: SceneEndpoint, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
}

/** Runs a query, again and again until it succeeds, because its connection may have been terminated too. */
async function query<Row>(text: string): Promise<Row[]> {
  for (;;) {
    try {
      return (await scene.services.pool.query(text)).rows;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }
}

describe('a sender whose database connections are all terminated', () => {
  it('delivers everything under load, without failed or lost attempts, even if they are terminated repeatedly', async () => {
    await using receiver = await startReceiver(respond(200));
    const endpoint = await scene.createEndpoint({ url: receiver.url, timeoutMs: 1000 });
    await publishMany(endpoint, 1000);
    await publishMany(endpoint, 1000);
    await using _ = scene.startSender({ concurrency: 16 });
    for (const landed of [100, 500, 900, 1300]) {
      await receiver.waitFor(landed);
      await query(terminateOthers);
    }
    await receiver.waitFor(2000);
    // If the response to a claim was lost, no sender knows of its deliveries, and their leases expire after 10 s.
    await until(async () => expect(await query('SELECT FROM delivery_live')).toEqual([]));

    const rows = await query<{ status: string; deliveries: number; attempts: number; other_errors: number }>(`
      SELECT d.status, count(DISTINCT d.id)::int AS deliveries, count(a)::int AS attempts,
        count(*) FILTER (WHERE a.error_code <> 'INTERRUPTED')::int AS other_errors
      FROM delivery d JOIN attempt a ON a.delivery_id = d.id GROUP BY d.status`);
    expect(rows).toMatchObject([{ status: 'SUCCEEDED', deliveries: 2000, other_errors: 0 }]);
    expect(rows[0]?.attempts).toBeGreaterThanOrEqual(receiver.requests.length);
    expect(new Set(receiver.requests.map(request => request.headers['webhook-id'])).size).toBe(2000);
  });

  it('writes the results of requests in flight once the database is available again', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const held: Behaviour = (_request, response) => void answering.then(() => response.end());
    await using receiver = await startReceiver(held);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await publishMany(endpoint, 8);
    await using _ = scene.startSender();
    await receiver.waitFor(8);
    await query(terminateOthers);
    answer();
    await until(async () => expect(await query('SELECT FROM delivery_live')).toEqual([]));
    expect(await query('SELECT number, error_code FROM attempt')).toEqual(
      Array.from({ length: 8 }, () => ({ number: 1, error_code: null })),
    );
    expect(receiver.requests).toHaveLength(8);
  });
});

it('the sender writes the result of an attempt with a later statement if the first one timed out', async () => {
  const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
  const held: Behaviour = (_request, response) => void answering.then(() => response.end());
  await using receiver = await startReceiver(held);
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  await using sender = scene.startSender();
  await receiver.waitFor(1);
  // Simulates a slow disk: a lock delays the statement, which is then canceled before its timeout of 5 s.
  const blocker = await scene.services.pool.connect();
  try {
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM delivery_live WHERE id = $1 FOR UPDATE', [id]);
    answer();
    await until(async () => {
      const canceled = await query<{ canceled: boolean }>(`
        SELECT pg_cancel_backend(pid) AS canceled FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'livehook-test-sender' AND wait_event_type = 'Lock'`);
      expect(canceled).not.toEqual([]);
    });
    await blocker.query('ROLLBACK');
  } finally {
    blocker.release();
  }
  expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 1 });
  expect(receiver.requests).toHaveLength(1);
  expect(sender.isRunning()).toBe(true);
});

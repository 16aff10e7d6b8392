import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openPool } from '../../src/database/pool.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import type { Logger } from '../../src/log.ts';
import { findLanes } from '../../src/sender/find-lanes.ts';
import { Poller } from '../../src/sender/poller.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const readWaiting = async () => {
  const { rows } = await scene.services.pool.query(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'poller-test' AND wait_event_type = 'Lock'",
  );
  return rows.length;
};

it('the sender repeats a poll that timed out, with a longer timeout, and can stop without waiting for the poll', async () => {
  const log = silentLog;
  await using resources = new AsyncDisposableStack();
  const pool = openPool({
    connectionString: scene.services.pool.options.connectionString as string,
    max: 2,
    statementTimeoutMs: 100,
    applicationName: 'poller-test',
    log,
  });
  resources.defer(() => pool.end());
  await scene.publishOne({ endpointIds: [(await scene.createEndpoint()).id] });
  // A table lock makes the search of the poll exceed its timeout, like millions of dead index entries would.
  const blocker = await scene.services.pool.connect();
  resources.defer(() => blocker.release(true));
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE endpoint IN ACCESS EXCLUSIVE MODE');

  const failures: string[] = [];
  const warn = (_context: object, message: string) => void failures.push(message);
  const timedOut = ['the lanes could not be read; trying again'];
  const tidy = vi.fn();
  const lanes = { recordFound: () => {}, tidy };
  const poller = new Poller({ pool, clock: { now: Date.now }, log: { warn } as unknown as Logger, lanes });
  await until(() => expect(failures).toEqual(timedOut));
  await until(async () => expect(await readWaiting()).toBe(1));
  await delay(300);
  expect(await readWaiting()).toBe(1);
  expect(failures).toEqual(timedOut);
  // The lanes are tidied even though no poll completes.
  tidy.mockClear();
  await until(() => expect(tidy).toHaveBeenCalled());

  const startedMs = performance.now();
  await poller[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(failures).toEqual(timedOut);
});

it('the poll finds the endpoints with due deliveries, and no others', async () => {
  const { pool } = scene.services;
  const endpoints = await Promise.all(Array.from({ length: 5 }, () => scene.createEndpoint()));
  const ids = [];
  for (const { id } of endpoints) ids.push(await scene.publishOne({ endpointIds: [id] }));
  await pool.query("UPDATE delivery_live SET due_at = now() + interval '1 hour' WHERE id = $1", [ids[1]]);
  await pool.query('UPDATE endpoint SET deleted_at = now() WHERE id = $1', [endpoints[3]?.uuid]);
  const found = (await findLanes(pool)).map(lane => lane.endpointId);
  const expected = endpoints.map(({ uuid }) => uuid).filter((_, index) => index !== 1 && index !== 3);
  expect(found.filter(uuid => endpoints.some(each => each.uuid === uuid)).sort()).toEqual(expected.sort());
});

it('the next poll finds a lease that expires before the read position of a busy lane', async () => {
  const count = 3000;
  await using receiver = await startReceiver(respond(200, { delayMs: 10 }));
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  for (let done = 0; done < count; done += 1000) {
    const input = { type: 'a', payloadText: '0', endpointIds: [endpoint.id] };
    await publishEvents(scene.ctx, Array<typeof input>(1000).fill(input), 'inputs');
  }
  const late = await scene.publishOne({ endpointIds: [endpoint.id] });
  await scene.services.pool.query(
    `UPDATE delivery_live SET due_at = now() - interval '1 hour', status = 'PROCESSING', attempt_count = 1,
       lease_until = now() + interval '1 hour' WHERE id = $1`,
    [late],
  );
  await using _ = scene.startSender({ endpointConcurrency: 4 });
  await receiver.waitFor(101);
  await scene.services.pool.query("UPDATE delivery_live SET lease_until = now() - interval '1 s' WHERE id = $1", [
    late,
  ]);
  await until(async () => {
    expect(await scene.readAttempts(late)).toMatchObject([{ errorCode: 'INTERRUPTED' }]);
  });
  expect(receiver.requests.length).toBeLessThan(count);
});

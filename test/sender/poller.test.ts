import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool } from '../../src/database/pool.ts';
import { LaneFloors } from '../../src/sender/lane-floors.ts';
import { Lanes } from '../../src/sender/lanes.ts';
import { Poller } from '../../src/sender/poller.ts';
import { openRateLimiter } from '../../src/sender/rate-limiter.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { silentLog } from '../fixtures/postgres.ts';

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

it('a search that ran into the statement’s timeout is made again with patience, and is not waited for at the end', async () => {
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
  // As a search behind millions of dead entries: it takes longer than the timeout.
  const blocker = await scene.services.pool.connect();
  resources.defer(() => blocker.release(true));
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE endpoint IN ACCESS EXCLUSIVE MODE');

  let polls = 0;
  const lanes = new Lanes({
    limit: 8,
    concurrency: 8,
    readRenderingWaitMs: () => 0,
    rateLimiter: openRateLimiter(null, silentLog),
    onLongWait: () => {},
    onReady: () => {},
    onUnverified: () => {},
    onTokenUsed: () => {},
  });
  const onPolled = () => {
    polls += 1;
  };
  const poller = new Poller({ pool, log, lanes, floors: new LaneFloors(), onFound: () => {}, onPolled });
  await until(() => expect(polls).toBe(1));
  await until(async () => expect(await readWaiting()).toBe(1));
  await delay(300);
  expect(await readWaiting()).toBe(1);
  expect(polls).toBe(1);

  const startedMs = performance.now();
  await poller[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(polls).toBe(1);
});

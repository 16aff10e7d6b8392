import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openRateLimiter, type RateLimiter } from '../../src/sender/rate-limiter.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { openDistantRedis } from '../fixtures/distant-redis.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { testRedis } from '../fixtures/redis.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function publishMany({ id }: SceneEndpoint, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
}

async function countByStatus({ uuid }: SceneEndpoint): Promise<Record<string, number>> {
  const text = 'SELECT status, count(*)::int FROM delivery WHERE endpoint_id = $1 GROUP BY status';
  const { rows } = await scene.services.pool.query(text, [uuid]);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Starts senders whose rate limiters share a Redis, or with `redisUrl` null senders with separate limiters. */
function startSenders(stack: AsyncDisposableStack, count: number, redisUrl: string | null): readonly RateLimiter[] {
  return Array.from({ length: count }, () => {
    const rateLimiter = stack.use(openRateLimiter(redisUrl, scene.services.clock, silentLog));
    stack.use(scene.startSender({ rateLimiter }));
    return rateLimiter;
  });
}

/**
 * The highest number of attempts that the senders of the endpoint started within a second. 50 ms are allowed for the
 * difference of their clocks. Arrival times are not used, because a delayed receiver may read many requests at once.
 */
async function mostPerSecond({ uuid }: SceneEndpoint): Promise<number> {
  const text = `
    SELECT max(count)::int AS most FROM (
      SELECT count(*) OVER (ORDER BY a.started_at RANGE BETWEEN CURRENT ROW AND '950 ms' FOLLOWING)
      FROM attempt a JOIN delivery d ON d.id = a.delivery_id
      WHERE d.endpoint_id = $1
    ) AS attempts`;
  const { rows } = await scene.services.pool.query(text, [uuid]);
  return rows[0].most;
}

describe.each([
  ['one sender without Redis', 1, false],
  ['one sender with Redis', 1, true],
  ['three senders with Redis', 3, true],
])('a rate limit is kept by %s', (_what, senders, usesRedis) => {
  it.each([
    ['NONE', 0.001],
    ['NONE', 0.02],
    ['FIFO', 0.02],
  ] as const)(
    'an endpoint with ordering %s and a limit of %d requests a second gets one request until the limit is raised',
    async (ordering, rateLimitPerSecond) => {
      await using stack = new AsyncDisposableStack();
      const receiver = stack.use(await startReceiver(respond(200)));
      const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond, ordering });
      await publishMany(endpoint, 4);
      startSenders(stack, senders, usesRedis ? testRedis().url : null);
      await receiver.waitFor(1);
      await until(async () => {
        const { SUCCEEDED, PENDING = 0, RETRYING = 0 } = await countByStatus(endpoint);
        expect([SUCCEEDED, PENDING + RETRYING]).toEqual([1, 3]);
      });
      expect(receiver.requests).toHaveLength(1);
      const raised = performance.now();
      await updateEndpoint(scene.ctx, endpoint.id, { rateLimitPerSecond: 50 });
      await receiver.waitFor(4);
      // Under the old limit, the next request would have started at least 50 s after the first one.
      expect(performance.now() - raised).toBeLessThan(40_000);
      await until(async () => expect(await countByStatus(endpoint)).toEqual({ SUCCEEDED: 4 }));
    },
  );

  it.each([
    ['NONE', 1.9, 6],
    ['FIFO', 5, 15],
    ['NONE', 30, 90],
  ] as const)(
    'an endpoint with ordering %s and a limit of %d requests a second gets at most one more, rounded up, in any second',
    async (ordering, rateLimitPerSecond, count) => {
      await using stack = new AsyncDisposableStack();
      const receiver = stack.use(await startReceiver(respond(200)));
      const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond, ordering });
      await publishMany(endpoint, count);
      startSenders(stack, senders, usesRedis ? testRedis().url : null);
      const times = (await receiver.waitFor(count)).map(request => request.receivedAt);
      const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
      expect(seconds).toBeLessThan((5 * count) / rateLimitPerSecond);
      await until(async () => expect(await countByStatus(endpoint)).toEqual({ SUCCEEDED: count }));
      expect(await mostPerSecond(endpoint)).toBeLessThanOrEqual(Math.ceil(rateLimitPerSecond) + 1);
    },
  );
});

it.each(['NONE', 'FIFO'] as const)(
  'deliveries of an endpoint with ordering %s have a nextAttemptAt that considers the rate limit',
  async ordering => {
    await using stack = new AsyncDisposableStack();
    const receiver = stack.use(await startReceiver(respond(200)));
    const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond: 0.1, ordering });
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      ids.push(await scene.publishOne({ type: 'a', endpointIds: [endpoint.id] }));
    }
    startSenders(stack, 1, null);
    const [first] = await receiver.waitFor(1);
    await until(async () => {
      const waiting = (await Promise.all(ids.map(scene.read))).filter(delivery => delivery.nextAttemptAt !== null);
      const waits = waiting.map(delivery => (delivery.nextAttemptAt ?? 0) - (first?.receivedAt ?? 0));
      expect(waits.map(waitMs => Math.round(waitMs / 5000) * 5)).toEqual([10, 20, 30]);
    });
  },
);

it('a delivery that waits for its rate limit is sent at its nextAttemptAt', async () => {
  await using stack = new AsyncDisposableStack();
  const receiver = stack.use(await startReceiver(respond(200)));
  const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond: 0.2 });
  await scene.publishOne({ type: 'a', endpointIds: [endpoint.id] });
  const second = await scene.publishOne({ type: 'a', endpointIds: [endpoint.id] });
  startSenders(stack, 1, null);
  const [first] = await receiver.waitFor(1);
  const announcedMs = await until(async () => {
    const { nextAttemptAt } = await scene.read(second);
    expect(nextAttemptAt).toBeGreaterThan((first?.receivedAt ?? 0) + 1000);
    return nextAttemptAt ?? 0;
  });
  const [, next] = await receiver.waitFor(2);
  const lateMs = (next?.receivedAt ?? 0) - announcedMs;
  expect(lateMs).toBeGreaterThan(-500);
  expect(lateMs).toBeLessThan(4_000);
});

it('a rate-limited endpoint that was idle for long is sent the next delivery at once', async () => {
  await using stack = new AsyncDisposableStack();
  const receiver = stack.use(await startReceiver(respond(200)));
  const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond: 2 });
  startSenders(stack, 3, testRedis().url);
  for (let index = 1; index <= 4; index += 1) {
    await publishMany(endpoint, 1);
    await receiver.waitFor(index);
  }
});

it('a sender with a Redis latency of 5 ms does not exceed a rate limit of 1,000 a second', async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await openDistantRedis(testRedis().url, 5));
  const receiver = stack.use(await startReceiver(respond(200)));
  const endpoint = await scene.createEndpoint({ url: receiver.url, rateLimitPerSecond: 1000 });
  await publishMany(endpoint, 1000);
  await publishMany(endpoint, 1000);
  const rateLimiter = stack.use(openRateLimiter(redis.url, scene.services.clock, silentLog));
  stack.use(scene.startSender({ rateLimiter, concurrency: 256, endpointConcurrency: 64 }));
  await until(async () => expect(await countByStatus(endpoint)).toEqual({ SUCCEEDED: 2000 }));
  // Checks only that the limit is not exceeded. That it is reached is tested with simulated time in
  // high-rate-limits.test.ts.
  expect(await mostPerSecond(endpoint)).toBeLessThanOrEqual(1001);
});

it('a sender that starts gets its first rate limit token from Redis, and waits if another sender has just taken it', async () => {
  const id = `endpoint-${Math.random()}`;
  for (const count of [1, 0, 0]) {
    await using limiter = openRateLimiter(testRedis().url, scene.services.clock, silentLog);
    expect((await limiter.tryAcquire(id, 0.01, 1)).count).toBe(count);
  }
});

it('a sender of a rate-limited endpoint that starts without Redis sends its first delivery at once', async () => {
  await using limiter = openRateLimiter('redis://127.0.0.1:1', scene.services.clock, silentLog);
  const startedMs = performance.now();
  expect((await limiter.tryAcquire('endpoint', 0.01, 1)).count).toBe(1);
  expect(performance.now() - startedMs).toBeLessThan(2500);
});

it('the rate limiter grants tokens a quarter of a second ahead, and a changed limit applies after one of its intervals', async () => {
  for (const url of [null, testRedis().url]) {
    await using limiter = openRateLimiter(url, scene.services.clock, silentLog);
    const id = `endpoint-${Math.random()}`;
    const askedMs = performance.now();
    const grant = await limiter.tryAcquire(id, 40, 20);
    expect(grant.count).toBe(11);
    expect(grant.firstMs).toBeGreaterThan(askedMs - 1000);
    expect(grant.firstMs).toBeLessThanOrEqual(performance.now());
    // The last of the 11 tokens is 250 ms ahead, so further ones are granted only as time passes: one in 25 ms.
    const { count } = await limiter.tryAcquire(id, 40, 20);
    expect(count).toBeLessThanOrEqual(Math.ceil((performance.now() - askedMs) / 25));
    // After a change of the limit, a caller waits at most for the interval of the new limit.
    expect((await limiter.tryAcquire(id, 0.1, 1)).firstMs - performance.now()).toBeLessThanOrEqual(10_000);
    expect((await limiter.tryAcquire(id, 20, 1)).firstMs - performance.now()).toBeLessThanOrEqual(250);
  }
});

it.each([
  ['Redis', testRedis],
  ['its own buckets', () => ({ url: null })],
])('the rate limiter with %s grants released tokens again, but none that others followed', async (_, redis) => {
  let aheadMs = 0;
  const clock = { now: () => scene.services.clock.now() + aheadMs };
  await using limiter = openRateLimiter(redis().url, clock, silentLog);
  const id = `endpoint-${Math.random()}`;
  const acquire = () => limiter.tryAcquire(id, 0.01, 1);
  const first = await acquire();
  expect((await acquire()).count).toBe(0);
  first.release();
  // The next token has another time than the first one.
  aheadMs = 1000;
  expect((await acquire()).count).toBe(1);
  first.release();
  expect((await acquire()).count).toBe(0);
});

it('an endpoint gets rate limit tokens again after the clock of the database was set back by an hour', async () => {
  let setBackMs = 0;
  const clock = { now: () => scene.services.clock.now() - setBackMs };
  await using limiter = openRateLimiter(testRedis().url, clock, silentLog);
  const id = `endpoint-${Math.random()}`;
  expect((await limiter.tryAcquire(id, 10, 1)).count).toBe(1);
  setBackMs = 3_600_000;
  const refused = await limiter.tryAcquire(id, 10, 1);
  expect(refused.count).toBe(0);
  expect(refused.firstMs - performance.now()).toBeLessThanOrEqual(100);
  // The bucket in Redis expires a little more than a second after its last token.
  await until(async () => expect((await limiter.tryAcquire(id, 10, 1)).count).toBe(1));
});

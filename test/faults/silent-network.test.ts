import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrisma } from '../../src/database/client.ts';
import { isUnavailable } from '../../src/database/failures.ts';
import { openPool, withDisposableClient, withTransaction } from '../../src/database/pool.ts';
import { newUuid } from '../../src/ids.ts';
import { type CutProxy, startCutProxy } from '../clients/cut-proxy.ts';
import { until } from '../domain/scene.ts';
import { openConnectedRedisFeed } from '../feed/backends.ts';
import { makeTransition } from '../feed/transitions.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../fixtures/postgres.ts';
import { startRedis } from '../fixtures/redis.ts';

/** Long enough for a busy machine, because opening a connection has this timeout too. */
const statementTimeoutMs = 3_000;
/**
 * The product guarantees the statement timeout plus two seconds. The test allows five times as much on a busy machine.
 */
const recoveryMs = 5 * (statementTimeoutMs + 2_000);

let database: TestDatabase;
let proxy: CutProxy;
beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await startCutProxy(Number(new URL(database.connectionString).port));
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function openProxiedPool(max: number) {
  const url = new URL(database.connectionString);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const pool = openPool({
    connectionString: url.href,
    max,
    statementTimeoutMs,
    applicationName: 'livehook-silent',
    log: silentLog,
  });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    error => error,
  );
}

/** Rejects if the promise does not settle within the limit. */
async function within<T>(promise: Promise<T>, limitMs = recoveryMs): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it took more than ${limitMs} ms`)), limitMs);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

describe('a PostgreSQL server that stops responding without closing its connections', () => {
  it('makes every kind of statement reject as unavailable within the statement timeout plus two seconds', async () => {
    await using pool = openProxiedPool(8);
    const prisma = createPrisma(pool);
    await prisma.tenant.count();
    const began = Promise.withResolvers<void>();
    const silenced = Promise.withResolvers<void>();
    const transaction = withTransaction(pool, async client => {
      await client.query('SELECT 1');
      began.resolve();
      await silenced.promise;
    });
    const prismaTransaction = prisma.$transaction(async inner => {
      await inner.tenant.count();
      await silenced.promise;
      await inner.tenant.count();
    });
    const failures = Promise.all([failureOf(transaction), failureOf(prismaTransaction)]);
    await began.promise;
    proxy.silence();
    silenced.resolve();
    const results = await within(
      Promise.all([failures, failureOf(pool.query('SELECT 1')), failureOf(prisma.tenant.count())]),
    );
    expect(results.flat().map(isUnavailable)).toEqual([true, true, true, true]);
  });

  it('lets the pool discard all its silent idle connections once one of them was detected', async () => {
    await using pool = openProxiedPool(8);
    await Promise.all(Array.from({ length: 8 }, () => pool.query('SELECT pg_sleep(0.05)')));
    // Waits for all connections to be idle, because on a busy machine the last one may be opened after the others have
    // done the work.
    await until(() => expect(pool.idleCount).toBe(8));
    proxy.silence();
    proxy.mend();
    expect(isUnavailable(await within(failureOf(pool.query('SELECT 1'))))).toBe(true);
    for (let round = 0; round < 8; round += 1) {
      expect((await within(pool.query('SELECT 1 AS one'))).rows).toEqual([{ one: 1 }]);
    }
  });

  it('makes opening a connection time out, and a later one works once the server responds again', async () => {
    await using pool = openProxiedPool(2);
    proxy.silence();
    expect(isUnavailable(await within(failureOf(pool.query('SELECT 1'))))).toBe(true);
    proxy.mend();
    expect((await within(pool.query('SELECT 1 AS one'))).rows).toEqual([{ one: 1 }]);
  });

  it('makes a statement without a time limit reject as unavailable too', async () => {
    await using pool = openProxiedPool(2);
    const failure = failureOf(
      withDisposableClient(pool, async client => {
        await client.query('SET statement_timeout = 0');
        const waiting = client.query('SELECT pg_sleep(600)');
        proxy.silence();
        await waiting;
      }),
    );
    // The limit also allows one second until the next check of silent connections, and the duration of the check.
    expect(isUnavailable(await within(failure, recoveryMs + 2_000))).toBe(true);
  });

  it('is told apart from a slow statement that is exempt from the statement timeout', async () => {
    await using pool = openProxiedPool(2);
    const rows = await withDisposableClient(pool, async client => {
      await client.query('SET statement_timeout = 0');
      return (await client.query('SELECT 1 AS one FROM pg_sleep(5.5)')).rows;
    });
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('does not delay closing the pool', async () => {
    const pool = openProxiedPool(2);
    await pool.query('SELECT 1');
    proxy.silence();
    await within(pool.end());
  });
});

/**
 * The product detects a lost connection within 5 s and replaces it within 4 s. The limit allows more on a busy machine.
 */
const redisRecoveryMs = 30_000;

describe('a Redis server that stops responding without closing its connections', () => {
  it('sends subscribers the transitions of another process as soon as it responds again', async () => {
    await using redis = await startRedis();
    await using redisProxy = await startCutProxy(Number(new URL(redis.url).port));
    const url = new URL(redis.url);
    url.port = String(redisProxy.port);
    await using feed = await openConnectedRedisFeed({ url: url.href });
    await using other = await openConnectedRedisFeed({ url: redis.url });
    const tenantId = newUuid(Date.now());
    const stopping = new AbortController();
    const items = await feed.subscribe(tenantId, { signal: stopping.signal });
    redisProxy.silence();
    const transition = makeTransition(tenantId);
    await other.publish([transition]);
    redisProxy.mend();
    const item = await within(items.next(), redisRecoveryMs);
    expect(item.value?.transition.delivery.id).toBe(transition.delivery.id);
    await within(
      until(() => feed.publish([makeTransition(tenantId)])),
      redisRecoveryMs,
    );
    stopping.abort();
  });
});

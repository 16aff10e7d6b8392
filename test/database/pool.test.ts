import { once } from 'node:events';
import { createServer } from 'node:net';
import type { PoolClient } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrisma } from '../../src/database/client.ts';
import { openDatabaseClock } from '../../src/database/clock.ts';
import { isStatementTimeout, isUnavailable } from '../../src/database/failures.ts';
import {
  defineStatement,
  keptPlans,
  openPool,
  type PoolOptions,
  withAdvisoryLock,
  withClient,
  withDisposableClient,
  withTransaction,
} from '../../src/database/pool.ts';
import type { Logger } from '../../src/log.ts';
import { createTestDatabase, silentLog as log, type TestDatabase } from '../fixtures/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    error => error,
  );
}

function openTestPool(options: Partial<PoolOptions> = {}) {
  const defaults = { connectionString: database.connectionString, max: 2, statementTimeoutMs: 5_000, log };
  return openPool({ ...defaults, ...options, applicationName: 'livehook-pool-test' });
}

function captureLog(): { log: Logger; firstLine: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { log: pino({ level: 'warn' }, { write: resolve }), firstLine: promise };
}

async function terminateOthers(): Promise<void> {
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'livehook-pool-test'`,
  );
}

describe('openPool', () => {
  test('reads times as Date and bigint as number, and rejects a bigint that is too large', async () => {
    const { rows } = await database.pool.query(
      "SELECT 9007199254740991::bigint AS large, '2026-01-02T03:04:05.678Z'::timestamptz(3) AS at",
    );
    expect(rows).toEqual([{ large: Number.MAX_SAFE_INTEGER, at: new Date('2026-01-02T03:04:05.678Z') }]);
    await expect(database.pool.query('SELECT 9007199254740992::bigint')).rejects.toThrow(RangeError);
  });

  test('returns a pool that survives the loss of its idle connections, and logs the loss without the password', async () => {
    const logged = captureLog();
    const pool = openTestPool({ log: logged.log });
    await pool.query('SELECT 1');
    await terminateOthers();
    const line = await logged.firstLine;
    expect(line).toContain('an idle database connection failed');
    expect(line).not.toContain(new URL(database.connectionString).password);
    expect((await pool.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    await pool.end();
  });

  test('cancels a statement that exceeds the statement timeout', async () => {
    const pool = openTestPool({ statementTimeoutMs: 50 });
    const error = await failure(pool.query('SELECT pg_sleep(10)'));
    expect(isStatementTimeout(error)).toBe(true);
    expect(isUnavailable(error)).toBe(false);
    await pool.end();
  });
});

test('PostgreSQL 17 and newer ends transactions of the pool after five minutes, except those without a time limit', async () => {
  const pool = openTestPool({ hasTransactionTimeout: true });
  const readTimeout = async (client: Pick<PoolClient, 'query'>) =>
    (await client.query('SHOW transaction_timeout')).rows[0].transaction_timeout;
  try {
    expect(await withTransaction(pool, readTimeout)).toBe('5min');
    expect(await withDisposableClient(pool, readTimeout)).toBe('0');
  } finally {
    await pool.end();
  }
});

test('PostgreSQL ends a transaction that exceeds its timeout, except one that holds an advisory lock', async () => {
  const pool = openTestPool({ settings: { transaction_timeout: '1500' } });
  const sleep = 'SELECT pg_sleep(2)';
  try {
    const [ended, locked] = await Promise.all([
      failure(withTransaction(pool, client => client.query(sleep))),
      withAdvisoryLock(pool, 8, () => database.pool.query(sleep).then(() => 'done')),
    ]);
    expect(ended).toMatchObject({ code: '25P04' });
    expect(locked).toEqual({ result: 'done' });
  } finally {
    await pool.end();
  }
});

describe('withTransaction', () => {
  test('commits if its callback resolves, and rolls back if it rejects', async () => {
    await database.pool.query('CREATE TABLE note (text text)');
    expect(
      await withTransaction(database.pool, async client => client.query("INSERT INTO note VALUES ('kept')")),
    ).toMatchObject({ rowCount: 1 });
    const error = await failure(
      withTransaction(database.pool, async client => {
        await client.query("INSERT INTO note VALUES ('lost')");
        throw new Error('changed my mind');
      }),
    );
    expect(error).toMatchObject({ message: 'changed my mind' });
    expect((await database.pool.query('SELECT text FROM note')).rows).toEqual([{ text: 'kept' }]);
  });

  test('discards a connection that broke during the transaction', async () => {
    const pool = openTestPool({ max: 1 });
    const error = await failure(
      withTransaction(pool, async client => {
        await terminateOthers();
        await client.query('SELECT 1');
      }),
    );
    expect(isUnavailable(error)).toBe(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});

describe('defineStatement', () => {
  const divide = defineStatement<[a: number, b: number], { quotient: number }>({
    name: 'test_divide',
    text: 'SELECT $1::int / $2::int AS quotient',
  });

  test('prepares the statement once on each connection, and not again after it has failed', async () => {
    const pool = openTestPool({ max: 1 });
    expect(await divide(pool, [6, 3])).toEqual([{ quotient: 2 }]);
    expect(await failure(divide(pool, [1, 0]))).toMatchObject({ code: '22012' });
    expect(await withClient(pool, client => divide(client, [8, 2]))).toEqual([{ quotient: 4 }]);
    const { rows } = await pool.query('SELECT name, generic_plans + custom_plans AS runs FROM pg_prepared_statements');
    // Only two runs are counted, because the division by zero failed while PostgreSQL planned it.
    expect(rows).toEqual([{ name: 'test_divide', runs: 2 }]);
    await pool.end();
  });
});

describe('isUnavailable', () => {
  test('is true for the errors of pg and Prisma if the server refuses connections', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await server[Symbol.asyncDispose]();
    const pool = openTestPool({ connectionString: `postgres://a:b@localhost:${port}/c` });
    expect(isUnavailable(await failure(pool.query('SELECT 1')))).toBe(true);
    const prisma = createPrisma(pool);
    expect(isUnavailable(await failure(prisma.tenant.findMany()))).toBe(true);
    await prisma.$disconnect();
    await pool.end();
  });

  test('is true for the errors of pg and Prisma if the connection is cut during a statement', async () => {
    const pool = openTestPool({ max: 2 });
    const prisma = createPrisma(pool);
    const cut = async (statement: Promise<unknown>) => {
      const failed = failure(statement);
      await expect
        .poll(async () => {
          const { rows } = await database.pool.query(
            "SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE query LIKE '%pg_sleep(10)%' AND pid <> pg_backend_pid()",
          );
          return rows.length;
        })
        .toBeGreaterThan(0);
      return failed;
    };
    expect(isUnavailable(await cut(pool.query('SELECT pg_sleep(10)')))).toBe(true);
    expect(isUnavailable(await cut(prisma.$queryRaw`SELECT pg_sleep(10)::text`))).toBe(true);
    await prisma.$disconnect();
    await pool.end();
  });

  test('is true for a server that never answers', async () => {
    const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const pool = openTestPool({ connectionString: `postgres://a:b@127.0.0.1:${port}/c` });
    expect(isUnavailable(await failure(pool.query('SELECT 1')))).toBe(true);
    await pool.end();
    await server[Symbol.asyncDispose]();
  });

  test('is true for a read-only standby, and false for other database errors', async () => {
    const readOnly = await failure(
      withTransaction(database.pool, async client => {
        await client.query('SET TRANSACTION READ ONLY');
        await client.query('CREATE TABLE never (a int)');
      }),
    );
    expect(isUnavailable(readOnly)).toBe(true);
    expect(isUnavailable(await failure(database.pool.query('SELECT 1/0')))).toBe(false);
    expect(isUnavailable(await failure(database.pool.query('SELEC')))).toBe(false);
    expect(isUnavailable(new Error('Connection pool of thoughts'))).toBe(false);
    expect(isUnavailable(undefined)).toBe(false);
  });
});

describe('createPrisma', () => {
  test('returns a Prisma client that uses the given pool, and does not close it', async () => {
    const prisma = createPrisma(database.pool);
    expect(await prisma.tenant.findMany()).toMatchObject([{ name: 'default', routingRevision: 1n }]);
    expect((await prisma.event.findMany()).length).toBe(0);
    await prisma.$disconnect();
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('openDatabaseClock', () => {
  test('returns a clock that follows the time of the database and is measured again regularly', async () => {
    await using clock = await openDatabaseClock({ pool: database.pool, log, intervalMs: 20 });
    for (let round = 0; round < 3; round += 1) {
      // The bounds are wide, because a round trip can take long on a busy machine.
      const before = clock.now();
      const { rows } = await database.pool.query('SELECT clock_timestamp() AS now');
      const after = clock.now();
      expect(rows[0].now.getTime()).toBeGreaterThanOrEqual(before - 500);
      expect(rows[0].now.getTime()).toBeLessThanOrEqual(after + 500);
    }
    expect(Number.isInteger(clock.now())).toBe(true);
    await clock[Symbol.asyncDispose]();
    await clock[Symbol.asyncDispose]();
  });

  test('returns a clock that keeps its last measurement while the database is unreachable', async () => {
    const pool = openTestPool();
    const logged = captureLog();
    await using clock = await openDatabaseClock({ pool, log: logged.log, intervalMs: 5 });
    await pool.end();
    expect(await logged.firstLine).toContain('the database clock could not be read');
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });
});

test('the pool closes a connection that has cached plans after 45 to 75 seconds, and keeps connections without cached plans', () => {
  const { options } = openTestPool({ settings: keptPlans });
  const lifetimes = Array.from({ length: 8 }, () => options.maxLifetimeSeconds ?? 0);
  expect(new Set(lifetimes).size).toBeGreaterThan(1);
  expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(45);
  expect(Math.max(...lifetimes)).toBeLessThanOrEqual(75);
  expect(openTestPool().options.maxLifetimeSeconds).toBe(0);
});

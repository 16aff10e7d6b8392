import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { isStatementTimeout } from '../../src/database/failures.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { dropPartitionsBefore, ensurePartitions, partitionRange } from '../../src/database/partitions.ts';
import {
  defineStatement,
  inspectDatabase,
  keptPlans,
  openPool,
  withAdvisoryLock,
  withClient,
} from '../../src/database/pool.ts';
import { findPgBouncer, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { createTestDatabase, silentLog as log } from '../fixtures/postgres.ts';

const program = await findPgBouncer();
if (program === null) console.warn('Skipped: no pgbouncer on this machine. Run: sudo apt-get install -y pgbouncer');
const applicationName = 'livehook-pooled';

const ignoringSettings = ['ignore_startup_parameters = options,statement_timeout,idle_in_transaction_session_timeout'];

/** Opens a pool through a PgBouncer with four server connections, which the connections of the pool share. */
async function openPooled(
  stack: AsyncDisposableStack,
  {
    empty = false,
    statementTimeoutMs = 30_000,
  }: { readonly empty?: boolean; readonly statementTimeoutMs?: number } = {},
): Promise<Pool> {
  const database = stack.use(await createTestDatabase({ empty }));
  const pgBouncer = stack.use(
    await startPgBouncer(program as string, database.connectionString, ['default_pool_size = 4']),
  );
  const pool = openPool({
    connectionString: pgBouncer.connectionString,
    max: 8,
    statementTimeoutMs,
    applicationName,
    usesTransactionPooler: true,
    settings: keptPlans,
    log,
  });
  stack.defer(() => pool.end());
  return pool;
}

describe.skipIf(program === null)('Livehook works through PgBouncer in transaction mode', () => {
  test.each([
    ['that refuses the settings of a session', []],
    ['that ignores the settings of a session', ignoringSettings],
  ])('a pooler %s is detected, and a direct connection is not', async (_what, settings) => {
    await using database = await createTestDatabase();
    await using pgBouncer = await startPgBouncer(program as string, database.connectionString, settings);
    const { connectionString } = pgBouncer;
    expect(await inspectDatabase({ connectionString, applicationName, log })).toMatchObject({
      usesTransactionPooler: true,
    });
    const direct = database.connectionString;
    expect(await inspectDatabase({ connectionString: direct, applicationName, log })).toEqual({
      usesTransactionPooler: false,
      hasTransactionTimeout: true,
    });
  });

  test('a database that the pooler cannot reach is reported as unreachable', async () => {
    const connectionString = 'postgres://nobody@127.0.0.1:1/nothing';
    await expect(inspectDatabase({ connectionString, applicationName, log })).rejects.toThrow('ECONNREFUSED');
  });

  test('named statements work on every session, and every session uses UTC', async () => {
    await using stack = new AsyncDisposableStack();
    const pool = await openPooled(stack);
    const statement = defineStatement<[number], { zone: string; value: number }>({
      name: 'pgbouncer-test',
      text: "SELECT current_setting('timezone') AS zone, $1::int AS value, pg_sleep(0.01)",
    });
    const rows = await Promise.all(Array.from({ length: 40 }, (_, value) => statement(pool, [value])));
    expect(rows.flat().map(({ zone, value }) => [zone, value])).toEqual(
      Array.from({ length: 40 }, (_, value) => ['UTC', value]),
    );
  });

  test('a statement that exceeds the timeout is canceled, and the pool stays usable', async () => {
    await using stack = new AsyncDisposableStack();
    const pool = await openPooled(stack, { statementTimeoutMs: 500 });
    const error = await withClient(pool, client => client.query('SELECT pg_sleep(60)')).catch(error => error);
    expect(isStatementTimeout(error)).toBe(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('an advisory lock excludes other clients while it is held, and no session keeps it after its release', async () => {
    await using stack = new AsyncDisposableStack();
    const pool = await openPooled(stack);
    const tryLock = () => withAdvisoryLock(pool, 42, async () => 'mine');
    const nested = await withAdvisoryLock(pool, 42, tryLock);
    expect(nested).toEqual({ result: null });
    for (let round = 0; round < 10; round += 1) expect(await tryLock()).toEqual({ result: 'mine' });
  });

  test('processes that start together apply migrations once, and creating and dropping partitions leaves no setting on a session', async () => {
    await using stack = new AsyncDisposableStack();
    const pool = await openPooled(stack, { empty: true });
    const applied = await Promise.all([1, 2].map(() => applyMigrations(pool, { log })));
    expect(applied.map(names => names.length > 0).sort()).toEqual([false, true]);
    const range = partitionRange(Date.now());
    expect(await withClient(pool, client => ensurePartitions(client, range))).not.toEqual([]);
    const dropped = await dropPartitionsBefore(pool, { beforeMs: range.untilMs, log });
    expect(dropped).not.toEqual([]);
    const shown = await Promise.all(
      Array.from({ length: 8 }, () =>
        pool.query(
          "SELECT current_setting('statement_timeout') AS t, current_setting('lock_timeout') AS l, pg_sleep(0.01)",
        ),
      ),
    );
    expect(new Set(shown.map(({ rows }) => `${rows[0].t} ${rows[0].l}`))).toEqual(new Set(['0 0']));
  });
});

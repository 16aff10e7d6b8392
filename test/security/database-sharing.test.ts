import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrisma } from '../../src/database/client.ts';
import { type OperationScope, runInOperation } from '../../src/database/operation-scope.ts';
import { openPool, withTransaction } from '../../src/database/pool.ts';
import { TimeoutError, UnavailableError } from '../../src/errors.ts';
import { until } from '../domain/scene.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../fixtures/postgres.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database[Symbol.asyncDispose]());

function openFairPool({
  max = 8,
  connectionsPerTenant = 2,
  statementTimeoutMs = 20_000,
  connectionString = database.connectionString,
} = {}) {
  const pool = openPool({
    connectionString,
    max,
    fairLimits: { connectionsPerTenant, maxWaitingPerTenant: 2_000, maxWaiting: 10_000 },
    statementTimeoutMs,
    applicationName: 'livehook-fair',
    log: silentLog,
  });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}

function scopeOf(tenantId: string, signal: AbortSignal, kind: OperationScope['kind'] = 'READ'): OperationScope {
  return { tenantId, kind, signal };
}

async function countRunning(text: string): Promise<number> {
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS running FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND query = $1 AND application_name = 'livehook-fair'`,
    [text],
  );
  return rows[0].running;
}

const never = new AbortController().signal;
const sleep = 'SELECT pg_sleep(600)';

/** Starts a proxy to PostgreSQL. While it is silent, it accepts new connections and forwards nothing. */
async function openSilentProxy(target: URL) {
  let isSilent = false;
  const sockets = new Set<ReturnType<typeof connect>>();
  const server = createServer(client => {
    sockets.add(client.on('error', () => undefined));
    if (isSilent) return void client.resume();
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(upstream.on('error', () => undefined));
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: url.href,
    beSilent(silent: boolean) {
      isSilent = silent;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a connection pool that tenants share', () => {
  it('gives one tenant at most its share of connections, and leaves the others for other tenants', async () => {
    await using pool = openFairPool();
    const ending = new AbortController();
    const attack = Array.from({ length: 20 }, () =>
      runInOperation(scopeOf('attacker', ending.signal), () => pool.query(sleep)),
    );
    const results = Promise.allSettled(attack);
    await until(async () => expect(await countRunning(sleep)).toBe(2));
    for (const scope of [scopeOf('bystander', never), scopeOf('attacker', never, 'WRITE')]) {
      expect((await runInOperation(scope, () => pool.query('SELECT 1 AS one'))).rows).toEqual([{ one: 1 }]);
    }
    expect(await countRunning(sleep)).toBe(2);
    ending.abort(new TimeoutError('too late'));
    const reasons = (await results).map(result => (result as PromiseRejectedResult).reason);
    expect(reasons.filter(reason => reason instanceof TimeoutError)).toHaveLength(18);
    expect(reasons.filter(reason => reason.code === '57014')).toHaveLength(2);
  });

  it('cancels the statement of an aborted operation on the server and frees its connection', async () => {
    await using pool = openFairPool({ max: 1 });
    const ending = new AbortController();
    const failed = runInOperation(scopeOf('tenant', ending.signal), () => pool.query(sleep)).catch(error => error);
    await until(async () => expect(await countRunning(sleep)).toBe(1));
    ending.abort();
    expect(await failed).toMatchObject({ code: '57014' });
    // Waits, because PostgreSQL sends the error shortly before the statement disappears from pg_stat_activity.
    await until(async () => expect(await countRunning(sleep)).toBe(0));
    const { rows } = await runInOperation(scopeOf('tenant', never), () => pool.query('SELECT 1 AS one'));
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('frees the connection of an aborted operation although the cancel request gets no answer', async () => {
    await using proxy = await openSilentProxy(new URL(database.connectionString));
    await using pool = openFairPool({ max: 1, connectionString: proxy.connectionString });
    const ending = new AbortController();
    const failed = runInOperation(scopeOf('tenant', ending.signal), () => pool.query(sleep)).catch(error => error);
    await until(async () => expect(await countRunning(sleep)).toBe(1));
    proxy.beSilent(true);
    ending.abort();
    expect(await failed).toBeInstanceOf(Error);
    proxy.beSilent(false);
    const { rows } = await runInOperation(scopeOf('tenant', never), () => pool.query('SELECT 1 AS one'));
    expect(rows).toEqual([{ one: 1 }]);
    // Ends the session, because PostgreSQL notices the closed connection only after the statement has ended.
    await database.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1', [sleep]);
  });

  it.each(['withTransaction', 'Prisma'])('does not commit the transaction of an aborted operation (%s)', async how => {
    await using pool = openFairPool();
    const prisma = createPrisma(pool);
    await database.pool.query('CREATE TABLE note (text text)');
    const ending = new AbortController();
    const write = () =>
      how === 'Prisma'
        ? prisma.$transaction(async transaction => {
            await transaction.$executeRaw`INSERT INTO note VALUES ('lost')`;
            ending.abort();
          })
        : withTransaction(pool, async client => {
            await client.query("INSERT INTO note VALUES ('lost')");
            ending.abort();
          });
    await expect(runInOperation(scopeOf('tenant', ending.signal, 'WRITE'), write)).rejects.toThrow(
      'The client has disconnected.',
    );
    await until(() => expect(pool.totalCount - pool.idleCount).toBe(0));
    expect((await database.pool.query('SELECT FROM note')).rows).toEqual([]);
    expect((await pool.query('SELECT FROM note')).rows).toEqual([]);
  });

  it('starts no statement for an operation that was aborted before', async () => {
    await using pool = openFairPool();
    const scope = scopeOf('tenant', AbortSignal.abort());
    await expect(runInOperation(scope, () => pool.query('SELECT 1'))).rejects.toThrow(UnavailableError);
    expect(pool.totalCount).toBe(0);
  });

  it('limits how many statements of one tenant wait for a connection', async () => {
    await using pool = openFairPool();
    const ending = new AbortController();
    const scope = scopeOf('attacker', ending.signal);
    const results = Promise.allSettled(
      Array.from({ length: 2_003 }, () => runInOperation(scope, () => pool.query(sleep))),
    );
    await until(async () => expect(await countRunning(sleep)).toBe(2));
    const refused = runInOperation(scope, () => pool.query(sleep));
    await expect(refused).rejects.toThrow('Too many database statements of this tenant wait');
    ending.abort();
    expect((await results).every(({ status }) => status === 'rejected')).toBe(true);
  });
});

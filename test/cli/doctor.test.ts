import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/postgres.ts';
import { startRedis } from '../fixtures/redis.ts';
import { livehook, parseLines } from './run-livehook.ts';

const secrets = { ROOT_API_KEY: 'k'.repeat(16), ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') };
/**
 * A URL that refuses connections. The doctor requests it instead of the internet, so that no test depends on the
 * network of the machine.
 */
const offline = ['--egress-url', 'http://127.0.0.1:9/'];

/** Starts an HTTP server that sends the same response to every request. */
async function startAnswering(answer: { readonly status: number; readonly body: string }) {
  const server = createServer((_, response) => response.writeHead(answer.status).end(answer.body)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('livehook doctor and migrate', () => {
  const cleanup = new AsyncDisposableStack();
  let database: TestDatabase;

  beforeAll(async () => {
    database = cleanup.use(await createTestDatabase({ empty: true }));
  });
  afterAll(() => cleanup.disposeAsync());

  const run = (...args: string[]) => livehook(args, { DATABASE_URL: database.connectionString, ...secrets });
  const findMigrations = async () => {
    // The doctor reports a failure for the test database, because it runs without fsync.
    const { output } = await run('--json', 'doctor', ...offline);
    return parseLines(output).find(({ name }) => name === 'migrations');
  };

  it('the doctor reports a database without migrations, migrate applies them once, and the doctor then reports it as current', async () => {
    expect(await findMigrations()).toMatchObject({ level: 'warn', advice: expect.stringContaining('migrate up') });
    // Runs `livehook migrate` with DATABASE_URL as the only setting: the migrations need no keys.
    const migrate = (...args: string[]) =>
      livehook(['--json', 'migrate', ...args], { DATABASE_URL: database.connectionString });
    expect((await migrate('status')).code).toBe(5);
    const up = await migrate('up');
    expect(up).toMatchObject({ code: 0, errors: '' });
    const status = await migrate('status');
    expect(status.code).toBe(0);
    expect(parseLines(status.output)).toEqual(parseLines(up.output));
    expect((await run('migrate', 'up')).errors).toBe('The database is up to date.\n');
    expect(await findMigrations()).toMatchObject({ level: 'ok' });
  });

  it('the doctor says what to do about each service that it cannot use, and exits with 1', async () => {
    const unreachable = { DATABASE_URL: 'postgres://127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1', ...secrets };
    const { code, output } = await livehook(['--json', 'doctor', ...offline], unreachable);
    expect(code).toBe(1);
    const findings = parseLines(output);
    const failed = findings.filter(({ level }) => level === 'fail');
    expect(failed.map(({ name }) => name)).toEqual(['database', 'redis']);
    for (const { advice } of failed) expect(advice).toMatch(/^Check (DATABASE|REDIS)_URL/);
    expect(findings.find(({ name }) => name === 'egress')).toMatchObject({ level: 'warn' });
    expect(findings.find(({ name }) => name === 'server')).toMatchObject({ level: 'warn' });
    expect((await livehook(['doctor', ...offline], { PORT: 'x' })).output).toMatch(/^fail {2}configuration.*PORT/m);
  });

  it('the doctor prints whether the server is ready, and the readiness checks that fail', async () => {
    const answer = { status: 503, body: '' };
    await using server = await startAnswering(answer);
    const findServer = async () => {
      const { output } = await livehook(['--json', 'doctor', '--server', server.url, ...offline], secrets);
      return parseLines(output).find(({ name }) => name === 'server');
    };
    answer.body = JSON.stringify({ ready: false, closing: false, checks: { postgresql: true, sender: false } });
    expect(await findServer()).toMatchObject({ level: 'fail', text: `${server.url} is not ready: sender` });
    answer.body = 'Bad gateway';
    expect(await findServer()).toMatchObject({ level: 'fail' });
    answer.status = 404;
    expect(await findServer()).toMatchObject({ level: 'warn', text: `${server.url}/readyz answers 404` });
    answer.status = 200;
    expect(await findServer()).toEqual({ name: 'server', level: 'ok', text: `${server.url} is ready` });
  });

  it('the doctor fails if the eviction policy of Redis allows it to remove keys of the feed', async () => {
    await using redis = await startRedis({ args: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'] });
    const { code, output } = await livehook(['--json', 'doctor', ...offline], { REDIS_URL: redis.url });
    expect(code).toBe(1);
    expect(parseLines(output).find(({ name }) => name === 'redis memory')).toMatchObject({
      level: 'fail',
      advice: expect.stringContaining('noeviction'),
    });
  });

  it('migrate prints why it cannot reach the database, and fails without DATABASE_URL', async () => {
    const away = await livehook(['migrate', 'up'], { DATABASE_URL: 'postgres://127.0.0.1:1/x', ...secrets });
    expect(away.code).toBe(3);
    expect(away.errors).toContain('refuses connections');
    expect((await livehook(['migrate', 'status'], { DATABASE_URL: '' })).code).toBe(2);
  });
});

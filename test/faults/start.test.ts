import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test, vi } from 'vitest';
import { childEnvironment } from '../fixtures/child-environment.ts';
import { post } from '../fixtures/client.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startRawServer } from '../fixtures/raw-server.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findStablePort } from '../fixtures/stable-port.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const keys = { ROOT_API_KEY: 'root-key-for-tests', ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') };

function spawnMain(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], {
    cwd: inject('runDirectory'),
    env: { ...childEnvironment, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Waits for 'close', because 'exit' can come before the last output.
  return { child, exited: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]> };
}

/** Starts Livehook with only these environment variables. Stops it with SIGTERM after a line that matches `until`. */
async function run(environment: Readonly<Record<string, string>>, until = /Livehook is ready/) {
  const { child, exited } = spawnMain(environment);
  let output = '';
  let url = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text;
      url ||= /"url":"(http[^"]+)"/.exec(output)?.[1] ?? '';
      if (until.test(output)) ready.resolve();
    });
  }
  await Promise.race([ready.promise, exited]);
  return {
    url,
    get output() {
      return output;
    },
    async end(): Promise<number | null> {
      if (child.exitCode === null) child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

/** Runs a process whose start must fail with exit code 1 and without a stack trace. @returns its output. */
async function runToFailure(environment: Readonly<Record<string, string>>): Promise<string> {
  const failed = await run({ LOG_LEVEL: 'error', ...environment }, /never printed/);
  expect(await failed.end()).toBe(1);
  expect(failed.output).not.toMatch(/^\s+at /m);
  return failed.output.trim();
}

describe('livehook start prints in one sentence what to do, and exits with 1', () => {
  test('if the port is in use, before the database is touched', async () => {
    await using database = await createTestDatabase({ empty: true });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const output = await runToFailure({ ...keys, DATABASE_URL: database.connectionString, PORT: String(port) });
    expect(output).toBe(
      `Port ${port} on 127.0.0.1 is in use. Stop the other program, or set PORT (or METRICS_PORT) to another port.`,
    );
    const { rows } = await database.pool.query("SELECT to_regclass('tenant') AS found");
    expect(rows[0].found).toBeNull();
    other.close();
  });

  test.each([
    ['refuses connections', 'postgres://user:secret@127.0.0.1:1/livehook', '127.0.0.1:1/livehook refuses connections'],
    ['has a host name that does not exist', 'postgres://user:secret@nowhere.invalid/db', 'nowhere.invalid/db'],
  ])('if the database %s', async (_what, url, expected) => {
    const output = await runToFailure({ ...keys, DATABASE_URL: url });
    expect(output).toContain(`PostgreSQL at ${expected}`);
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toContain('secret');
    expect(output.split('\n')).toHaveLength(1);
  });

  test('if the database accepts the connection and never responds', async () => {
    await using silent = await startRawServer();
    const output = await runToFailure({ ...keys, DATABASE_URL: `postgres://user@127.0.0.1:${silent.port}/db` });
    expect(output).toContain(`PostgreSQL at 127.0.0.1:${silent.port}/db cannot be used`);
  });

  test('if the password is wrong, or the database does not exist', async () => {
    await using database = await createTestDatabase();
    const url = new URL(database.connectionString);
    url.pathname = '/missing';
    expect(await runToFailure({ ...keys, DATABASE_URL: url.href })).toContain('does not have that database');
    url.password = 'wrong';
    expect(await runToFailure({ ...keys, DATABASE_URL: url.href })).toContain('refuses the password');
  });

  test.each(['/proc/x', '/proc/x/y', '/dev/null', '/dev/null/x'])(
    'if DATA_DIR is the unusable path %s',
    async dataDir => {
      const output = await runToFailure({ DATA_DIR: dataDir });
      expect(output).toContain(`DATA_DIR ${dataDir} cannot be used`);
      expect(output.split('\n')).toHaveLength(1);
    },
  );

  test('if METRICS_PORT is the same as PORT, or HOST has no address, before the database is touched', async () => {
    const database = { ...keys, DATABASE_URL: 'postgres://user@127.0.0.1:1/livehook' };
    expect(await runToFailure({ ...database, PORT: '45991', METRICS_PORT: '45991' })).toMatch(
      /METRICS_PORT is 45991, as is PORT\. Set it to another port/,
    );
    expect(await runToFailure({ ...database, HOST: 'nowhere.invalid' })).toMatch(
      /^The address nowhere\.invalid cannot be used, because the name in HOST does not resolve\.$/,
    );
    expect(await runToFailure({ ...database, HOST: '203.0.113.7' })).toMatch(
      /^The address 203\.0\.113\.7 cannot be used/,
    );
  });

  test.each([
    ['EGRESS_ALLOW', 'localhost', '"localhost" is not a CIDR such as 10.0.0.0/8 or fd00::/8'],
    ['EGRESS_DENY', '10.0.0.0/99', '"10.0.0.0/99" is not a CIDR'],
    ['EGRESS_DNS_SERVERS', 'dns.example', 'must be addresses such as 9.9.9.9'],
  ])('if %s has the invalid value %s', async (name, value, message) => {
    const output = await runToFailure({ [name]: value });
    expect(output).toContain(`${name}: `);
    expect(output).toContain(message);
  });

  test('if the documents of TRUSTED_DOCUMENTS are missing', async () => {
    expect(await runToFailure({ ...keys, TRUSTED_DOCUMENTS: '/missing.json' })).toContain(
      'TRUSTED_DOCUMENTS: /missing.json',
    );
  });

  test('if the encryption key or the password of an existing embedded database is missing', async () => {
    const dataDir = await makeTestDirectory('start');
    await mkdir(path.join(dataDir, 'postgres'));
    await writeFile(path.join(dataDir, 'encryption-key'), '');
    expect(await runToFailure({ DATA_DIR: dataDir })).toContain('encryption-key is empty. Restore it from a backup');
    await writeFile(path.join(dataDir, 'encryption-key'), keys.ENCRYPTION_KEY);
    expect(await runToFailure({ DATA_DIR: dataDir })).toMatch(
      /postgres is not a complete database: \S+password is missing or empty\. Restore/,
    );
  });
});

describe('livehook start succeeds', () => {
  test("with the variables of the user's other databases, and prints the source of the root key each time", async () => {
    const dataDir = await makeTestDirectory('start');
    const file = path.join(dataDir, 'root-api-key');
    for (const isFirst of [true, false]) {
      const livehook = await run(
        {
          DATA_DIR: dataDir,
          PGSSLMODE: 'require',
          PGOPTIONS: '-c nonsense=1',
          PGDATABASE: 'other',
          PGHOST: '/nowhere',
        },
        /The root API key is kept in/,
      );
      expect(await livehook.end()).toBe(0);
      expect(livehook.output).toContain(`The root API key is kept in ${file}`);
      const key = (await readFile(file, 'utf8')).trim();
      expect(livehook.output.includes(`Root API key: ${key}`)).toBe(isFirst);
    }
    // Creates the files that a crash can leave: an empty file of PostgreSQL and an empty key.
    const pidFile = path.join(dataDir, 'postgres/data/postmaster.pid');
    await writeFile(pidFile, '');
    await utimes(pidFile, new Date(0), new Date(0));
    await writeFile(file, '');
    const livehook = await run({ DATA_DIR: dataDir });
    const key = (await readFile(file, 'utf8')).trim();
    expect(key).toMatch(/^lhr_/);
    expect((await post(livehook.url, key, '{ viewer { tenant { id } } }')).errors).toBeUndefined();
    expect(await livehook.end()).toBe(0);
  });

  test('with environment variables that look like misspelled settings, and prints a warning that names them', async () => {
    await using database = await createTestDatabase();
    const livehook = await run({
      ...keys,
      DATABASE_URL: database.connectionString,
      RETENTION_DAY: '7',
      LIVEHOOK_PORT: '1',
      HOME: '/root',
      EDITOR: 'vi',
    });
    expect(await livehook.end()).toBe(0);
    const warnings = [...livehook.output.matchAll(/(\w+) is not a setting of Livehook and has no effect/g)];
    expect(warnings.map(([, name]) => name)).toEqual(['RETENTION_DAY', 'LIVEHOOK_PORT']);
    expect(livehook.output).toContain('Did you mean RETENTION_DAYS?');
  });

  test('if its standard output is closed: the server responds, and exits with 0 after a signal', async () => {
    const port = await findStablePort();
    const { child, exited } = spawnMain({ DATA_DIR: await makeTestDirectory('unread'), PORT: String(port) });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
      timeout: 60_000,
      interval: 100,
    });
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

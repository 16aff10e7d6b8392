import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { DataDirInUseError } from '../../src/database/embedded/owner.ts';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/database/embedded.ts';
import { silentLog as log } from '../fixtures/postgres.ts';
import { findProcessesIn, makeTestDirectory } from '../fixtures/run-directory.ts';

function open(dataDir: string, signal?: AbortSignal): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: '16MB' }, ...(signal && { signal }) });
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a process that owns `dataDir`. If it is killed, its PostgreSQL keeps running. */
async function forkOwner(
  dataDir: string,
  options: { detached?: boolean } = {},
): Promise<{ child: ChildProcess; pid: number; connectionString: string }> {
  const child = fork(path.join(import.meta.dirname, 'embedded-owner.ts'), [dataDir], { execArgv: [], ...options });
  const [message] = await once(child, 'message');
  return { child, ...message };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

describe('openEmbeddedPostgres', () => {
  test('keeps its data between starts, and leaves no process running', async () => {
    const dataDir = await makeTestDirectory('embedded');
    {
      await using server = await open(dataDir);
      await query(server.connectionString, "CREATE TABLE kept AS SELECT 'é' AS text");
      expect(await query(server.connectionString, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
      expect(await query(server.connectionString, 'SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
    }
    expect(findProcessesIn(dataDir)).toEqual([]);
    await using server = await open(dataDir);
    expect(await query(server.connectionString, 'SELECT text FROM kept')).toEqual([{ text: 'é' }]);
    await server[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('protects its password and data from other users of the machine, and requires the password for a connection', async () => {
    const dataDir = path.join(await makeTestDirectory('embedded'), 'made');
    await using server = await open(dataDir);
    for (const directory of [dataDir, path.join(dataDir, 'postgres'), path.join(dataDir, 'postgres/data')]) {
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
    }
    expect((await stat(path.join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
    const url = new URL(server.connectionString);
    url.password = 'guess';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('works in a directory that only its owner can enter', async () => {
    const home = await makeTestDirectory('home');
    await chmod(home, 0o700);
    await using server = await open(path.join(home, 'project/.data'));
    expect(await query(server.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('takes over the PostgreSQL server that a killed owner left running, with its data and connections', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const first = await forkOwner(dataDir);
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    await end(first.child, 'SIGKILL');
    expect(findProcessesIn(dataDir).map(({ pid }) => pid)).toContain(first.pid);

    await using server = await open(dataDir);
    expect(server.pid).toBe(first.pid);
    expect(server.connectionString).toBe(first.connectionString);
    expect(await query(server.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await server[Symbol.asyncDispose]();
    expect(findProcessesIn(dataDir)).toEqual([]);
  });

  test('recovers after the owner and the server were both killed', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const first = await forkOwner(dataDir);
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    await end(first.child, 'SIGKILL');
    process.kill(first.pid, 'SIGKILL');
    await using server = await open(dataDir);
    expect(server.pid).not.toBe(first.pid);
    expect(await query(server.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test('ignores a postmaster.pid whose process id now belongs to another program', async () => {
    const dataDir = await makeTestDirectory('embedded');
    await (await open(dataDir))[Symbol.asyncDispose]();
    const data = path.join(dataDir, 'postgres/data');
    const { uid, gid } = await stat(data);
    const pidFile = path.join(data, 'postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n  0 0\nready   \n`);
    await chown(pidFile, uid, gid);
    await using server = await open(dataDir);
    expect(await query(server.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('rejects a directory that another live process owns, and does not change it', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const owner = await forkOwner(dataDir);
    const error = await open(dataDir).catch(error => error);
    expect(error).toBeInstanceOf(DataDirInUseError);
    expect(error.message).toContain(`pid ${owner.child.pid}`);
    expect(await query(owner.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await end(owner.child, 'SIGTERM');
    expect(findProcessesIn(dataDir)).toEqual([]);
  });

  test('lets exactly one of two concurrent first starts in a directory succeed', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const results = await Promise.allSettled([open(dataDir), open(dataDir)]);
    const opened = results.filter(result => result.status === 'fulfilled');
    const refused = results.filter(result => result.status === 'rejected');
    expect(opened.length).toBe(1);
    expect(refused[0]?.reason).toBeInstanceOf(DataDirInUseError);
    await opened[0]?.value[Symbol.asyncDispose]();
    expect((await readdir(dataDir)).toSorted()).toEqual(['postgres']);
    expect(findProcessesIn(dataDir)).toEqual([]);
  });

  test('starts a PostgreSQL server that ignores Ctrl-C in the terminal and stops when the process that started it stops', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const owner = await forkOwner(dataDir, { detached: true });
    // Sends SIGINT to the whole process group, as a terminal does, which ends the owner process.
    const exited = once(owner.child, 'exit');
    process.kill(-(owner.child.pid as number), 'SIGINT');
    await exited;
    expect(await query(owner.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const next = await forkOwner(dataDir);
    expect(next.pid).toBe(owner.pid);
    await end(next.child, 'SIGTERM');
    expect(findProcessesIn(dataDir)).toEqual([]);
  });

  test('restarts a PostgreSQL server that dies, on the same port', async () => {
    const dataDir = await makeTestDirectory('embedded');
    await using server = await open(dataDir);
    const { pid } = server;
    await query(server.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => query(server.connectionString, 'SELECT one FROM kept').catch(() => null))
      .toEqual([{ one: 1 }]);
    await expect.poll(() => server.pid).not.toBe(pid);
  });

  test('keeps its ownership of the directory when only its database connection is cut', async () => {
    const dataDir = await makeTestDirectory('embedded');
    await using server = await open(dataDir);
    const owners = "FROM pg_stat_activity WHERE application_name LIKE 'livehook-owner%'";
    const [before] = await query(server.connectionString, `SELECT pid, pg_terminate_backend(pid) ${owners}`);
    const successors = () => query(server.connectionString, `SELECT pid ${owners} AND pid <> ${before?.pid}`);
    await expect.poll(successors).toHaveLength(1);
  });

  test('stops a PostgreSQL server that ignores the stop request, without losing data', async () => {
    const dataDir = await makeTestDirectory('embedded');
    {
      await using server = await openEmbeddedPostgres({ dataDir, log, getStopGraceMs: () => 100 });
      const client = new Client({ connectionString: server.connectionString });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('CREATE TABLE kept AS SELECT 1 AS one');
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      process.kill(rows[0].pid, 'SIGSTOP');
    }
    expect(findProcessesIn(dataDir)).toEqual([]);
    await using server = await open(dataDir);
    expect(await query(server.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test('reports why PostgreSQL cannot start, and can be started once the cause is removed', async () => {
    const dataDir = await makeTestDirectory('embedded');
    const bad = openEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: 'lots' } });
    await expect(bad).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
    await using server = await open(dataDir);
    expect(await query(server.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('stops the processes that it has started when the start is aborted', async () => {
    const dataDir = await makeTestDirectory('embedded');
    await (await open(dataDir))[Symbol.asyncDispose]();
    const abort = new AbortController();
    const opening = open(dataDir, abort.signal);
    await expect
      .poll(() => readFile(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').catch(() => ''), { interval: 1 })
      .not.toBe('');
    abort.abort(new Error('enough'));
    await opening.then(
      server => server[Symbol.asyncDispose](),
      error => expect(error.message).toBe('enough'),
    );
    expect(findProcessesIn(dataDir)).toEqual([]);
  });

  test('removes the files that a killed first start has left', async () => {
    const dataDir = await makeTestDirectory('embedded');
    await mkdir(path.join(dataDir, 'postgres.new.2147483646.a1b2c3/data'), { recursive: true });
    await using server = await open(dataDir);
    expect(server.pid).toBeGreaterThan(0);
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hang } from '../fixtures/behaviours.ts';
import { connect } from '../fixtures/client.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startRawServer } from '../fixtures/raw-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { findProcessesIn, makeTestDirectory } from '../fixtures/run-directory.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { startLoad } from './load.ts';
import { createEndpoint, publish, startSystem } from './system.ts';

it('a process under load that gets SIGTERM finishes its attempts, closes websockets with 1001 and exits with 0', async () => {
  // The receiver is so slow that even on a busy machine the sender is stopped before it has sent the backlog.
  await using receiver = await startReceiver(answerAfter(1000));
  await using system = await startSystem({
    environment: {
      ENDPOINT_CONCURRENCY: '64',
      OPERATION_TIMEOUT_MS: '60000',
      STATEMENT_TIMEOUT_MS: '60000',
      SHUTDOWN_GRACE_MS: '60000',
    },
  });
  const [staying, api, sender] = await Promise.all([
    system.start('api,janitor'),
    system.start('api'),
    system.start('sender'),
  ]);
  await createEndpoint(staying.url, { url: receiver.url });
  await using load = startLoad(() => [staying.url, api.url]);
  const backlog = await publish(staying.url, 1000);
  await using client = connect(api.url, { authorization: `Bearer ${testRootKey}` });
  await client.ready;
  const updates = client.subscribe('subscription { deliveryUpdated { status } }');
  await updates.next();
  await receiver.waitFor(100);

  const exits = await Promise.all([api.stop('SIGTERM'), sender.stop('SIGTERM')]);
  expect(exits).toEqual([0, 0]);
  expect(await client.closed).toMatchObject({ code: 1001 });
  const sent = receiver.requests.length;
  expect(sent).toBeLessThan(1000);
  // No delivery is still PROCESSING. Each was released, recorded or never claimed, so none waits for its lease to
  // expire.
  const { rows } = await system.pool.query("SELECT count(*) AS owned FROM delivery_live WHERE status = 'PROCESSING'");
  expect(rows[0].owned).toBe(0);

  receiver.play(answerAfter(0));
  await system.start('sender');
  const accepted = [...(await load.stop()), ...backlog];
  expect(load.problems).toEqual([]);
  const outcome = await checkInvariants(system, { receivers: [receiver], accepted });
  expect(outcome.requests).toBe(accepted.length);
});

/** Starts a proxy to PostgreSQL that can stop forwarding, like a network that drops packets. */
async function startFreezingProxy(target: URL) {
  let isFrozen = false;
  const pass = (from: Socket, to: Socket) => {
    from.on('data', chunk => void (isFrozen || to.write(chunk)));
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
  };
  const server = await startRawServer(socket => {
    const upstream = connectTcp(Number(target.port), target.hostname);
    pass(socket, upstream);
    pass(upstream, socket);
  });
  return {
    port: server.port,
    freeze() {
      isFrozen = true;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

it('a process that gets SIGTERM exits within SHUTDOWN_GRACE_MS although the database does not respond', async () => {
  await using database = await createTestDatabase();
  await using proxy = await startFreezingProxy(new URL(database.connectionString));
  const url = new URL(database.connectionString);
  url.port = String(proxy.port);
  await using receiver = await startReceiver(hang());
  const livehook = await startLivehook({ DATABASE_URL: url.href, SHUTDOWN_GRACE_MS: '3000' });
  await createEndpoint(livehook.url, { url: receiver.url });
  await publish(livehook.url, 5);
  await receiver.waitFor(5);
  proxy.freeze();
  const startedMs = performance.now();
  expect(await livehook.stop('SIGTERM')).toBe(1);
  const tookMs = performance.now() - startedMs;
  expect(tookMs).toBeGreaterThan(2_900);
  expect(tookMs).toBeLessThan(15_000);
  expect(livehook.output.join('\n')).toContain('the shutdown took longer than SHUTDOWN_GRACE_MS');
});

it.each([
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
  ['SIGTERM', 'SIGTERM'],
] as const)(
  'a process finishes its attempts after %s, and exits immediately after a second signal, %s',
  async (first, second) => {
    await using database = await createTestDatabase();
    await using receiver = await startReceiver(hang());
    const livehook = await startLivehook({ DATABASE_URL: database.connectionString });
    await createEndpoint(livehook.url, { url: receiver.url });
    await publish(livehook.url, 1);
    await receiver.waitFor(1);
    const exited = livehook.stop(first);
    await expect.poll(() => livehook.output.join('\n')).toContain('draining');
    expect(await livehook.stop(second)).toBe(1);
    expect(await exited).toBe(1);
  },
);

it('a signal during the start ends the start, and leaves no process running', async () => {
  const dataDir = await makeTestDirectory('stopped-start');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const exited = once(child, 'close');
  // The first files appear while the embedded database is being created.
  await expect.poll(async () => (await readdir(dataDir)).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(2);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(output).toContain('stopped before it was ready');
  expect(findProcessesIn(dataDir)).toEqual([]);
});

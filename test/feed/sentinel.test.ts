import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { startRedis } from '../fixtures/redis.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { openConnectedRedisFeed } from './backends.ts';
import { makeTransitions, newTenantId, take } from './transitions.ts';
import { waitFor } from './wait-for.ts';

const { signal: never } = new AbortController();

test('the feed connects to the master of a Redis Sentinel group, and after a failover to the new master with a new epoch', async () => {
  await using master = await startRedis();
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] });
  const file = path.join(await makeTestDirectory('sentinel'), 'sentinel.conf');
  const watch = [
    `monitor main 127.0.0.1 ${master.port} 1`,
    'down-after-milliseconds main 2000',
    'failover-timeout main 1000',
  ];
  await writeFile(file, watch.map(line => `sentinel ${line}\n`).join(''));
  await using sentinel = await startSentinel(file);
  const replicaClient = new Redis(replica.url);
  await waitFor(async () => /master_link_status:up/.test(await replicaClient.info('replication')));
  await waitFor(async () => /slaves=1/.test(await sentinel.client.info('sentinel')), 60_000);

  await using feed = await openConnectedRedisFeed({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/main` });
  const tenantId = newTenantId();
  const cursor = await feed.cursor(tenantId);
  const items = await feed.subscribe(tenantId, { signal: never });
  await feed.publish(makeTransitions(tenantId, 5));
  expect(await take(items, 5)).toHaveLength(5);

  await master.kill();
  const next = makeTransitions(tenantId, 1);
  const publish = () =>
    feed.publish(next).then(
      () => true,
      () => false,
    );
  await waitFor(publish, 60_000);
  // Transitions that the old master had not replicated are lost, so older cursors have expired.
  await expect(take(items, 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  const fresh = await feed.subscribe(tenantId, { signal: never });
  const last = makeTransitions(tenantId, 1);
  await feed.publish(last);
  expect((await take(fresh, 1))[0]?.transition).toEqual(last[0]);
  await expect(feed.subscribe(tenantId, { after: cursor, signal: never })).rejects.toMatchObject({
    code: 'CURSOR_EXPIRED',
  });
  replicaClient.disconnect();
});

async function startSentinel(file: string) {
  // Starts a Redis to get a free port, and then runs a sentinel on this port.
  const server = await startRedis();
  await server.kill();
  const args = [file, '--sentinel', '--port', `${server.port}`, '--bind', '127.0.0.1'];
  const child = spawn(inject('redisProgram') ?? '', args, { cwd: path.dirname(file), stdio: 'ignore' });
  await once(child, 'spawn');
  const client = new Redis(server.port);
  client.on('error', () => undefined);
  return {
    port: server.port,
    client,
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

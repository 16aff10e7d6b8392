import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { openScene } from '../domain/scene.ts';
import { openConnectedRedisFeed } from '../feed/backends.ts';
import { makeTransition, nameOf, newTenantId, take } from '../feed/transitions.ts';
import { testRedis } from '../fixtures/redis.ts';

const secret = 'only-for-the-receiver';

it('the audit log holds the URL of an endpoint without its query', async () => {
  await using scene = await openScene();
  const { id } = await scene.createEndpoint({ url: `http://127.0.0.1:9/hook?token=${secret}` });
  await updateEndpoint(scene.ctx, id, { url: `http://127.0.0.1:9/other?{{ event.type }}&token=${secret}` });
  await updateEndpoint(scene.ctx, id, { url: 'http://127.0.0.1:9/plain' });
  const { rows } = await scene.services.pool.query("SELECT changes->>'url' AS url FROM audit_entry ORDER BY id");
  expect(rows.map(row => row.url)).toEqual([
    'http://127.0.0.1:9/hook?[HIDDEN]',
    'http://127.0.0.1:9/other?[HIDDEN]',
    'http://127.0.0.1:9/plain',
  ]);
});

it('Redis receives no query of an endpoint’s URL, and updates still find the endpoint by the rest of the URL', async () => {
  const redis = testRedis();
  await using feed = await openConnectedRedisFeed(redis);
  const client = new Redis(redis.url);
  const monitor = await client.monitor();
  const sent: string[] = [];
  monitor.on('monitor', (_time, args: string[]) => sent.push(...args));
  try {
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: new AbortController().signal });
    const transition = { ...makeTransition(tenantId), endpointUrl: `https://shop.test/hook?token=${secret}` };
    await feed.publish([transition]);
    const [item] = await take(items, 1);
    expect(item && nameOf(item.transition)).toBe(nameOf(transition));
    expect(item?.transition.endpointUrl).toBe('https://shop.test/hook');
    await expect.poll(() => sent.join('\n')).toContain('https://shop.test/hook');
    expect(sent.join('\n')).not.toContain(secret);
  } finally {
    monitor.disconnect();
    client.disconnect();
  }
});

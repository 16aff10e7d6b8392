import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../fixtures/redis.ts';
import { openConnectedRedisFeed } from './backends.ts';
import { due, makeTransitions, nameEndpoint, nameOf, newTenantId, take } from './transitions.ts';
import { waitFor } from './wait-for.ts';

const { signal: never } = new AbortController();

test('the feed works over a Redis Cluster: tenants on several shards, notifications, resuming, and reconnecting after a cut connection', async () => {
  const args = ['--cluster-enabled', 'yes'];
  await using one = await startRedis({ args });
  await using two = await startRedis({ args });
  const [first, second] = [new Redis(one.url), new Redis(two.url)];
  await first.call('CLUSTER', 'ADDSLOTSRANGE', 0, 8191);
  await second.call('CLUSTER', 'ADDSLOTSRANGE', 8192, 16383);
  await first.call('CLUSTER', 'MEET', '127.0.0.1', two.port);
  await waitFor(async () => {
    const infos = await Promise.all([first, second].map(node => node.cluster('INFO')));
    return infos.every(info => /cluster_state:ok/.test(String(info)) && /cluster_known_nodes:2/.test(String(info)));
  });

  const url = `redis+cluster://127.0.0.1:${one.port},127.0.0.1:${two.port}`;
  await using here = await openConnectedRedisFeed({ url });
  await using there = await openConnectedRedisFeed({ url });
  const heard: string[] = [];
  there.onNotification(items => heard.push(...items.map(nameEndpoint)));
  const tenants = Array.from({ length: 8 }, newTenantId);
  const cursors = await Promise.all(tenants.map(tenantId => there.cursor(tenantId)));
  const feeds = await Promise.all(tenants.map(tenantId => there.subscribe(tenantId, { signal: never })));
  const announced = tenants.map(tenantId => makeTransitions(tenantId, 10));
  await here.publish(announced.flat());
  for (const [i, items] of feeds.entries()) {
    const taken = await take(items, 10);
    expect(taken.map(item => nameOf(item.transition))).toEqual(announced[i]?.map(nameOf));
  }
  await waitFor(() => {
    here.notifySenders(due('endpoint'));
    return heard.includes('endpoint');
  });

  await first.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await second.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  const later = tenants.map(tenantId => makeTransitions(tenantId, 10));
  await waitFor(() =>
    here.publish(later.flat()).then(
      () => true,
      () => false,
    ),
  );
  for (const [i, items] of feeds.entries()) {
    expect((await take(items, 10)).map(item => nameOf(item.transition))).toEqual(later[i]?.map(nameOf));
  }
  for (const [i, tenantId] of tenants.entries()) {
    const resumed = await there.subscribe(tenantId, { after: cursors[i], signal: never });
    expect(await take(resumed, 20)).toHaveLength(20);
  }
  first.disconnect();
  second.disconnect();
});

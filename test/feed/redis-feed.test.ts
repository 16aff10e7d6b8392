import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Transition } from '../../src/delivery.ts';
import { UnavailableError } from '../../src/errors.ts';
import type { FeedItem, FeedItems } from '../../src/feed/feed.ts';
import { openRedisFeed } from '../../src/feed/redis-feed.ts';
import { RedisReplyError } from '../../src/redis/errors.ts';
import { startRedis, testRedis } from '../fixtures/redis.ts';
import { openConnectedRedisFeed, silentLog } from './backends.ts';
import {
  due,
  makeTransition,
  makeTransitions,
  nameEndpoint,
  nameOf,
  newTenantId,
  take,
  takeUntilMarker,
} from './transitions.ts';
import { waitFor } from './wait-for.ts';

const { signal: never } = new AbortController();

function connect(url: string): Redis & Disposable {
  const client = new Redis(url, { lazyConnect: false });
  client.on('error', () => undefined);
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() });
}

const names = (items: readonly FeedItem[]): string[] => items.map(item => nameOf(item.transition));

describe('the Redis feed', () => {
  test('subscribes once for a tenant, however many subscribers there are, and unsubscribes after the last one', async () => {
    const redis = testRedis();
    using client = connect(redis.url);
    await using feed = await openConnectedRedisFeed({ ...redis, lingerMs: 20 });
    const tenantId = newTenantId();
    const channel = `${redis.prefix}{${tenantId}}:live`;
    const all = await Promise.all(Array.from({ length: 200 }, () => feed.subscribe(tenantId, { signal: never })));
    expect(await client.pubsub('NUMSUB', channel)).toEqual([channel, 1]);
    const announced = makeTransitions(tenantId, 100);
    await feed.publish(announced);
    for (const items of all) expect(names(await take(items, 100))).toEqual(announced.map(nameOf));
    await Promise.all(all.map(items => items.return?.()));
    await waitFor(async () => (await client.pubsub('NUMSUB', channel))[1] === 0);
    const again = await feed.subscribe(tenantId, { signal: never });
    await feed.publish(makeTransitions(tenantId, 1));
    expect(await take(again, 1)).toHaveLength(1);
  });

  test('sends transitions and notifications from one process to another', async () => {
    const redis = testRedis();
    await using one = await openConnectedRedisFeed(redis);
    await using two = await openConnectedRedisFeed(redis);
    const tenantId = newTenantId();
    const items = await two.subscribe(tenantId, { signal: never });
    const announced = makeTransitions(tenantId, 2_500);
    const reading = take(items, 2_500);
    await one.publish(announced);
    expect(names(await reading)).toEqual(announced.map(nameOf));

    const heard: string[][] = [];
    two.onNotification(items => heard.push(items.map(nameEndpoint)));
    await waitFor(() => {
      one.notifySenders(due('a', 'b'));
      return heard.length > 0;
    });
    const counts: (number | null)[] = [];
    two.onNotification(items => counts.push(...items.filter(item => item.endpointId === 'c9').map(item => item.count)));
    for (let i = 0; i < 100; i++) one.notifySenders(due(`c${i % 10}`));
    await waitFor(() => heard.flat().includes('c9'));
    // Notifications of `a` and `b` from the first part of the test may arrive late, so only messages with `c0` to `c9`
    // are counted.
    const messages = heard.filter(names => names.some(name => name.startsWith('c')));
    expect(messages.length).toBeLessThanOrEqual(2);
    expect(counts).toEqual([10]);
  });

  test('sends changes of bulk operations from one process to another', async () => {
    const redis = testRedis();
    await using one = await openConnectedRedisFeed(redis);
    await using two = await openConnectedRedisFeed(redis);
    const [operations, endpoints]: [string[], string[]] = [[], []];
    two.onBulkOperations(ids => operations.push(...ids));
    two.onNotification(items => endpoints.push(...items.map(nameEndpoint)));
    await waitFor(() => {
      one.notifyBulkOperations(['a']);
      one.notifySenders(due('b'));
      return operations.length > 0 && endpoints.length > 0;
    });
    expect([new Set(operations), new Set(endpoints)]).toEqual([new Set(['a']), new Set(['b'])]);
  });

  test('ignores invalid messages in its channels', async () => {
    const redis = testRedis();
    using client = connect(redis.url);
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
    await using feed = await openRedisFeed({ ...redis, log });
    await waitFor(() => feed.health().connected);
    const tenantId = newTenantId();
    const heard: string[] = [];
    feed.onNotification(items => heard.push(...items.map(nameEndpoint)));
    const items = await feed.subscribe(tenantId, { signal: never });
    const stem = `${redis.prefix}{${tenantId}}:`;
    const tuple = '[1,["a"]]';
    const garbage = [
      '',
      'x',
      '{',
      'null',
      '42',
      '"a"',
      '[]',
      '{}',
      '[[]]',
      '[1,2,3]',
      `["e",1,${tuple}]`,
      `["e",1,[1]]`,
    ];
    garbage.push('["e",99,[2,[]]]', '['.repeat(100_000), `"${'x'.repeat(20 * 1024 * 1024)}"`, '\u0000\uFFFF');
    for (const text of garbage) {
      await client.publish(`${stem}live`, text);
      await client.publish(`${redis.prefix}wake`, text);
    }
    for (let i = 0; i < 500; i++) await client.publish(`${stem}live`, 'again');
    const first = makeTransition(tenantId);
    await feed.publish([first]);
    expect(names(await take(items, 1))).toEqual([nameOf(first)]);
    expect(heard).toEqual([]);
    expect(lines.length).toBeLessThan(5);

    // A message of another epoch is ignored, and the following transitions are still delivered.
    const [head] = await client.xrevrange(`${stem}kept`, '+', '-', 'COUNT', 1);
    await client.publish(`${stem}live`, `["strange",7,${head?.[1][1]}]`);
    const second = makeTransition(tenantId);
    await feed.publish([second]);
    expect(names(await take(items, 1))).toEqual([nameOf(second)]);

    // An entry of another program in the stream has a higher id than those of the feed, so the feed must drop its log.
    await client.xadd(`${stem}kept`, '*', 'x', 'y');
    await feed.publish([makeTransition(tenantId)]);
    await expect(take(items, 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  test('reports to every subscriber that the log was lost, for example by FLUSHALL, and expires older cursors', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    await using feed = await openConnectedRedisFeed({ url: server.url });
    const tenantId = newTenantId();
    for (const flush of [() => client.flushall(), () => client.del(`livehook:{${tenantId}}:kept`)]) {
      const start = await feed.cursor(tenantId);
      const subscribers = await Promise.all(
        [undefined, start].map(after => feed.subscribe(tenantId, { after, signal: never })),
      );
      const before = makeTransitions(tenantId, 30);
      await feed.publish(before);
      const cursor = (await take(subscribers[0] as FeedItems, 29)).at(-1)?.cursor;
      await flush();
      await feed.publish(makeTransitions(tenantId, 40));
      // The subscriber still gets the transitions from before the loss first.
      expect(names(await take(subscribers[0] as FeedItems, 1))).toEqual([nameOf(before[29] as Transition)]);
      expect(names(await take(subscribers[1] as FeedItems, 30))).toEqual(before.map(nameOf));
      for (const items of subscribers) {
        await expect(take(items, 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
        expect(await items.next()).toEqual({ done: true, value: undefined });
      }
      const fresh = await feed.subscribe(tenantId, { signal: never });
      const after = makeTransitions(tenantId, 40);
      for (const transition of after) await feed.publish([transition]);
      expect(names(await take(fresh, 40))).toEqual(after.map(nameOf));
      await expect(feed.subscribe(tenantId, { after: cursor, signal: never })).rejects.toMatchObject({
        code: 'CURSOR_EXPIRED',
      });
    }
  });

  test('rejects calls at once while Redis is down, and tells subscribers that updates may be missing once Redis is back without its data', async () => {
    await using server = await startRedis();
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
    await using feed = await openRedisFeed({ url: server.url, log });
    await waitFor(() => feed.health().connected);
    const tenantId = newTenantId();
    for (let round = 0; round < 2; round++) {
      const items = await feed.subscribe(tenantId, { signal: never });
      const cursor = await feed.cursor(tenantId);
      await server.kill();
      await waitFor(() => !feed.health().connected);
      const began = performance.now();
      for (let i = 0; i < 200; i++) {
        await expect(feed.publish(makeTransitions(tenantId, 1))).rejects.toThrow(UnavailableError);
        await expect(feed.subscribe(newTenantId(), { signal: never })).rejects.toThrow(UnavailableError);
        feed.notifySenders(due('e'));
      }
      await expect(feed.cursor(tenantId)).rejects.toThrow(UnavailableError);
      expect(performance.now() - began).toBeLessThan(10_000);
      await server.start();
      // The subscriber is told about the loss although nothing was announced since Redis is back.
      await expect(take(items, 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
      await waitFor(() => feed.health().connected);
      await expect(feed.subscribe(tenantId, { after: cursor, signal: never })).rejects.toMatchObject({
        code: 'CURSOR_EXPIRED',
      });
    }
    expect(lines.length).toBeLessThan(20);
  });

  test('can be opened while Redis is down, and connects once it is up', async () => {
    await using server = await startRedis();
    await server.kill();
    await using feed = await openRedisFeed({ url: server.url, log: silentLog });
    const heard: string[] = [];
    feed.onNotification(items => heard.push(...items.map(nameEndpoint)));
    await expect(feed.subscribe(newTenantId(), { signal: never })).rejects.toThrow(UnavailableError);
    await server.start();
    await waitFor(() => feed.health().connected);
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    await feed.publish(makeTransitions(tenantId, 1));
    expect(await take(items, 1)).toHaveLength(1);
    await using other = await openConnectedRedisFeed({ url: server.url });
    await waitFor(() => {
      other.notifySenders(due('late'));
      return heard.includes('late');
    });
  });

  test('reads the transitions that it missed while its connections were cut', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    await using feed = await openConnectedRedisFeed({ url: server.url });
    await using other = await openConnectedRedisFeed({ url: server.url });
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    const announced: string[] = [];
    const reading = take(items, 1_000);
    for (let i = 0; i < 100; i++) {
      if (i % 20 === 10) await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      const batch = makeTransitions(tenantId, 10);
      await waitFor(() =>
        other.publish(batch).then(
          () => true,
          () => false,
        ),
      );
      announced.push(...batch.map(nameOf));
    }
    expect(names(await reading)).toEqual(announced);
  });

  test('stops waiting after at most two seconds for a Redis that does not respond', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    await using feed = await openConnectedRedisFeed({ url: server.url });
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    await client.client('PAUSE', 10_000, 'ALL');
    const began = performance.now();
    const failed: Promise<unknown>[] = [feed.publish(makeTransitions(tenantId, 1)), feed.cursor(tenantId)];
    failed.push(feed.subscribe(newTenantId(), { signal: never }));
    const results = await Promise.allSettled(failed);
    expect(results.map(result => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(results.every(result => (result as PromiseRejectedResult).reason instanceof UnavailableError)).toBe(true);
    expect(performance.now() - began, 'before the pause is over').toBeLessThan(10_000);
    const next = makeTransition(tenantId);
    await waitFor(() =>
      feed.publish([next]).then(
        () => true,
        () => false,
      ),
    );
    const seen = await takeUntilMarker(feed, tenantId, items);
    expect(names(seen)).toContain(nameOf(next));
    expect(new Set(names(seen)).size).toBe(seen.length);
  });

  test('rejects publishing when Redis has no memory left', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    await using feed = await openConnectedRedisFeed({ url: server.url });
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    await client.config('SET', 'maxmemory', '1');
    await expect(feed.publish(makeTransitions(tenantId, 1))).rejects.toThrow(UnavailableError);
    await client.config('SET', 'maxmemory', '0');
    await feed.publish(makeTransitions(tenantId, 1));
    expect(await take(items, 1)).toHaveLength(1);
  });

  test('starts a new epoch if a Redis key of a tenant has the wrong type, and logs it once', async () => {
    const redis = testRedis();
    using client = connect(redis.url);
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
    await using feed = await openRedisFeed({ ...redis, log });
    await waitFor(() => feed.health().connected);
    for (const name of ['head', 'versions', 'kept', 'marks', 'versions:older']) {
      const tenantId = newTenantId();
      await feed.publish(makeTransitions(tenantId, 3));
      const before = await feed.cursor(tenantId);
      const key = `${redis.prefix}{${tenantId}}:${name}`;
      await client.del(key);
      await client.set(key, 'x');
      const [next] = makeTransitions(tenantId, 1) as [Transition];
      await feed.publish([next]);
      const cursor = await feed.cursor(tenantId);
      expect([name, cursor === before]).toEqual([name, false]);
      await expect(feed.subscribe(tenantId, { after: before, signal: never })).rejects.toMatchObject({
        code: 'CURSOR_EXPIRED',
      });
    }
    const reports = lines.filter(line => line.includes('has another type'));
    expect(reports).toHaveLength(1);
    expect(JSON.parse(reports[0] as string)).toMatchObject({ level: 50, reason: expect.stringContaining('WRONGTYPE') });
  });

  test('distinguishes a command that Redis rejects from an unreachable Redis', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
    await using feed = await openRedisFeed({ url: server.url, log });
    await waitFor(() => feed.health().connected);
    const tenantId = newTenantId();
    await feed.publish(makeTransitions(tenantId, 1));
    await client.hset(`livehook:{${tenantId}}:head`, 'position', 'x');
    // The script of the feed fails on this value, so the error is reported as a rejected command.
    await expect(feed.publish(makeTransitions(tenantId, 1))).rejects.toThrow(RedisReplyError);
    await expect(feed.cursor(tenantId)).rejects.toThrow(UnavailableError);
    expect(lines.filter(line => line.includes('a command of the feed was rejected'))).toHaveLength(1);
    // The feeds of other tenants still work.
    const other = newTenantId();
    expect(await feed.publish(makeTransitions(other, 1))).toEqual([]);
    await client.call('REPLICAOF', '127.0.0.1', '1');
    await expect(feed.publish(makeTransitions(other, 1))).rejects.toThrow(UnavailableError);
    expect(lines.join('')).not.toContain('READONLY');
  });

  test('reads transitions from the log if Redis rejects a new subscription, and logs the error', async () => {
    await using server = await startRedis();
    using client = connect(server.url);
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all');
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
    const url = server.url.replace('redis://', 'redis://reader:secret@');
    await using reader = await openRedisFeed({ url, log });
    await using writer = await openConnectedRedisFeed({ url: server.url });
    await waitFor(() => reader.health().connected);
    const tenantId = newTenantId();
    const items = await reader.subscribe(tenantId, { signal: never });
    // Takes the right to use channels from the reader, which makes Redis close the connection of its subscriptions.
    await client.call('ACL', 'SETUSER', 'reader', 'resetchannels');
    await waitFor(() => lines.some(line => line.includes('NOPERM')));
    const announced = makeTransitions(tenantId, 10);
    await writer.publish(announced);
    expect(names(await take(items, 10))).toEqual(announced.map(nameOf));
    await expect(reader.subscribe(newTenantId(), { signal: never })).rejects.toThrow(UnavailableError);
  });

  test('sends resumed and new subscribers each transition once while transitions are published', async () => {
    const redis = testRedis();
    await using one = await openConnectedRedisFeed(redis);
    await using two = await openConnectedRedisFeed(redis);
    const tenantId = newTenantId();
    const cursor = await one.cursor(tenantId);
    const announced: string[] = [];
    const publishing = (async () => {
      for (let i = 0; i < 200; i++) {
        const batch = makeTransitions(tenantId, 20);
        announced.push(...batch.map(nameOf));
        await (i % 2 === 0 ? one : two).publish(batch);
      }
    })();
    const readers: Promise<FeedItem[]>[] = [];
    for (let i = 0; i < 10; i++) {
      readers.push(two.subscribe(tenantId, { after: cursor, signal: never }).then(items => take(items, 4_000)));
      await waitFor(() => announced.length >= (i + 1) * 300);
    }
    await publishing;
    for (const taken of await Promise.all(readers)) {
      expect(names(taken).sort()).toEqual(announced.toSorted());
      expect(taken.every(item => item.skipped === 0)).toBe(true);
    }
  });

  test('trims no transitions of a tenant that has few, however old they are', async () => {
    const redis = testRedis();
    await using feed = await openConnectedRedisFeed({ ...redis, keepMs: 20, keepTransitions: 1_000 });
    const tenantId = newTenantId();
    const start = await feed.cursor(tenantId);
    const announced = makeTransitions(tenantId, 10);
    for (const transition of announced) {
      await feed.publish([transition]);
      await delay(30);
    }
    const items = await feed.subscribe(tenantId, { after: start, signal: never });
    expect(names(await take(items, 10))).toEqual(announced.map(nameOf));
  });

  test('trims transitions of the stream that are both old and beyond the maximum count', async () => {
    const redis = testRedis();
    using client = connect(redis.url);
    await using feed = await openConnectedRedisFeed({ ...redis, keepMs: 200, keepTransitions: 1_000 });
    const tenantId = newTenantId();
    const began = performance.now();
    for (let batch = 0; batch < 20 || performance.now() - began < 1_000; batch += 1) {
      await feed.publish(makeTransitions(tenantId, 100));
    }
    await waitFor(async () => {
      await feed.publish(makeTransitions(tenantId, 1));
      const [oldest] = await client.xrange(`${redis.prefix}{${tenantId}}:kept`, '-', '+', 'COUNT', 1);
      const newest = (await client.xrevrange(`${redis.prefix}{${tenantId}}:kept`, '+', '-', 'COUNT', 1))[0];
      const kept = Number.parseInt(newest?.[0] ?? '', 10) - Number.parseInt(oldest?.[0] ?? '', 10);
      expect(kept).toBeGreaterThan(800);
      return kept < 1_300;
    });
    expect(await client.zcard(`${redis.prefix}{${tenantId}}:marks`)).toBeLessThan(40);
    expect(await client.pttl(`${redis.prefix}{${tenantId}}:kept`)).toBeGreaterThan(3_600_000);
  });
});

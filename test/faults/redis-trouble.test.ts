import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, post, type TestSocket, type Variables } from '../fixtures/client.ts';
import { listDocuments } from '../fixtures/list-documents.ts';
import { type LivehookProcess, testRootKey } from '../fixtures/livehook-process.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { ask, askLiveCursor, createEndpoint, publish, type System, startSystem } from './system.ts';

const subscription = `subscription ($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) { cursor skipped delivery { id version } } }`;
const generous = { timeout: 40_000, interval: 100 };
const grownBytes = 120 * 1024 * 1024;

/** The tests run in this order: Redis is unavailable at the start, starts, runs out of memory, and has memory again. */
describe('a server whose Redis fails', () => {
  const cleanup = new AsyncDisposableStack();
  const accepted: string[] = [];
  let system: System;
  let receiver: Receiver;
  let apis: [LivehookProcess, LivehookProcess];
  let redis: Redis;

  beforeAll(async () => {
    system = cleanup.use(await startSystem());
    await system.redis.kill();
    redis = new Redis(system.redis.url, { retryStrategy: () => 100 });
    redis.on('error', () => undefined);
    cleanup.defer(() => redis.disconnect());
    receiver = cleanup.use(await startReceiver(answerAfter(0)));
    const started = [system.start('api,janitor'), system.start('api'), system.start('sender')];
    apis = (await Promise.all(started)).slice(0, 2) as [LivehookProcess, LivehookProcess];
    await createEndpoint(apis[0].url, { url: receiver.url });
  }, 180_000);
  afterAll(() => cleanup.disposeAsync());

  const send = async (count: number) => {
    accepted.push(...(await publish(apis[0].url, count)));
    await vi.waitFor(() => expect(receiver.requests.length).toBe(accepted.length), generous);
  };
  const watch = async (api: LivehookProcess, variables: Variables) => {
    const socket: TestSocket = cleanup.use(connect(api.url, { authorization: `Bearer ${testRootKey}` }));
    await socket.ready;
    return socket.subscribe(subscription, variables);
  };

  it('continues to deliver while Redis is down, and reports it in its health check', async () => {
    await send(50);
    expect((await fetch(`${apis[0].url}/readyz`)).status).toBe(200);
    const refused = await (await watch(apis[0], {})).next();
    expect(refused.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  });

  it('uses Redis once it is up again, and subscribers get the updates that they missed', async () => {
    await system.redis.start();
    await vi.waitFor(() => Promise.all(apis.map(api => askLiveCursor(api.url))), generous);
    await checkInvariants(system, { receivers: [receiver], accepted, withinMs: 40_000 });
  }, 180_000);

  it('subscribes to Redis once for each process, however many sockets and filters there are', async () => {
    const filters = Array.from({ length: 20 }, (_, index) => ({
      filter: { eventTypes: [`type.${index}`, 'fault.*'] },
    }));
    const subscriptions = await Promise.all(apis.flatMap(api => filters.map(variables => watch(api, variables))));
    const reading = Promise.all(subscriptions.map(each => each.next()));
    await vi.waitFor(async () => {
      const channels = (await redis.pubsub('CHANNELS', '*:live')) as string[];
      expect(await redis.pubsub('NUMSUB', ...channels)).toEqual([channels[0], apis.length]);
    }, generous);
    await send(1);
    // A subscription that started late may have missed the first transition, so its first version is not fixed.
    for (const { data } of await reading) expect(data.deliveryUpdated.delivery.version).toBeGreaterThan(0);
    await vi.waitFor(async () => {
      const connections = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
      expect(connections.trim().split('\n')).toHaveLength(system.processes.length);
    });
  });

  it('sends subscribers all updates in order after a time in which Redis was full and rejected writes', async () => {
    const { feedCursor: after } = await ask(apis[1].url, '{ feedCursor }');
    const watched = await watch(apis[1], { after });
    const before = readMemory(system);
    await redis.config('SET', 'maxmemory', '1mb');
    for (let round = 0; round < 10; round += 1) await send(30);
    const { rows } = await system.pool.query('SELECT count(*)::int AS waiting FROM outbox');
    expect(rows[0].waiting).toBeGreaterThan(0);
    await vi.waitFor(async () => {
      const live = await system.pool.query('SELECT 1 FROM delivery_live');
      expect(live.rows).toEqual([]);
    }, generous);
    await redis.config('SET', 'maxmemory', '0');

    const versions = new Map<string, number[]>();
    while (versions.size < 300 || [...versions.values()].some(own => own.length < 3)) {
      const { deliveryUpdated } = (await watched.next()).data;
      expect(deliveryUpdated.skipped).toBe(0);
      const { id, version } = deliveryUpdated.delivery;
      versions.set(id, [...(versions.get(id) ?? []), version]);
    }
    expect([...versions.values()].every(own => String(own) === '1,2,3')).toBe(true);
    const afterwards = readMemory(system);
    for (const [pid, bytes] of afterwards) expect(bytes - (before.get(pid) ?? 0)).toBeLessThan(grownBytes);
  }, 180_000);

  it('fails no delivery because of Redis, and logs few lines about it', async () => {
    await checkInvariants(system, { receivers: [receiver], accepted, withinMs: 40_000 });
    for (const { output } of system.processes) expect(output.length).toBeLessThan(60);
  });

  it('can still read every list after Redis has stopped, and reports older feed cursors as expired', async () => {
    await system.redis.kill();
    const found = await ask(
      apis[0].url,
      `{ endpoints { nodes { id } } events(first: 1) { nodes { id } }
         deliveries(first: 1) { nodes { id } } bulkOperations { nodes { id } } }`,
    );
    const ids: Readonly<Record<string, string>> = {
      endpoint: found.endpoints.nodes[0].id,
      event: found.events.nodes[0].id,
      delivery: found.deliveries.nodes[0].id,
      node: found.endpoints.nodes[0].id,
      bulkOperation: 'blk_01h455vb4pex5vsknk084sn02q',
    };
    const documents = listDocuments(root => JSON.stringify(ids[root]));
    const refused: Record<string, unknown> = {};
    for (const [name, document] of documents) {
      const { errors } = await post(apis[0].url, testRootKey, document);
      if (errors) refused[name] = errors;
    }
    expect(refused).toEqual({});
    const { feedCursor: after, deliveries } = await ask(
      apis[0].url,
      '{ feedCursor deliveries(first: 1) { feedCursor nodes { id } } }',
    );
    expect(deliveries.nodes).toHaveLength(1);

    await system.redis.start();
    await vi.waitFor(() => askLiveCursor(apis[0].url), generous);
    for (const cursor of [after, deliveries.feedCursor]) {
      const answer = await (await watch(apis[0], { after: cursor })).next();
      expect(answer.errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    }
  });
});

/** The memory of each process in bytes. */
function readMemory({ processes }: System): ReadonlyMap<number, number> {
  const read = (pid: number) =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  return new Map(processes.map(({ pid }) => [pid, read(pid)]));
}

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import type { TestSubscription } from '../fixtures/client.ts';
import { countStatements } from '../fixtures/count-statements.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi({
    maxSocketsPerKey: 60,
    socketLimits: { operationsPerSocket: 3, messagesPerSecond: 50, maxBufferedBytes: 1_048_576 },
  });
  await api.ask(`mutation {
    createEndpoint(input: { name: "Shop", url: "https://shop.test/hook" }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
});
afterAll(() => api[Symbol.asyncDispose]());

const updates = `subscription ($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) {
    cursor status skipped delivery { id version eventType endpoint { id name } } } }`;

async function publish(count: number, type = 'a.created', payload: unknown = {}): Promise<string[]> {
  const { publishEvents } = await api.ask(
    `mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) {
      ... on PublishEventsSuccess { events { deliveries { nodes { id } } } } } }`,
    { inputs: Array.from({ length: count }, () => ({ type, payload })) },
  );
  return publishEvents.events.map(
    (event: { deliveries: { nodes: { id: string }[] } }) => event.deliveries.nodes[0]?.id,
  );
}

/** Resolves once all subscriptions have started, so that they get every later transition. */
async function begun(subscriptions: readonly TestSubscription[]): Promise<void> {
  const missing = new Set(subscriptions);
  for (const subscription of subscriptions) void subscription.next().then(() => missing.delete(subscription));
  await vi.waitFor(
    async () => {
      await publish(1, 'a.probe');
      expect(missing.size).toBe(0);
    },
    { interval: 100 },
  );
}

async function readUntil(subscription: TestSubscription, lastId: string): Promise<string[]> {
  const ids: string[] = [];
  while (ids.at(-1) !== lastId) {
    const { delivery } = (await subscription.next()).data.deliveryUpdated;
    if (delivery.eventType !== 'a.probe') ids.push(delivery.id);
  }
  return ids;
}

describe('websockets with the same subscription', () => {
  test('receive the same updates, for which the server queries the database once', async () => {
    await using stack = new AsyncDisposableStack();
    const sockets = Array.from({ length: 20 }, () => stack.use(api.connect()));
    await Promise.all(sockets.map(socket => socket.ready));
    const subscriptions = sockets.map(socket => socket.subscribe(updates));
    await begun(subscriptions);
    // Opens all connections of the pool before statements are counted.
    await Promise.all(Array.from({ length: 50 }, () => api.services.pool.query('SELECT pg_sleep(0.01)')));
    const read: string[][] = [];
    const statements = await countStatements(api.services.pool, async () => {
      const ids = await publish(5);
      read.push(ids, ...(await Promise.all(subscriptions.map(each => readUntil(each, ids.at(-1) ?? '')))));
    });
    const [published, ...seen] = read;
    for (const ids of seen) expect(ids).toEqual(published);
    // Updates that arrive together cause one query. A slow machine may split them, but never into one query for each of
    // the 100 updates.
    expect(statements.filter(text => /FROM endpoint\b/.test(text)).length).toBeLessThanOrEqual(7);
  });

  test('have their own operation ids, and share no updates with another filter or fewer permissions', async () => {
    const key = await api.createKey('EVENTS_PUBLISH');
    await using all = api.connect();
    await using few = api.connect(key);
    await Promise.all([all.ready, few.ready]);
    const plain =
      'subscription ($filter: DeliveryFilter) { deliveryUpdated(filter: $filter) { delivery { id eventType } } }';
    const first = all.subscribe(plain);
    const second = all.subscribe(plain, { filter: { eventTypes: ['b.created', 'a.probe'] } });
    const third = few.subscribe(plain);
    await begun([first, second]);
    await publish(1, 'a.created');
    const [id = ''] = await publish(1, 'b.created');
    expect(await readUntil(first, id)).toHaveLength(2);
    expect(await readUntil(second, id)).toEqual([id]);
    expect((await third.next()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('find the deliveries of an endpoint by its former URLs, as lists do', async () => {
    await using other = await openTestApi();
    const { createEndpoint } = await other.ask(`mutation {
      createEndpoint(input: { name: "Shop", url: "https://first.test/hook" }) {
        ... on CreateEndpointSuccess { endpoint { id } } } }`);
    const move = (host: string) =>
      other.ask(
        `mutation ($id: ID!, $url: String!) {
          updateEndpoint(id: $id, input: { url: $url }) { ... on Endpoint { url } } }`,
        { id: createEndpoint.endpoint.id, url: `https://${host}.test/hook` },
      );
    const publishOne = async (): Promise<string> => {
      const { publishEvent } = await other.ask(`mutation { publishEvent(input: { type: "a.created", payload: {} }) {
        ... on Event { deliveries { nodes { id } } } } }`);
      return publishEvent.deliveries.nodes[0].id;
    };
    const { feedCursor: after } = await other.ask('{ feedCursor }');
    await move('second');
    await using socket = other.connect();
    await socket.ready;
    const subscribe = (search: string) => socket.subscribe(updates, { filter: { search }, after });
    const [first, second, shop, none] = ['first.test', 'second.test', 'shop', 'third.test'].map(subscribe);
    const ids = [await publishOne()];
    expect(
      await Promise.all([first, second, shop].map(each => readUntil(each as TestSubscription, ids[0] ?? ''))),
    ).toEqual([ids, ids, ids]);
    await move('third');
    ids.push(await publishOne());
    for (const each of [first, second, shop, none]) {
      expect(await readUntil(each as TestSubscription, ids[1] ?? '')).toEqual([ids[1]]);
    }
    for (const search of ['first.test', 'second.test', 'third.test', 'shop']) {
      const { deliveries } = await other.ask(
        'query ($search: String) { deliveries(filter: { search: $search }) { nodes { id } } }',
        { search },
      );
      expect(deliveries.nodes.map((node: { id: string }) => node.id).toSorted()).toEqual(ids.toSorted());
    }
  });

  test('still get updates when one of them unsubscribes', async () => {
    await using socket = api.connect();
    await socket.ready;
    const [leaving, staying] = [socket.subscribe(updates), socket.subscribe(updates)];
    await begun([leaving, staying]);
    leaving.stop();
    const [id = ''] = await publish(1);
    expect(await readUntil(staying, id)).toEqual([id]);
  });
});

describe('a subscription with a cursor', () => {
  test('continues without a gap or duplicate while other subscriptions run and events are published', async () => {
    await using socket = api.connect();
    await socket.ready;
    const live = socket.subscribe(updates);
    await begun([live]);
    const before = await publish(3);
    const first = (await live.next()).data.deliveryUpdated;
    let cursor = first.cursor;
    for (let id = first.delivery.id; id !== before[0]; ) {
      const update = (await live.next()).data.deliveryUpdated;
      ({ cursor } = update);
      id = update.delivery.id;
    }
    const publishing = Promise.all(Array.from({ length: 10 }, () => publish(20)));
    await using other = api.connect();
    await other.ready;
    const resumed = other.subscribe(updates, { after: cursor });
    const ids = (await publishing).flat();
    const [lastId = ''] = await publish(1, 'a.last');
    const seen = await readUntil(resumed, lastId);
    expect(new Set(seen)).toEqual(new Set([...before.slice(1), ...ids, lastId]));
    expect(seen).toHaveLength(before.length - 1 + ids.length + 1);
    // A subscription without a cursor gets the updates in the same order.
    expect(await readUntil(live, lastId)).toEqual(seen);
  });
});

describe('the limits on websockets and streams', () => {
  test('reject one operation too many on a websocket with RATE_LIMITED', async () => {
    await using socket = api.connect();
    await socket.ready;
    for (let open = 0; open < 3; open += 1) socket.subscribe(updates);
    const { errors } = await socket.subscribe(updates).next();
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  test('close a websocket that sends too many messages with 4429', async () => {
    await using socket = api.connect();
    await socket.ready;
    for (let sent = 0; sent < 200; sent += 1) socket.send('{"type":"ping"}');
    expect((await socket.closed).code).toBe(4429);
  });

  test('close one websocket too many of an API key with 4429, until another one closes', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    await using stack = new AsyncDisposableStack();
    const open = Array.from({ length: 60 }, () => stack.use(api.connect(key)));
    await Promise.all(open.map(socket => socket.ready));
    await using refused = api.connect(key);
    expect((await refused.closed).code).toBe(4429);
    open[0]?.socket.close();
    await once(open[0]?.socket as NonNullable<(typeof open)[0]>['socket'], 'close');
    await vi.waitFor(async () => {
      await using again = api.connect(key);
      await again.ready;
    });
  });

  test('reject one HTTP stream too many of an API key with RATE_LIMITED', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const leaving = new AbortController();
    const stream = () =>
      fetch(`${api.url}/graphql?query=${encodeURIComponent('subscription { deliveryUpdated { status } }')}`, {
        headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
        signal: leaving.signal,
      });
    const open = await Promise.all(Array.from({ length: 60 }, stream));
    expect(open.every(answer => answer.ok)).toBe(true);
    expect(await (await stream()).text()).toContain('RATE_LIMITED');
    leaving.abort();
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import type { TestSubscription } from '../fixtures/client.ts';

/** A subscription to the payload, so that a few updates fill the buffers of a connection. */
const query = `subscription { deliveryUpdated { skipped delivery { id eventType event { payloadText } } } }`;
const longPayload = 'x'.repeat(100_000);
const rounds = 30;
const perRound = 5;

interface Update {
  readonly skipped: number;
  readonly delivery: { readonly id: string; readonly eventType: string };
}

async function createEndpoint(api: TestApi): Promise<void> {
  await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/hook" }) { __typename } }`);
}

/** Publishes `count` events. @returns the ids of their deliveries. */
async function publish(api: TestApi, count: number, type: string, payload: unknown): Promise<string[]> {
  const { publishEvents } = await api.ask(
    `mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) {
      ... on PublishEventsSuccess { events { deliveries(first: 1) { nodes { id } } } } } }`,
    { inputs: Array.from({ length: count }, () => ({ type, payload })) },
  );
  return publishEvents.events.map(
    (event: { deliveries: { nodes: { id: string }[] } }) => event.deliveries.nodes[0]?.id,
  );
}

async function readUpdate(subscription: TestSubscription): Promise<Update> {
  return (await subscription.next()).data.deliveryUpdated;
}

async function begin(api: TestApi, subscriptions: readonly TestSubscription[]): Promise<void> {
  const missing = new Set(subscriptions);
  for (const subscription of subscriptions) void subscription.next().then(() => missing.delete(subscription));
  await vi.waitFor(
    async () => {
      await publish(api, 1, 'a.probe', {});
      expect(missing.size).toBe(0);
    },
    { interval: 100 },
  );
}

/** Reads updates up to that of this delivery. @returns them without the probe events. */
async function readUntil(subscription: TestSubscription, lastId: string): Promise<Update[]> {
  const updates: Update[] = [];
  while (updates.at(-1)?.delivery.id !== lastId) {
    const update = await readUpdate(subscription);
    if (update.delivery.eventType !== 'a.probe') updates.push(update);
  }
  return updates;
}

describe.each([
  { where: 'the updates that its subscription group keeps', maxBufferedBytes: 1_048_576 },
  { where: 'the feed log, because its subscription group has dropped the updates', maxBufferedBytes: 65_536 },
])('a slow client is served correctly if it continues from $where', ({ maxBufferedBytes }) => {
  let api: TestApi;
  beforeAll(async () => {
    // Long enough that the server never drops the client for not reading, even on a busy machine.
    const pingMs = 600_000;
    const socketLimits = { operationsPerSocket: 3, messagesPerSecond: 50, maxBufferedBytes, pingMs };
    const connectionLimits = { stalledMs: pingMs };
    api = await openTestApi({ socketLimits, connectionLimits, feedLogBytes: 1_048_576 });
    await createEndpoint(api);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test('a client that pauses reading gets every update once and in order, and does not delay other clients', async () => {
    await using slow = api.connect();
    await using quick = api.connect();
    await Promise.all([slow.ready, quick.ready]);
    const [stalled, flowing] = [slow.subscribe(query), quick.subscribe(query)];
    await begin(api, [stalled, flowing]);
    slow.socket.pause();
    const ids: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const own = await publish(api, perRound, 'a.long', longPayload);
      expect((await readUntil(flowing, own.at(-1) ?? '')).map(update => update.delivery.id)).toEqual(own);
      ids.push(...own);
    }
    slow.socket.resume();
    const updates = await readUntil(stalled, ids.at(-1) ?? '');
    expect(updates.map(update => update.delivery.id)).toEqual(ids);
    expect(updates.filter(update => update.skipped > 0)).toEqual([]);
    // Whether the client has rejoined its subscription group or not, both clients get new updates.
    const [last = ''] = await publish(api, 1, 'a.last', {});
    for (const subscription of [stalled, flowing]) {
      expect((await readUntil(subscription, last)).map(update => update.delivery.id)).toEqual([last]);
    }
  });

  test('a client that pauses reading gets every update over server-sent events too', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${rootKey}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    const chunks = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    const ids: string[] = [];
    for (let round = 0; round < rounds; round += 1) ids.push(...(await publish(api, perRound, 'a.long', longPayload)));
    let text = '';
    while (!text.includes(ids.at(-1) ?? '')) text += (await chunks?.next())?.value ?? '';
    const seen = [...text.matchAll(/"skipped":(\d+),"delivery":\{"id":"(dlv_\w+)"/g)];
    expect(seen.map(([, skipped, id]) => [skipped, id])).toEqual(ids.map(id => ['0', id]));
    leaving.abort();
  });

  test('a client that pauses reading for too long gets the number of updates that the log has lost', async () => {
    await using slow = api.connect();
    await slow.ready;
    const stalled = slow.subscribe(query);
    await begin(api, [stalled]);
    slow.socket.pause();
    const ids: string[] = [];
    for (let round = 0; round < rounds; round += 1) ids.push(...(await publish(api, perRound, 'a.long', longPayload)));
    // The log holds about 1,300 of these transitions, so it drops earlier ones.
    for (let round = 0; round < 8; round += 1) ids.push(...(await publish(api, 500, 'a.short', {})));
    slow.socket.resume();
    const updates = await readUntil(stalled, ids.at(-1) ?? '');
    const skipped = updates.reduce((sum, update) => sum + update.skipped, 0);
    if (maxBufferedBytes === 65_536) expect(skipped).toBeGreaterThan(0);
    let place = -1;
    for (const update of updates) {
      place += update.skipped + 1;
      expect(update.delivery.id).toBe(ids[place]);
    }
    expect(place).toBe(ids.length - 1);
  });
});

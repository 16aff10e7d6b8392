import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createFeedClient } from '../../docs/recipes/graphql-ws.ts';
import { ask, askLiveCursor, createEndpoint, publish, type System, startSystem } from '../faults/system.ts';
import { type LivehookProcess, testRootKey } from '../fixtures/livehook-process.ts';
import { recipes } from './recipes.ts';

const list = '{ feedCursor deliveries(first: 100) { nodes { id version } } }';
const generous = { timeout: 60_000 };

interface Shown {
  /** The displayed version of each delivery, by delivery id. */
  readonly versions: Map<string, number>;
  /** The number of times that the client had to load the list again. */
  lists: number;
}

describe('a subscription whose feed log was flushed from Redis', () => {
  const cleanup = new AsyncDisposableStack();
  const shown = new Map<string, Shown>();
  let system: System;
  let api: LivehookProcess;
  let redis: Redis;
  let stream: Promise<string>;
  let expectedRows = 30;

  beforeAll(async () => {
    system = cleanup.use(await startSystem());
    redis = new Redis(system.redis.url);
    cleanup.defer(() => redis.disconnect());
    api = await system.start('api');
    await createEndpoint(api.url, { url: 'https://shop.test/hook', status: 'PAUSED' });
    await vi.waitFor(() => askLiveCursor(api.url), generous);
    for (const [name, watch] of Object.entries(recipes)) {
      const client = createFeedClient(api.url.replace('http', 'ws').concat('/graphql'), testRootKey, WebSocket);
      cleanup.defer(() => client.dispose());
      const own: Shown = { versions: new Map(), lists: 0 };
      shown.set(name, own);
      const show = (delivery: { id: string; version: number }) => own.versions.set(delivery.id, delivery.version);
      const { feedCursor: after } = await ask(api.url, list);
      watch(
        client,
        { after },
        update => show(update.delivery),
        async () => {
          own.lists += 1;
          const { feedCursor, deliveries } = await ask(api.url, list);
          deliveries.nodes.forEach(show);
          return feedCursor;
        },
      );
    }
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${testRootKey}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: 'subscription { deliveryUpdated { delivery { id } } }' }),
    });
    stream = response.text();
    await publish(api.url, 20);
    await vi.waitFor(
      () => expect([...shown.values()].map(own => own.versions.size)).toEqual([20, 20, 20, 20]),
      generous,
    );
    await redis.flushall();
    await publish(api.url, 10);
  });
  afterAll(() => cleanup.disposeAsync());

  it.each(Object.keys(recipes))(
    'lets the %s client reload the list once and continue with later updates',
    async name => {
      const own = shown.get(name) as Shown;
      await vi.waitFor(() => expect([own.versions.size, own.lists]).toEqual([expectedRows, 1]), generous);
      await publish(api.url, 5);
      expectedRows += 5;
      await vi.waitFor(() => expect([own.versions.size, own.lists]).toEqual([expectedRows, 1]), generous);
    },
  );

  it('ends with CURSOR_EXPIRED over server-sent events, not with a network error', async () => {
    const events = (await stream).split('\n').filter(line => line.startsWith('data: {'));
    expect(events.length).toBeGreaterThan(20);
    expect(events.at(-1)).toContain('CURSOR_EXPIRED');
  });
});

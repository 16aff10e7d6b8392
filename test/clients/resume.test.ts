import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createFeedClient } from '../../docs/recipes/graphql-ws.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { type CutProxy, startCutProxy } from './cut-proxy.ts';
import { recipes, type Update } from './recipes.ts';

const cutMs = 10_000;

describe('a subscription whose connection is cut for ten seconds while events are published', () => {
  const cleanup = new AsyncDisposableStack();
  const seen = new Map<string, Update[]>();
  let api: TestApi;
  let proxy: CutProxy;
  let published: string[];

  beforeAll(async () => {
    api = cleanup.use(await openTestApi());
    proxy = cleanup.use(await startCutProxy(api.port));
    await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/hook", status: PAUSED }) {
      __typename } }`);
    const after = (await api.ask('{ feedCursor }')).feedCursor;
    for (const [name, watch] of Object.entries(recipes)) {
      const client = createFeedClient(`ws://127.0.0.1:${proxy.port}/graphql`, rootKey, WebSocket);
      cleanup.defer(() => client.dispose());
      const own: Update[] = [];
      seen.set(name, own);
      const listAgain = () => Promise.reject(new Error('a resumed client has no need to list'));
      watch(client, { after }, update => own.push(update), listAgain);
    }
    const before = await publish(20);
    await vi.waitFor(() => expect([...seen.values()].every(own => own.length === 20)).toBe(true));
    const during: string[] = [];
    const cut = (async () => {
      proxy.cut();
      await delay(cutMs);
      proxy.mend();
    })();
    const endsAtMs = performance.now() + cutMs;
    while (performance.now() < endsAtMs) during.push(...(await publish(10)));
    await cut;
    const behind = await publish(20);
    published = [...before, ...during, ...behind];
  }, 180_000);
  afterAll(() => cleanup.disposeAsync());

  it.each(Object.keys(recipes))('gives the %s client each update exactly once', async name => {
    const own = seen.get(name) ?? [];
    await vi.waitFor(() => expect(own.length).toBeGreaterThanOrEqual(published.length), { timeout: 60_000 });
    expect(own.map(update => update.delivery.id).sort()).toEqual(published.toSorted());
    expect(own.every(update => update.skipped === 0)).toBe(true);
  });

  async function publish(count: number): Promise<string[]> {
    const { publishEvents } = await api.ask(
      `mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) {
        ... on PublishEventsSuccess { events { deliveries { nodes { id } } } } } }`,
      { inputs: Array.from({ length: count }, () => ({ type: 'a.created', payload: {} })) },
    );
    return publishEvents.events.map(
      (event: { deliveries: { nodes: [{ id: string }] } }) => event.deliveries.nodes[0].id,
    );
  }
});

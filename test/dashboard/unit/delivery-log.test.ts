import type { Client as SocketClient } from 'graphql-ws';
import type { Client } from 'urql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedPhase } from '../../../src/dashboard/api/feed-watch.ts';
import { DeliveryLog } from '../../../src/dashboard/features/deliveries/log/delivery-log.ts';
import { createStore } from '../../../src/dashboard/store.ts';

type Answer = { data?: unknown; error?: { networkError?: Error; graphQLErrors: { message: string }[] } };

const cut: Answer = { error: { networkError: new Error('cut'), graphQLErrors: [] } };
/** The id of a delivery: the newest one has the index 0 and the greatest id. */
const idOf = (index: number) => `dlv_${900 - index}`;
const nodeOf = (index: number) => ({
  id: idOf(index),
  version: 1,
  status: 'SUCCEEDED',
  createdAt: new Date(1_700_000_000_000 - index * 1_000).toISOString(),
  endpoint: { id: 'ep_1', name: 'Shop', url: 'https://shop.test/', status: 'ENABLED' },
  event: { id: 'evt_1', payloadPreview: '{}' },
  lastAttempt: null,
});
const pageOf = (from: number, feedCursor = 'c1'): Answer => ({
  data: {
    deliveries: {
      feedCursor,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
      nodes: Array.from({ length: 3 }, (_, index) => nodeOf(from + index)),
    },
  },
});
/** The cursor of a page that was read while the feed could not be reached. */
const unreachable = 'unreachable.0.1mbni9k';
const cursorAnswer: Answer = { data: { deliveries: { edges: [{ cursor: 'beside' }] } } };

/** Opens a log whose requests get these responses one after the other, and records the requests. */
function openLog(...answers: (Answer | Promise<Answer>)[]) {
  const asked: Record<string, unknown>[] = [];
  const client = {
    query: (_document: unknown, variables: Record<string, unknown>) => {
      asked.push(variables);
      return { toPromise: async () => (await answers.shift()) ?? cut };
    },
  } as unknown as Client;
  let subscriptions = 0;
  const socket = {
    subscribe: () => {
      subscriptions += 1;
      return () => undefined;
    },
  } as unknown as SocketClient;
  const phase = createStore<FeedPhase>('delivered');
  const feed = { phase, reportPaused: () => phase.set('paused') };
  const order = { field: 'CREATED_AT', direction: 'DESC' } as const;
  const log = new DeliveryLog({ client, socket, feed, filter: {}, order });
  return { log, asked, phase, ids: () => log.state.get().rows.map(row => row.id), follows: () => subscriptions };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the delivery log', () => {
  it('DeliveryLog adds no rows if the request for the feed cursor fails', async () => {
    const { log, ids, asked } = openLog(pageOf(0), cut, pageOf(100));
    await log.start();
    await log.loadNext();
    expect(ids()).toEqual([0, 1, 2].map(idOf));
    expect(asked).toHaveLength(2);
    expect(log.state.get().isLoadingMore).toBe(false);
    log[Symbol.dispose]();
  });

  it('DeliveryLog discards a page of rows that arrives after the list was cleared', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const { log, ids } = openLog(pageOf(0), cursorAnswer, promise, pageOf(50));
    await log.start();
    const loading = log.loadNext();
    await vi.advanceTimersByTimeAsync(0);
    await log.reset();
    resolve(pageOf(3));
    await loading;
    expect(ids()).toEqual([50, 51, 52].map(idOf));
    log[Symbol.dispose]();
  });

  it('DeliveryLog keeps its rows if they cannot be loaded again, and reports the error until they are loaded', async () => {
    const { log, ids } = openLog(pageOf(0), cut, pageOf(0));
    await log.start();
    await log.start();
    expect(log.state.get()).toMatchObject({ phase: 'ready', error: "Can't reach the server." });
    expect(ids()).toEqual([0, 1, 2].map(idOf));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log.state.get()).toMatchObject({ phase: 'ready', error: null });
    log[Symbol.dispose]();
  });

  it('DeliveryLog lets rows leave when the start of its time range moves, and loads pages with the new start', async () => {
    const { log, ids, asked } = openLog(pageOf(0), cursorAnswer, pageOf(3));
    await log.start();
    const from = nodeOf(1).createdAt;
    log.moveStart(from);
    expect(ids()).toEqual([0, 1].map(idOf));
    await log.loadNext();
    expect(asked.at(-1)).toMatchObject({ filter: { createdAt: { from } } });
    log[Symbol.dispose]();
  });

  it('DeliveryLog polls the list every 5 seconds while live updates are paused, and subscribes again afterwards', async () => {
    const { log, phase, asked, ids, follows } = openLog(pageOf(1, unreachable), pageOf(0, unreachable), pageOf(0));
    await log.start();
    expect(phase.get()).toBe('paused');
    expect(log.state.get().phase).toBe('ready');
    expect(follows()).toBe(0);
    await vi.advanceTimersByTimeAsync(5_200);
    expect(ids()).toContain(idOf(0));
    const before = asked.length;
    phase.set('delivered');
    await vi.advanceTimersByTimeAsync(200);
    expect(asked.length).toBeGreaterThan(before);
    expect(follows()).toBe(1);
    log[Symbol.dispose]();
  });
});

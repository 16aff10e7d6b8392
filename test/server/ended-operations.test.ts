import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

/*
 * In these tests each tenant has one database connection for reading and one for mutations. Table locks make statements
 * slow.
 */

let api: TestApi;
let locker: PoolClient;
let endpointIds: readonly string[];

beforeAll(async () => {
  api = await openTestApi({
    connectionsPerTenant: 1,
    operationTimeoutMs: 5_000,
    socketLimits: { operationsPerSocket: 10, messagesPerSecond: 200, maxBufferedBytes: 1_048_576 },
  });
  locker = await api.services.pool.connect();
});
afterAll(async () => {
  locker.release();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  endpointIds = [await createEndpoint('first'), await createEndpoint('second')];
});

async function createEndpoint(name: string): Promise<string> {
  const { createEndpoint: created } = await api.ask(
    `mutation ($name: String!) { createEndpoint(input: { name: $name, url: "https://shop.test/" }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`,
    { name },
  );
  return created.endpoint.id;
}

async function countBlocked(): Promise<number> {
  const { rows } = await api.services.pool.query(
    `SELECT count(*)::int AS blocked FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'`,
  );
  return rows[0].blocked;
}

/** Holds a table lock while `use` runs, so that statements which need the table wait. */
async function whileLocked(lock: string, use: () => Promise<void>): Promise<void> {
  await locker.query('BEGIN');
  try {
    await locker.query(lock);
    await use();
  } finally {
    await locker.query('ROLLBACK');
  }
}

async function readName(id: string | undefined): Promise<string> {
  return (await api.ask('query ($id: ID!) { endpoint(id: $id) { name } }', { id })).endpoint.name;
}

describe('the message "complete" over a websocket', () => {
  test('cancels the SQL statement of a running query, and frees its database connection and its operation id', async () => {
    await using socket = api.connect();
    await socket.ready;
    const received: { readonly id?: string; readonly type: string }[] = [];
    socket.socket.on('message', data => received.push(JSON.parse(String(data))));
    const subscribe = (query: string) =>
      socket.send(JSON.stringify({ id: 'same', type: 'subscribe', payload: { query } }));
    await whileLocked('LOCK TABLE endpoint IN ACCESS EXCLUSIVE MODE', async () => {
      subscribe('{ endpoints { nodes { id } } }');
      await expect.poll(countBlocked).toBe(1);
      socket.send(JSON.stringify({ id: 'same', type: 'complete' }));
      subscribe('{ viewer { tenant { name } } apiKeys { id } }');
      await expect.poll(() => received.length).toBe(2);
      expect(await countBlocked()).toBe(0);
      expect(received).toEqual([
        {
          id: 'same',
          type: 'next',
          payload: expect.objectContaining({ data: expect.objectContaining({ apiKeys: [] }) }),
        },
        { id: 'same', type: 'complete' },
      ]);
    });
  });

  test('removes a query from the queue for a database connection of its tenant', async () => {
    await using socket = api.connect();
    await socket.ready;
    await whileLocked('LOCK TABLE endpoint IN ACCESS EXCLUSIVE MODE', async () => {
      const running = socket.subscribe('{ endpoints { nodes { id } } }');
      await expect.poll(countBlocked).toBe(1);
      const waiting = Array.from({ length: 9 }, () => socket.subscribe('{ apiKeys { id } }'));
      const excess = socket.subscribe('{ apiKeys { id } }');
      expect((await excess.next()).errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
      for (const each of waiting) each.stop();
      running.stop();
      const readKeys = async () => (await socket.subscribe('{ apiKeys { id } }').next()).data;
      await expect.poll(readKeys).toEqual({ apiKeys: [] });
    });
  });

  test('cancels a running mutation, and keeps the changes of fields that are already committed', async () => {
    await using socket = api.connect();
    await socket.ready;
    const [a, b] = endpointIds;
    await whileLocked(`SELECT FROM endpoint WHERE name = 'second' FOR UPDATE`, async () => {
      const running = socket.subscribe(
        `mutation ($a: ID!, $b: ID!) {
          a: updateEndpoint(id: $a, input: { name: "first, renamed" }) { __typename }
          b: updateEndpoint(id: $b, input: { name: "second, renamed" }) { __typename }
          c: updateEndpoint(id: $a, input: { name: "first, renamed twice" }) { __typename }
        }`,
        { a, b },
      );
      await expect.poll(countBlocked).toBe(1);
      running.stop();
      await expect.poll(countBlocked).toBe(0);
      // The tenant's only connection for mutations is free while the row is still locked.
      expect(await createEndpoint('third')).toMatch(/^ep_/);
    });
    expect(await readName(a)).toBe('first, renamed');
    expect(await readName(b)).toBe('second');
  });
});

describe('the subscription bulkOperationUpdated', () => {
  const subscription = `subscription ($id: ID!) { bulkOperationUpdated(id: $id) { status total } }`;

  async function startBulk(): Promise<string> {
    const { retryDeliveries } = await api.ask(
      `mutation ($ids: [ID!]!) { retryDeliveries(filter: { endpointIds: $ids }) { ... on BulkOperation { id } } }`,
      { ids: endpointIds },
    );
    return retryDeliveries.id;
  }

  async function openStream(id: string, signal: AbortSignal) {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${rootKey}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: subscription, variables: { id } }),
      signal,
    });
    return response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  test("reads its rows within the tenant's share of database connections, also for later updates over server-sent events", async () => {
    const id = await startBulk();
    const ending = new AbortController();
    const streams: ReturnType<typeof openStream>[] = [];
    await whileLocked('LOCK TABLE bulk_operation IN ACCESS EXCLUSIVE MODE', async () => {
      for (let i = 0; i < 5; i += 1) streams.push(openStream(id, ending.signal));
      await expect.poll(countBlocked).toBeGreaterThan(0);
      // Another tenant has its own connections. Its response shows that all five streams have requested a connection
      // before.
      const key = await api.createOtherTenant();
      expect((await api.ask('{ endpoints { nodes { id } } }', {}, key)).endpoints.nodes).toEqual([]);
      expect(await countBlocked()).toBe(1);
    });
    for (const stream of await Promise.all(streams)) {
      let text = '';
      while (!text.includes('RUNNING')) text += (await stream?.next())?.value;
    }
    await whileLocked('LOCK TABLE bulk_operation IN ACCESS EXCLUSIVE MODE', async () => {
      // Each stream reads again within 2 s, and the first one then uses all connections of the tenant.
      await expect.poll(countBlocked).toBe(1);
      expect((await api.send('{ apiKeys { id } }')).errors?.[0]?.extensions.code).toBe('TIMEOUT');
      expect(await countBlocked()).toBe(1);
      ending.abort();
      // The server probes once a second whether a client that closed its half of the connection is gone.
      await expect.poll(countBlocked).toBe(0);
      expect(await api.ask('{ apiKeys { id } }')).toEqual({ apiKeys: [] });
    });
  });
});

describe('operations in progress', () => {
  /** A query so expensive that at most 16 of one tenant may be in progress at once. */
  const expensive = '{ deliveryStats { total } deliveries(first: 50) { nodes { id status } } }';
  const lock = 'LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE';

  test('free their capacity, or leave the queue for capacity, when their clients complete them or disconnect', async () => {
    const sockets = Array.from({ length: 4 }, () => api.connect());
    await Promise.all(sockets.map(({ ready }) => ready));
    await whileLocked(lock, async () => {
      const running = sockets.map(socket => Array.from({ length: 10 }, () => socket.subscribe(expensive)));
      await expect.poll(countBlocked).toBe(1);
      for (const each of running[0] ?? []) each.stop();
      for (const { socket } of sockets.slice(1)) socket.terminate();
      // The ended operations hold neither capacity nor the only connection of the pool, although the table is still locked.
      await expect.poll(async () => (await api.send('{ apiKeys { id } }')).data).toEqual({ apiKeys: [] });
    });
    await sockets[0]?.[Symbol.asyncDispose]();
    expect((await api.ask(expensive)).deliveries.nodes).toEqual([]);
  });

  test('free their capacity, or leave the queue for capacity, at their deadlines', async () => {
    await whileLocked(lock, async () => {
      const results = await Promise.all(Array.from({ length: 40 }, () => api.send(expensive)));
      expect(new Set(results.map(({ errors }) => errors?.[0]?.extensions.code))).toEqual(new Set(['TIMEOUT']));
      expect(await api.ask('{ apiKeys { id } }')).toEqual({ apiKeys: [] });
    });
    expect((await api.ask(expensive)).deliveries.nodes).toEqual([]);
  });

  test('free their capacity when they fail', async () => {
    const failing = '{ deliveries(first: 50, filter: { ids: ["none"] }) { nodes { id attempts { number } } } }';
    const results = await Promise.all(Array.from({ length: 100 }, () => api.send(failing)));
    expect(new Set(results.map(({ errors }) => errors?.[0]?.extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
    expect((await api.ask(expensive)).deliveries.nodes).toEqual([]);
  });
});

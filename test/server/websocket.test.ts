import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';
import { countStatements } from '../fixtures/count-statements.ts';

let api: TestApi;
let endpointId: string;

beforeAll(async () => {
  api = await openTestApi({ maxRequestBytes: 100_000 });
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "Shop", url: "https://shop.test/hook", eventTypes: ["a.*"] }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const updates = `subscription ($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) {
    cursor status previousStatus matches skipped delivery { id status eventType version endpoint { name } } } }`;

async function publish(type: string): Promise<string> {
  const { publishEvent } = await api.ask(
    `mutation ($type: String!) { publishEvent(input: { type: $type, payload: {} }) {
      ... on Event { deliveries { nodes { id } } } } }`,
    { type },
  );
  return publishEvent.deliveries.nodes[0].id;
}

async function cancel(id: string): Promise<void> {
  await api.ask('mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', { id });
}

/** Subscribes after the current feed cursor, so that the subscription misses no later update. */
async function subscribe(socket: ReturnType<TestApi['connect']>, variables: object = {}) {
  await socket.ready;
  const cursor = (await api.ask('{ feedCursor }')).feedCursor;
  return socket.subscribe(updates, { after: cursor, ...variables });
}

describe('the subscription deliveryUpdated', () => {
  test('sends each transition, including the one by which a delivery stops matching the filter', async () => {
    await using socket = api.connect();
    const subscription = await subscribe(socket, { filter: { statuses: ['PENDING'], endpointIds: [endpointId] } });
    const id = await publish('a.created');
    const created = (await subscription.next()).data.deliveryUpdated;
    expect(created).toMatchObject({
      status: 'PENDING',
      previousStatus: null,
      matches: true,
      skipped: 0,
      delivery: { id, version: 1, eventType: 'a.created', endpoint: { name: 'Shop' } },
    });
    await cancel(id);
    expect((await subscription.next()).data.deliveryUpdated).toMatchObject({
      status: 'FAILED',
      previousStatus: 'PENDING',
      matches: false,
      delivery: { id, status: 'FAILED', version: 2 },
    });
  });

  test('sends the transitions after a feed cursor first', async () => {
    await using socket = api.connect();
    const subscription = await subscribe(socket);
    const first = await publish('a.first');
    const { cursor } = (await subscription.next()).data.deliveryUpdated;
    const second = await publish('a.second');
    expect(first).not.toBe(second);
    const resumed = socket.subscribe(updates, { after: cursor });
    expect((await resumed.next()).data.deliveryUpdated.delivery.id).toBe(second);
  });

  test('returns related objects in their current state with each update', async () => {
    await using socket = api.connect();
    const subscription = await subscribe(socket);
    const id = await publish('a.renamed');
    expect((await subscription.next()).data.deliveryUpdated.delivery.endpoint.name).toBe('Shop');
    const rename =
      'mutation ($id: ID!, $name: String!) { updateEndpoint(id: $id, input: { name: $name }) { __typename } }';
    await api.ask(rename, { id: endpointId, name: 'Market' });
    await cancel(id);
    expect((await subscription.next()).data.deliveryUpdated.delivery.endpoint.name).toBe('Market');
    await api.ask(rename, { id: endpointId, name: 'Shop' });
  });

  test('returns updates with scalar fields only without a database query', async () => {
    await using socket = api.connect();
    await socket.ready;
    const { feedCursor } = await api.ask('{ feedCursor }');
    await publish('a.scalar');
    const statements = await countStatements(api.services.pool, async () => {
      const subscription = socket.subscribe(
        `subscription ($after: String) { deliveryUpdated(after: $after) {
          status delivery { id status attemptCount createdAt event { id type } } } }`,
        { after: feedCursor },
      );
      expect((await subscription.next()).data.deliveryUpdated.status).toBe('PENDING');
    });
    expect(statements).toEqual([]);
  });

  test('sends no deliveries of another tenant', async () => {
    const key = await api.createOtherTenant();
    await using socket = api.connect(key);
    await socket.ready;
    const { feedCursor } = await api.ask('{ feedCursor }', {}, key);
    await publish('a.private');
    const { createEndpoint } = await api.ask(
      `mutation { createEndpoint(input: { name: "theirs", url: "https://their.test" }) {
        ... on CreateEndpointSuccess { endpoint { id } } } }`,
      {},
      key,
    );
    await api.ask(
      'mutation ($id: ID!) { sendTestEvent(endpointId: $id) { __typename } }',
      createEndpoint.endpoint,
      key,
    );
    const subscription = socket.subscribe(updates, { after: feedCursor });
    expect((await subscription.next()).data.deliveryUpdated.delivery.eventType).toBe('webhook.test');
  });

  test.each([
    ['BAD_USER_INPUT', 'filter.ids.0', { filter: { ids: ['x'] } }],
    ['BAD_USER_INPUT', 'after', { after: 'nonsense' }],
  ])('is rejected with %s for an invalid argument %s', async (code, argument, variables) => {
    await using socket = api.connect();
    await socket.ready;
    const { errors } = await socket.subscribe(updates, variables).next();
    expect(errors).toMatchObject([{ extensions: { code, argument } }]);
    expect(errors?.[0]?.extensions).not.toHaveProperty('http');
  });

  test('needs DELIVERIES_READ', async () => {
    await using socket = api.connect(await api.createKey('ENDPOINTS_READ'));
    await socket.ready;
    const { errors } = await socket.subscribe(updates).next();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' } }]);
  });

  test('ends when the client completes it, after which its id can be used again', async () => {
    await using socket = api.connect();
    const subscription = await subscribe(socket);
    subscription.stop();
    const query = socket.subscribe('{ feedCursor }');
    expect((await query.next()).data.feedCursor).toEqual(expect.any(String));
    await query.ended;
  });
});

describe('GraphQL operations over a websocket', () => {
  test('can be queries and mutations, with the same errors as over HTTP', async () => {
    await using socket = api.connect();
    await socket.ready;
    expect((await socket.subscribe('{ viewer { tenant { name } } }').next()).data.viewer.tenant.name).toBe('default');
    for (const [query, code] of [
      ['{ nothing }', 'BAD_USER_INPUT'],
      ['{', 'BAD_USER_INPUT'],
      ['{ delivery(id: "x") { id } }', 'BAD_USER_INPUT'],
      ['{a'.repeat(6_000) + '}'.repeat(6_000), 'QUERY_TOO_COMPLEX'],
    ] as const) {
      expect((await socket.subscribe(query).next()).errors?.[0]?.extensions).toMatchObject({ code });
    }
  });
});

describe('the server closes a websocket', () => {
  test.each([
    ['no key', {}, 4403],
    ['a wrong key', { authorization: 'Bearer wrong' }, 4403],
    ['a key without "Bearer"', { authorization: rootKey }, 4403],
    ['two keys', { authorization: `Bearer ${rootKey}`, Authorization: `Bearer ${rootKey}` }, 4403],
    ['an invalid tenant id', { authorization: `Bearer ${rootKey}`, 'livehook-tenant': 'x' }, 4400],
  ])('because connection_init has %s', async (_what, payload, code) => {
    await using socket = connect(api.url, payload);
    expect((await socket.closed).code).toBe(code);
  });

  test('unless connection_init has a valid key, in a field "authorization" whose name may be in upper case', async () => {
    await using socket = connect(api.url, { Authorization: `Bearer ${rootKey}` });
    await socket.ready;
  });

  test('that starts an operation before connection_init', async () => {
    await using socket = connect(api.url, null);
    socket.socket.once('open', () => socket.subscribe('{ feedCursor }'));
    expect((await socket.closed).code).toBe(4401);
  });

  test.each([
    ['invalid JSON', '{'],
    ['an unknown message type', '{"type":"nothing"}'],
    ['a message type of the server', '{"type":"connection_ack"}'],
  ])('that sends %s', async (_what, text) => {
    await using socket = api.connect();
    await socket.ready;
    socket.send(text);
    expect((await socket.closed).code).toBe(4400);
  });

  test('that sends a message over the size limit', async () => {
    await using socket = api.connect();
    await socket.ready;
    socket.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(200_000) } }));
    expect((await socket.closed).code).toBe(1009);
  });

  test('that asks for another subprotocol', async () => {
    await using socket = connect(api.url, null, 'graphql-ws');
    expect((await socket.closed).code).toBe(1006);
  });

  test('that asks for another path', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${api.port}/other`, 'graphql-transport-ws');
    const message = await new Promise<string>(resolve => socket.once('error', error => resolve(error.message)));
    expect(message).toContain('404');
  });

  test('of an API key once the key is revoked', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    await using first = api.connect(key);
    await using second = api.connect(key);
    await using other = api.connect();
    await Promise.all([first.ready, second.ready, other.ready]);
    const { apiKeys } = await api.ask('{ apiKeys { id } }');
    await api.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', { id: apiKeys[0].id });
    expect((await first.closed).code).toBe(4403);
    expect((await second.closed).code).toBe(4403);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('with 1001 when the server stops, after its running operations have finished', async () => {
    await using other = await openTestApi({ shutdownGraceMs: 20_000 });
    await using socket = other.connect();
    await socket.ready;
    const subscription = socket.subscribe('subscription { deliveryUpdated { status } }');
    const stream = await fetch(
      `${other.url}/graphql?query=${encodeURIComponent('subscription { deliveryUpdated { status } }')}`,
      { headers: { authorization: `Bearer ${rootKey}`, accept: 'text/event-stream' } },
    );
    const lock = await other.services.pool.connect();
    await lock.query('BEGIN; LOCK TABLE endpoint');
    const slow = other.send('{ endpoints { nodes { id } } }');
    const waiting =
      "SELECT count(*) AS value FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    await expect.poll(async () => (await other.services.pool.query(waiting)).rows[0].value).toBe(1);
    const closed = other.closeServer();
    expect((await socket.closed).code).toBe(1001);
    await subscription.ended;
    expect(await stream.text()).not.toContain('errors');
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
    await lock.query('COMMIT');
    lock.release();
    expect((await slow).status).toBe(200);
    await closed;
    await other.closeServer();
  });
});

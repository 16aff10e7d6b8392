import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

/* A tenant may have requests of four times MAX_REQUEST_BYTES in progress, which are 4,000,000 bytes in these tests. */

let api: TestApi;
let otherKey: string;
beforeAll(async () => {
  api = await openTestApi();
  otherKey = await api.createOtherTenant();
});
afterAll(() => api[Symbol.asyncDispose]());

const variables = { unused: 'x'.repeat(900_000) };
const subscription = 'subscription { deliveryUpdated { status } }';

/** Opens a stream of server-sent events with large variables. Resolves when its first bytes arrive. */
async function openStream(signal: AbortSignal, key = rootKey): Promise<Response> {
  return fetch(`${api.url}/graphql`, {
    method: 'POST',
    signal,
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
    body: gzipSync(JSON.stringify({ query: subscription, variables })),
  });
}

async function readCode(response: Response): Promise<unknown> {
  return /"code":"([A-Z_]+)"/.exec(await response.text())?.[1];
}

test('the server rejects streams with large variables with 429 beyond the byte limit of their tenant, until one of them ends', async () => {
  await using closing = new AsyncDisposableStack();
  const open = async (key?: string) => {
    const ending = closing.adopt(new AbortController(), each => each.abort());
    return { ending, response: await openStream(ending.signal, key) };
  };
  const opened = [await open(), await open(), await open(), await open()];
  expect(opened.map(({ response }) => response.status)).toEqual([200, 200, 200, 200]);

  const { response } = await open();
  expect(response.status).toBe(429);
  expect(await readCode(response)).toBe('RATE_LIMITED');
  expect((await open(otherKey)).response.status).toBe(200);
  expect((await api.send('{ viewer { permissions } }')).errors).toBeUndefined();

  opened[0]?.ending.abort();
  await vi.waitFor(async () => expect((await open()).response.status).toBe(200), { timeout: 60_000, interval: 100 });
});

test('a portal token has its own small share of request bytes, and cannot use up that of its tenant', async () => {
  const { result } = await api.ask(
    `mutation { result: createPortalToken(input: { endpointIds: [], maxEndpoints: 1, eventTypes: ["a.b"],
      permissions: [DELIVERIES_READ, ENDPOINTS_MANAGE, ENDPOINTS_READ] }) {
      ... on CreatePortalTokenSuccess { token } ... on Error { message } } }`,
  );
  await using closing = new AsyncDisposableStack();
  const open = async (key: string) => {
    const ending = closing.adopt(new AbortController(), each => each.abort());
    return (await openStream(ending.signal, key)).status;
  };
  expect([await open(result.token), await open(result.token)]).toEqual([200, 429]);
  // Waits, because the streams of the previous test may still be closing.
  const wait = { timeout: 60_000, interval: 100 };
  for (let count = 0; count < 4; count += 1) await vi.waitFor(async () => expect(await open(rootKey)).toBe(200), wait);
});

describe('subscriptions of one websocket', () => {
  test('get RATE_LIMITED if their variables exceed the byte limit of their tenant, until one of them is completed', async () => {
    await using socket = api.connect(otherKey);
    await socket.ready;
    const opened = Array.from({ length: 4 }, () => socket.subscribe(subscription, variables));
    const { errors } = await socket.subscribe(subscription, variables).next();
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    const { data } = await socket.subscribe('{ viewer { permissions } }').next();
    expect(data.viewer.permissions).toHaveLength(6);

    opened[0]?.stop();
    await vi.waitFor(
      async () => {
        const result = await socket.subscribe('{ viewer { permissions } }', variables).next();
        expect(result.errors).toBeUndefined();
      },
      { timeout: 60_000, interval: 100 },
    );
  });

  test('are ended with close code 4400 if an id has more than 1,000 characters', async () => {
    await using socket = api.connect();
    await socket.ready;
    const send = (id: string) =>
      socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: '{ __typename }' } }));
    send('i'.repeat(1000));
    const [message] = await once(socket.socket, 'message');
    expect(JSON.parse(String(message))).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } });
    send('i'.repeat(1001));
    expect((await socket.closed).code).toBe(4400);
  });
});

test('the server closes a websocket that sends too many pings', async () => {
  await using socket = api.connect();
  await socket.ready;
  for (let count = 0; count < 500 && socket.socket.readyState === socket.socket.OPEN; count += 1) socket.socket.ping();
  // The code is 1006 if the websocket library ended the connection first, because the client did not read the pongs.
  expect([4429, 1006]).toContain((await socket.closed).code);
});

test('a large invalid variable causes one error, which does not contain the variable', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`unknown${index}`, 1]));
  const input = { type: 'x'.repeat(900_000), payload: 1, ...unknown };
  const { errors = [] } = await api.send(
    'mutation ($input: PublishEventInput!) { publishEvent(input: $input) { __typename } }',
    { input },
    await api.createOtherTenant(),
  );
  expect(errors.map(error => error.extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(errors[0]?.message).toMatch(/^Variable "\$input" got invalid value .* Field "unknown0" is not defined/s);
  expect(JSON.stringify(errors).length).toBeLessThan(5_000);
});

test('the chunks of a request body are counted together and joined', async () => {
  const body = JSON.stringify({ query: '{ viewer { permissions } }', variables: { unused: 'ü'.repeat(5_000) } });
  const bytes = Buffer.from(body);
  const stream = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
    body: stream,
    duplex: 'half',
  } as RequestInit);
  expect(await response.json()).toMatchObject({ data: { viewer: { permissions: expect.any(Array) } } });
});

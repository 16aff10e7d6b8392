import { once } from 'node:events';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AttackedServer,
  expectMemoryReturned,
  type Observation,
  startAttackedServer,
} from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';
import { encodeFrame, openRawConnection, upgradeHead } from '../fixtures/raw-connection.ts';

/* Further attacks that use up bytes, CPU time and connections of a server, while another tenant uses it. */

let server: AttackedServer;
let port: number;
beforeAll(async () => {
  server = await startAttackedServer();
  port = Number(new URL(server.url).port);
});
afterAll(() => server[Symbol.asyncDispose]());

function expectUnharmed(observed: Observation): void {
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.longestStallMs).toBeLessThan(2_000);
  expect((observed.peakRssBytes - observed.rssBeforeBytes) / 2 ** 20).toBeLessThan(200);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(5_000);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(10_000);
}

/**
 * Opens `count` connections that send this text, and waits until the server has ended all of them.
 * @returns the text that each connection has received.
 */
async function flood(count: number, head: string, pieces: readonly (string | Buffer)[]): Promise<readonly string[]> {
  using stack = new DisposableStack();
  const connections = await Promise.all(
    Array.from({ length: count }, async () => {
      const connection = stack.use(await openRawConnection(port, head));
      for (const piece of pieces) connection.socket.write(piece);
      return connection;
    }),
  );
  await Promise.all(connections.map(({ ended }) => ended));
  return connections.map(({ received }) => received());
}

const authorized = () =>
  `host: x\r\nauthorization: Bearer ${server.attacker.key}\r\ncontent-type: application/json\r\n`;
const letter = encodeFrame('x', { opcode: 0, isFinal: false });
const firstLetter = encodeFrame('{', { isFinal: false });

describe('connections that attack the server', () => {
  test.each<[string, () => [string, readonly (string | Buffer)[]]]>([
    [
      'connection_init in 20,000 frames',
      () => [upgradeHead(), [firstLetter, Buffer.concat(Array(20_000).fill(letter))]],
    ],
    [
      'a flood of pings',
      () => [upgradeHead(), [Buffer.concat(Array(5_000).fill(encodeFrame('x'.repeat(100), { opcode: 9 })))]],
    ],
    [
      'a compressed frame that unpacks to 64 MiB',
      () => {
        const frame = encodeFrame(deflateRawSync(Buffer.alloc(64 * 2 ** 20)).subarray(0, 12_000));
        frame[0] = 0xc1;
        return [upgradeHead('/graphql', 'sec-websocket-extensions: permessage-deflate\r\n'), [frame]];
      },
    ],
    ['a header of 1 MiB', () => ['GET / HTTP/1.1\r\nhost: x\r\n', [`a: ${'x'.repeat(2 ** 20)}\r\n\r\n`]]],
    ['20,000 headers', () => ['GET / HTTP/1.1\r\nhost: x\r\n', [`${'a: b\r\n'.repeat(20_000)}\r\n`]]],
    ['a target of 1 MiB', () => [`GET /${'x'.repeat(2 ** 20)} HTTP/1.1\r\nhost: x\r\n\r\n`, []]],
    [
      'an upgrade of another protocol',
      () => ['GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n', []],
    ],
    ['an upgrade of /healthz', () => [upgradeHead('/healthz'), []]],
    [
      'an upgrade without a version',
      () => ['GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', []],
    ],
    [
      'a body without a key',
      () => [
        'POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 8000000\r\n\r\n',
        ['x'.repeat(1_000_000)],
      ],
    ],
  ])('are ended by the server, 30 at once, if they send %s', async (_, make) => {
    const [head, pieces] = make();
    expectUnharmed(await server.during(() => flood(30, head, pieces)));
  });

  test('do not block other connections if they never complete a request body', async () => {
    const observed = await server.during(async () => {
      using stack = new DisposableStack();
      for (let i = 0; i < 200; i += 1) {
        stack.use(
          await openRawConnection(port, `POST /graphql HTTP/1.1\r\n${authorized()}content-length: 9000\r\n\r\n{`),
        );
        stack.use(await openRawConnection(port, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n{'));
      }
    });
    expectUnharmed(observed);
  });
});

describe('an authenticated client', () => {
  const send = (body: BodyInit, headers = {}) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${server.attacker.key}`, 'content-type': 'application/json', ...headers },
    });

  test.each<[string, () => Promise<Response>]>([
    ['a compressed request that unpacks to 256 MiB', () => send(bomb, { 'content-encoding': 'gzip' })],
    [
      'a batch of 1,000 operations',
      () => send(JSON.stringify(Array(1_000).fill({ query: '{ viewer { permissions } }' }))),
    ],
    ['a file upload', () => send('--a\r\n\r\n', { 'content-type': 'multipart/form-data; boundary=a' })],
    [
      'an idempotency key of 1 MiB',
      () => ask(publish, { input: { type: 'a', payload: 1, idempotencyKey: 'x'.repeat(2 ** 20) } }),
    ],
    ['an event type of 1 MiB', () => ask(publish, { input: { type: 'x'.repeat(2 ** 20), payload: 1 } })],
    ['a search of 1 MiB', () => ask(search, { search: 'é%_'.repeat(300_000) })],
    ['a cursor of 1 MiB', () => ask(page, { after: 'x'.repeat(2 ** 20) })],
    ['a cursor of nested JSON', () => ask(page, { after: Buffer.from('['.repeat(9_000)).toString('base64') })],
    ['an id of 1 MiB', () => ask('query ($id: ID!) { delivery(id: $id) { id } }', { id: 'dlv_'.padEnd(2 ** 20, '0') })],
    [
      'a filter of 100,000 ids',
      () =>
        ask('query ($ids: [ID!]) { deliveries(filter: { ids: $ids }) { nodes { id } } }', {
          ids: Array(100_000).fill('dlv_01h455vb4pex5vsknk084sn02q'),
        }),
    ],
    [
      'headers of 8 MiB',
      () =>
        ask(create, {
          input: {
            name: 'a',
            url: 'http://127.0.0.1/',
            headers: Array.from({ length: 1_000 }, (_, i) => ({ name: `x-${i}`, value: 'x'.repeat(8_000) })),
          },
        }),
    ],
    ['a name of 1 MiB', () => ask(create, { input: { name: 'x'.repeat(2 ** 20), url: 'http://127.0.0.1/' } })],
    ['a URL of 1 MiB', () => ask(create, { input: { name: 'a', url: `http://127.0.0.1/${'%7B'.repeat(300_000)}` } })],
    [
      'a URL template of 64 KiB',
      () => ask(create, { input: { name: 'a', url: `http://127.0.0.1/${'{{a}}'.repeat(13_000)}` } }),
    ],
  ])('that sends %s gets an error, and does not affect other tenants', async (_, act) => {
    const observed = await server.during(async () => {
      for (const response of await Promise.all([1, 2, 3].map(() => act()))) {
        const text = await response.text();
        expect(response.status).toBeLessThan(500);
        expect(text).toMatch(
          /"code":"(BAD_USER_INPUT|QUERY_TOO_COMPLEX|PAYLOAD_TOO_LARGE|RATE_LIMITED|QUOTA_EXCEEDED|BAD_REQUEST)"/,
        );
        expect(text.length).toBeLessThan(20_000);
      }
    });
    expectUnharmed(observed);
  });

  const ask = (query: string, variables: object) => send(JSON.stringify({ query, variables }));
  const publish =
    'mutation ($input: PublishEventInput!) { publishEvent(input: $input) { ... on Error { code message } } }';
  const create =
    'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { ... on Error { code message } } }';
  const search = 'query ($search: String) { endpoints(search: $search) { nodes { id } } }';
  const page = 'query ($after: String) { deliveries(after: $after) { nodes { id } } }';
  const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20));

  test('that sends endless websocket messages is limited by the request budget of its key', async () => {
    const init = `{"type":"connection_init","payload":{"authorization":"Bearer ${server.attacker.key}"}}`;
    const observed = await server.during(async () => {
      using stack = new DisposableStack();
      for (let i = 0; i < 40; i += 1) {
        const { socket } = stack.use(await openRawConnection(port, upgradeHead()));
        await once(socket, 'data');
        socket.write(encodeFrame(init));
        await once(socket, 'data');
        socket.write(encodeFrame('x'.repeat(4_000_000), { isFinal: false }));
      }
      expect((await post(server.url, server.attacker.key, '{ viewer { permissions } }')).errors).toBeUndefined();
    });
    expectUnharmed(observed);
  });
});

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BufferedBytes } from '../../src/server/buffered-bytes.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { openRawConnection } from '../fixtures/raw-connection.ts';

describe('the limit of bytes that wait to be sent', () => {
  test('closes the largest connection of a credential with too many waiting bytes', () => {
    const bytes = new BufferedBytes<string>({ perCredential: 100, total: 1_000 });
    expect(bytes.set('key', 'a', 60)).toEqual([]);
    expect(bytes.set('other', 'b', 100)).toEqual([]);
    expect(bytes.set('key', 'c', 40)).toEqual([]);
    expect(bytes.set('key', 'c', 50)).toEqual(['a']);
    expect(bytes.set('key', 'd', 50)).toEqual([]);
  });

  test('closes connections of the credential with the most waiting bytes if all credentials together have too many', () => {
    const bytes = new BufferedBytes<string>({ perCredential: 100, total: 150 });
    bytes.set('small', 'a', 10);
    bytes.set('large', 'b', 40);
    bytes.set('large', 'c', 50);
    expect(bytes.set('new', 'd', 60)).toEqual(['c']);
    expect(bytes.set('small', 'a', 0)).toEqual([]);
  });
});

describe('responses that a client does not read', () => {
  let api: TestApi;
  let patient: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ connectionLimits: { stalledMs: 2_000 } });
    patient = await openTestApi({ maxBufferedBytesPerKey: 10 * 2 ** 20 });
    await Promise.all([publish(api), publish(patient)]);
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await patient[Symbol.asyncDispose]();
  });

  const publish = (to: TestApi) =>
    to.ask(`mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { __typename } }`, {
      inputs: Array.from({ length: 12 }, () => ({ type: 'a.b', payload: { text: 'x'.repeat(60_000) } })),
    });

  const query = `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: events(first: 12) { nodes { payloadText } }`).join(' ')} }`;
  const body = JSON.stringify({ query });
  const request = (key: string) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test('are dropped with their connection after a timeout', async () => {
    const key = await api.createKey('DELIVERIES_READ', 'ENDPOINTS_READ');
    using stack = new DisposableStack();
    const connection = stack.use(await openRawConnection(api.port, request(key)));
    await once(connection.socket, 'data');
    connection.socket.pause();
    // The client keeps sending requests, which must not prevent the timeout.
    const sending = setInterval(() => connection.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'), 200);
    const [error] = await once(connection.socket, 'error');
    clearInterval(sending);
    expect((error as NodeJS.ErrnoException).code).toMatch(/ECONNRESET|EPIPE/);
  });

  test('are limited for all connections of one key together, without an effect on other keys', async () => {
    const key = await patient.createKey('DELIVERIES_READ', 'ENDPOINTS_READ');
    using stack = new DisposableStack();
    const stalled = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const connection = stack.use(await openRawConnection(patient.port, request(key)));
        connection.socket.pause();
        return connection;
      }),
    );
    let closed = 0;
    for (const { socket } of stalled) {
      // A client that does not read notices only by writing that its connection was closed.
      const writing = setInterval(() => socket.write('GET / HTTP/1.1\r\n\r\n'), 50);
      socket.once('close', () => {
        closed += 1;
        clearInterval(writing);
      });
    }
    // The responses of three connections exceed the limit of the key, so three are closed. The timeout for reading has
    // not passed yet.
    await expect.poll(() => closed).toBe(3);
    using reader = await openRawConnection(patient.port, request(rootKey));
    await expect.poll(() => reader.received().length).toBeGreaterThan(7_000_000);
    expect(closed).toBe(3);
  });

  test('are kept for a slow client that still reads some of them', async () => {
    using slow = await openRawConnection(api.port, request(rootKey));
    slow.socket.pause();
    const taking = setInterval(() => slow.socket.read(100_000), 100);
    await expect.poll(() => slow.received().length, { timeout: 60_000 }).toBeGreaterThan(3_000_000);
    clearInterval(taking);
    expect(slow.socket.destroyed).toBe(false);
  });
});

describe('requests that a client never completes', () => {
  const limitBytes = 16 * 2 ** 20;
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ maxBufferedBytesPerKey: limitBytes, maxRequestBytes: 8_388_608 });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  /**
   * Sends `chunk` on each connection, and waits until the server has closed all connections except two.
   * @returns the number of connections that are still open.
   */
  async function countOpen(
    clients: readonly { readonly socket: Socket; readonly ended: Promise<unknown> }[],
    chunk: Buffer,
  ): Promise<number> {
    let open = clients.length;
    for (const { socket, ended } of clients) {
      void ended.then(() => {
        open -= 1;
      });
      socket.write(chunk);
    }
    // The chunks have 7 MiB each: two fit into the limit, and the third makes the server close a connection.
    await expect.poll(() => open).toBe(2);
    return open;
  }

  test('are limited for all connections of one key together, without an effect on other keys', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 8000000\r\n\r\n`;
    using stack = new DisposableStack();
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => stack.use(await openRawConnection(api.port, head))),
    );
    expect(await countOpen(clients, Buffer.alloc(7 * 2 ** 20, ' '))).toBe(2);
    expect(await api.ask('{ viewer { permissions } }')).toBeDefined();
  });

  test('are limited on websockets too, where complete messages do not count', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    await using stack = new AsyncDisposableStack();
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = stack.use(api.connect(key));
        await client.ready;
        for (let i = 0; i < 5; i += 1)
          await client.subscribe('{ viewer { permissions } }', { unused: 'x'.repeat(100_000) }).next();
        return client;
      }),
    );
    // The header of a websocket frame: a text message of 8,000,000 bytes with a mask of zeros, of which the end is
    // never sent.
    const start = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x7a, 0x12, 0, 0, 0, 0, 0]);
    const streams = clients.map(({ socket, closed }) => ({
      socket: (socket as unknown as { _socket: Socket })._socket,
      ended: closed,
    }));
    expect(await countOpen(streams, Buffer.concat([start, Buffer.alloc(7 * 2 ** 20, ' ')]))).toBe(2);
    // The sockets are destroyed, because a closing handshake would wait for the end of their messages until its
    // timeout.
    for (const { socket } of clients) socket.terminate();
  });
});

test('the subscriptions of one websocket may together cost no more than one operation', async () => {
  await using api = await openTestApi();
  await using socket = api.connect();
  await socket.ready;
  const heavy = `subscription { deliveryUpdated { delivery { event { ${Array.from({ length: 90 }, (_, i) => `a${i}: payloadText`).join(' ')} deliveries(first: 100) { nodes { event { a: payloadText b: payloadText c: payloadText } } } } } } }`;
  const open = Array.from({ length: 20 }, () => socket.subscribe(heavy));
  const refused = await open[19]?.next();
  expect(refused?.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  // A subscription that ends frees its cost for another one.
  open[0]?.stop();
  await socket.subscribe('{ feedCursor }').next();
  const answer = await Promise.race([
    socket.subscribe(heavy).next(),
    socket
      .subscribe('{ feedCursor }')
      .next()
      .then(() => null),
  ]);
  expect(answer).toBeNull();
});

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';
import { encodeFrame, openRawConnection, type RawConnection, upgradeHead } from '../fixtures/raw-connection.ts';

let api: TestApi;
/** A server with a short timeout for authentication. */
let impatient: TestApi;
beforeAll(async () => {
  api = await openTestApi({ connectionLimits: { authenticationMs: 15_000 }, trustedProxies: { hops: 1 } });
  impatient = await openTestApi({ connectionLimits: { authenticationMs: 1_500 } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await impatient[Symbol.asyncDispose]();
});

const protocol = 'graphql-transport-ws';
const init = (payload: string) => `{"type":"connection_init","payload":${payload}}`;
const padded = (bytes: number) => {
  const text = init(`{"authorization":"Bearer ${rootKey}","padding":""}`);
  return text.replace('"padding":""', `"padding":"${'x'.repeat(bytes - text.length)}"`);
};

describe('connections before authentication', () => {
  test('a websocket that sends one message of 16 KiB is served', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, protocol);
    await once(socket, 'open');
    socket.send(padded(16_384));
    expect(String((await once(socket, 'message'))[0])).toBe('{"type":"connection_ack"}');
    // After authentication the socket may send larger messages.
    socket.send(`{"type":"ping","payload":{"padding":"${'x'.repeat(100_000)}"}}`);
    expect(String((await once(socket, 'message'))[0])).toContain('"type":"pong"');
    socket.terminate();
  });

  test.each<[what: string, frames: readonly Buffer[]]>([
    ['one message of 16 KiB and a byte', [encodeFrame(padded(16_385))]],
    ['the head of a message of 8 MiB', [encodeFrame('x'.repeat(8_388_608)).subarray(0, 20_000)]],
    [
      'a message in many frames',
      Array.from({ length: 5 }, (_, i) => encodeFrame('x'.repeat(5_000), { opcode: i && 0, isFinal: false })),
    ],
    ['many pings', Array.from({ length: 300 }, () => encodeFrame('x'.repeat(100), { opcode: 9 }))],
  ])('a websocket that sends %s is destroyed', async (_what, frames) => {
    using connection = await openRawConnection(api.port, upgradeHead());
    await once(connection.socket, 'data');
    for (const frame of frames) connection.socket.write(frame);
    await connection.ended;
    expect(connection.received()).not.toContain('connection_ack');
  });

  test.each<[what: string, text: string]>([
    ['nothing', ''],
    ['half a request head', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
    ['half a request line', 'GET /gr'],
    ['an upgrade and no connection_init', upgradeHead()],
  ])('a connection that sends %s is destroyed after the timeout', async (_what, text) => {
    using connection = await openRawConnection(impatient.port, text);
    await connection.ended;
  });

  test('a connection that sends its head byte by byte is destroyed after the timeout', async () => {
    using connection = await openRawConnection(impatient.port);
    const dripping = setInterval(() => connection.socket.write('G'), 100);
    await connection.ended;
    clearInterval(dripping);
  });

  test.each<[what: string, head: string, status: string]>([
    ['an unknown path', upgradeHead('/other'), '404'],
    ['the path of the dashboard', upgradeHead('/'), '404'],
    ['an unsupported version', upgradeHead().replace('version: 13', 'version: 99'), '400'],
    ['another subprotocol', upgradeHead().replace('protocol: graphql-transport-ws', 'protocol: x'), '101'],
  ])('a websocket upgrade with %s gets a response, and its connection is destroyed', async (_what, head, status) => {
    using connection = await openRawConnection(api.port, head);
    await connection.ended;
    expect(connection.received().split(' ')[1]).toBe(status);
    // The server has closed both directions of the connection, so sending to it fails.
    const refused = once(connection.socket, 'error');
    const writing = setInterval(() => connection.socket.write('x'), 20);
    await refused;
    clearInterval(writing);
  });
});

describe('the limit on connections', () => {
  test('closes the oldest unauthenticated connection for a new one, and keeps authenticated ones', async () => {
    await using small = await openTestApi({ connectionLimits: { maxUnauthenticated: 3 } });
    await using socket = small.connect();
    await socket.ready;
    using stack = new DisposableStack();
    const idle: RawConnection[] = [];
    for (let i = 0; i < 4; i += 1) idle.push(stack.use(await openRawConnection(small.port, upgradeHead())));
    await idle[0]?.ended;
    expect(await small.ask('{ viewer { tenant { name } } }')).toBeDefined();
    await idle[1]?.ended;
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('applies to each client address separately', async () => {
    await using small = await openTestApi({ connectionLimits: { maxUnauthenticatedPerAddress: 2 } });
    using other = await openRawConnection(small.port, upgradeHead(), '127.0.0.2');
    using stack = new DisposableStack();
    const idle: RawConnection[] = [];
    for (let i = 0; i < 3; i += 1) idle.push(stack.use(await openRawConnection(small.port, upgradeHead())));
    await idle[0]?.ended;
    other.socket.write(encodeFrame(init(`{"authorization":"Bearer ${rootKey}"}`)));
    await expect.poll(other.received).toContain('connection_ack');
  });

  test('covers all connections of an address, and rejects one more if all others are authenticated', async () => {
    await using small = await openTestApi({ connectionLimits: { maxConnectionsPerAddress: 2 } });
    await using first = small.connect();
    await using second = small.connect();
    await Promise.all([first.ready, second.ready]);
    await using third = small.connect();
    expect((await third.closed).code).toBe(1006);
    expect([first, second].map(({ socket }) => socket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });

  test('uses the client address that a trusted proxy sends', async () => {
    await using small = await openTestApi({
      connectionLimits: { maxConnectionsPerAddress: 1 },
      trustedProxies: { hops: 1 },
    });
    const open = (forwarded: string) =>
      openRawConnection(small.port, upgradeHead('/graphql', `x-forwarded-for: ${forwarded}\r\n`));
    using first = await open('1.2.3.4');
    // The client sends the first address itself, which is not trusted. The proxy adds the second one.
    using second = await open('9.9.9.9, 1.2.3.5');
    await expect.poll(second.received).toContain('101');
    using third = await open('8.8.8.8, 1.2.3.5');
    await second.ended;
    await expect.poll(third.received).toContain('101');
    expect(first.socket.readableEnded).toBe(false);
  });
});

describe('a client that shuts down its half of the connection', () => {
  test.each(['GET', 'POST'])('still gets the response to a %s', async method => {
    const body = '{"query":"{ viewer { tenant { name } } }"}';
    const head = (target: string, length: number) =>
      `${method} ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rootKey}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
    const request =
      method === 'GET'
        ? head(`/graphql?query=${encodeURIComponent('{ viewer { tenant { name } } }')}`, 0)
        : head('/graphql', body.length) + body;
    using connection = await openRawConnection(api.port);
    connection.socket.end(request);
    await connection.ended;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 [\s\S]*"tenant":\{"name":/);
  });
});

test('the server answers pipelined requests in order, and ends a connection with too many of them', async () => {
  const get = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';
  using polite = await openRawConnection(api.port, get.repeat(50));
  await expect.poll(() => polite.received().match(/"ok":true/g)?.length).toBe(50);
  using flood = await openRawConnection(api.port, get.repeat(1_000));
  await flood.ended;
  expect(flood.received().match(/"ok":true/g)?.length ?? 0).toBeLessThan(1_000);
});

describe('websocket messages', () => {
  const subscribe = (id: string, query: string) => JSON.stringify({ id, type: 'subscribe', payload: { query } });

  test.each<[what: string, data: Buffer]>([
    ['text', Buffer.from('{"type":"ping","payload":{"x":"\xe9"}}', 'latin1')],
    [
      'a surrogate',
      Buffer.concat([
        Buffer.from('{"type":"ping","payload":{"x":"'),
        Buffer.from([0xed, 0xa0, 0x80]),
        Buffer.from('"}}'),
      ]),
    ],
  ])('close the websocket with 4400 if they are not UTF-8: %s', async (_what, data) => {
    for (const binary of [true, false]) {
      await using socket = api.connect();
      await socket.ready;
      socket.socket.send(data, { binary });
      expect((await socket.closed).code).toBe(4400);
    }
  });

  test('may begin with a byte order mark', async () => {
    await using socket = api.connect();
    await socket.ready;
    const pong = once(socket.socket, 'message');
    socket.send('\uFEFF{"type":"ping"}');
    expect(String((await pong)[0])).toBe('{"type":"pong"}');
  });

  test('close the websocket with 4400 if their JSON is nested too deep', async () => {
    await using socket = api.connect();
    await socket.ready;
    socket.send(`{"type":"ping","payload":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`);
    expect((await socket.closed).code).toBe(4400);
  });

  test('select the only operation of a document if the operation name is empty', async () => {
    await using socket = api.connect();
    await socket.ready;
    const answer = once(socket.socket, 'message');
    socket.send(
      '{"id":"1","type":"subscribe","payload":{"query":"query A { viewer { tenant { name } } }","operationName":""}}',
    );
    expect(String((await answer)[0])).toContain('"data":{"viewer"');
  });

  test('start only one operation if several in one burst use the same id', async () => {
    await using socket = api.connect();
    await socket.ready;
    const messages: { id: string; type: string }[] = [];
    socket.socket.on('message', data => messages.push(JSON.parse(String(data))));
    for (let i = 0; i < 20; i += 1) {
      socket.send(subscribe('a', 'subscription { deliveryUpdated { status } }'));
      socket.send('{"id":"a","type":"complete"}');
    }
    socket.send(subscribe('a', 'subscription { deliveryUpdated { status } }'));
    // The response to this later operation shows that the server has started the last subscription.
    await socket.subscribe('{ feedCursor }').next();
    await api.ask('mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/" }) { __typename } }');
    await expect
      .poll(async () => {
        await api.ask('mutation { publishEvent(input: { type: "a.b", payload: {} }) { __typename } }');
        return messages.filter(message => message.id === 'a').length;
      })
      .toBeGreaterThan(1);
    const types = messages.filter(message => message.id === 'a').map(message => message.type);
    expect(new Set(types)).toEqual(new Set(['next']));
    socket.send('{"id":"a","type":"complete"}');
    await socket.subscribe('{ feedCursor }').next();
    const count = messages.length;
    await api.ask('mutation { publishEvent(input: { type: "a.b", payload: {} }) { __typename } }');
    await socket.subscribe('{ feedCursor }').next();
    expect(messages.slice(count).filter(message => message.id === 'a')).toEqual([]);
  });

  test('close the websocket with 4409 if they use the id of a running operation again', async () => {
    await using socket = api.connect();
    await socket.ready;
    socket.send(subscribe('a', 'subscription { deliveryUpdated { status } }'));
    socket.send('{"id":"a","type":"complete"}');
    socket.send(subscribe('a', 'subscription { deliveryUpdated { status } }'));
    socket.send(subscribe('a', 'subscription { deliveryUpdated { status } }'));
    expect((await socket.closed).code).toBe(4409);
  });
});

describe('a livehook-tenant value that is not exactly one tenant id', () => {
  const authorization = `"authorization":"Bearer ${rootKey}"`;
  const tenant = 'tnt_01h455vb4pex5vsknk084sn02q';
  test.each<[what: string, payload: string]>([
    ['malformed', `{${authorization},"livehook-tenant":"x"}`],
    ['empty', `{${authorization},"livehook-tenant":""}`],
    ['unknown', `{${authorization},"livehook-tenant":"${tenant}"}`],
    ['an id of something else', `{${authorization},"livehook-tenant":"ep_01h455vb4pex5vsknk084sn02q"}`],
    ['null', `{${authorization},"livehook-tenant":null}`],
    ['a list', `{${authorization},"livehook-tenant":["${tenant}"]}`],
    ['a number', `{${authorization},"livehook-tenant":1}`],
    ['given twice in different case', `{${authorization},"livehook-tenant":"${tenant}","Livehook-Tenant":"${tenant}"}`],
    ['doubled', `{${authorization},"livehook-tenant":"x","livehook-tenant":"${tenant}"}`],
    ['given twice with an escape', `{${authorization},"livehook-tenant":"x","livehook\\u002dtenant":"${tenant}"}`],
  ])('closes the socket with 4400: %s', async (_what, payload) => {
    await using socket = connect(api.url, null);
    socket.socket.once('open', () => socket.send(init(payload)));
    expect((await socket.closed).code).toBe(4400);
  });

  test('closes the socket with 4403 if a key is given twice', async () => {
    await using socket = connect(api.url, null);
    socket.socket.once('open', () => socket.send(init(`{${authorization},${authorization}}`)));
    expect((await socket.closed).code).toBe(4403);
  });

  test.each([
    ['malformed', ['x']],
    ['empty', ['']],
    ['unknown', [tenant]],
    ['doubled', [tenant, tenant]],
  ])('gets BAD_USER_INPUT over HTTP: %s', async (_what, tenants) => {
    const lines = tenants.map(each => `livehook-tenant: ${each}\r\n`).join('');
    const body = '{"query":"{ feedCursor }"}';
    using connection = await openRawConnection(
      api.port,
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rootKey}\r\n${lines}connection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await connection.ended;
    expect(connection.received()).toContain('"code":"BAD_USER_INPUT"');
  });
});

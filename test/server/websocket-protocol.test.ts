import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const good = { authorization: `Bearer ${rootKey}` };
const init = JSON.stringify({ type: 'connection_init', payload: good });
const subscribe = (id: string, query = 'subscription { deliveryUpdated { status } }') =>
  JSON.stringify({ id, type: 'subscribe', payload: { query } });

/** Opens a websocket and sends these messages. @returns the code with which the server closes it. */
async function codeAfter(messages: readonly (string | Buffer)[], protocol?: string): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}/graphql`, protocol);
  const closed = once(socket, 'close') as Promise<[number]>;
  closed.catch(() => undefined);
  await once(socket, 'open');
  for (const message of messages) socket.send(message);
  return (await closed)[0];
}

const transport = 'graphql-transport-ws';

describe('the server closes the websocket of a client that violates the protocol', () => {
  test.each<[what: string, code: number, messages: readonly (string | Buffer)[]]>([
    ['an operation before connection_init', 4401, [subscribe('1')]],
    ['an operation before the acknowledgement', 4401, [init, subscribe('1')]],
    ['connection_init twice', 4429, [init, init]],
    [
      'connection_init with a wrong key',
      4403,
      [JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } })],
    ],
    ['connection_init without a key', 4403, [JSON.stringify({ type: 'connection_init' })]],
    [
      'connection_init with a payload that is not an object',
      4400,
      [JSON.stringify({ type: 'connection_init', payload: 'key' })],
    ],
    ['invalid JSON', 4400, ['{']],
    ['an empty message', 4400, ['']],
    ['a message without a type', 4400, ['{}']],
    ['an unknown message type', 4400, ['{"type":"start"}']],
    ['a message type of the server', 4400, ['{"type":"connection_ack"}']],
    ['bytes that are not UTF-8', 4400, [Buffer.from([0xff, 0x00, 0xfe])]],
  ])('by sending %s, with the close code %i', async (_what, code, messages) => {
    expect(await codeAfter(messages, transport)).toBe(code);
  });

  test.each([
    ['an id that is in use', 4409, [subscribe('1'), subscribe('1')]],
    ['an id that is not a string', 4400, ['{"id":1,"type":"subscribe","payload":{"query":"{ feedCursor }"}}']],
    ['a subscribe message without a query', 4400, ['{"id":"1","type":"subscribe","payload":{}}']],
  ])('by sending %s after the acknowledgement, with the close code %i', async (_what, code, messages) => {
    await using socket = connect(api.url, good);
    await socket.ready;
    for (const message of messages) socket.send(message);
    expect((await socket.closed).code).toBe(code);
  });

  test('with 4408 if connection_init does not arrive within three seconds', async () => {
    expect(await codeAfter([], transport)).toBe(4408);
  });

  test('with 4406 if it has no subprotocol', async () => {
    expect(await codeAfter([])).toBe(4406);
  });

  test('before it opens if it has another subprotocol, as browsers require', async () => {
    await expect(codeAfter([], 'graphql-ws')).rejects.toThrow('subprotocol');
  });
});

test('a websocket client can use an id again once its operation has ended, and can send JSON in binary frames', async () => {
  await using socket = connect(api.url, good);
  await socket.ready;
  const answers: string[] = [];
  socket.socket.on('message', data => answers.push(JSON.parse(String(data)).type));
  for (let turn = 1; turn <= 2; turn += 1) {
    socket.socket.send(Buffer.from(subscribe('a', '{ viewer { tenant { name } } }')));
    await expect.poll(() => answers.filter(type => type === 'complete').length).toBe(turn);
  }
  expect(answers).toEqual(['next', 'complete', 'next', 'complete']);
});

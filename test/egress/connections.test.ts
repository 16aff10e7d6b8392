import { expect, test } from 'vitest';
import { hang, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { expectResponse, openSend } from './send-fixture.ts';

async function startReceivers(count: number) {
  const stack = new AsyncDisposableStack();
  const list = [];
  for (let i = 0; i < count; i += 1) list.push(stack.use(await startReceiver()));
  return { list, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('the connection pool closes the connections of the least recently used origin when there are too many origins', async () => {
  await using receivers = await startReceivers(3);
  await using sender = openSend({ maxOrigins: 2 });
  for (const receiver of receivers.list) expectResponse(await sender.post(receiver.url));
  await expect.poll(() => receivers.list.map(receiver => receiver.openConnections)).toEqual([0, 1, 1]);
});

test('the connection pool closes an evicted origin only after its requests in flight have finished', async () => {
  await using receivers = await startReceivers(2);
  await using slow = await startReceiver(respond(200, { delayMs: 150 }));
  await using sender = openSend({ maxOrigins: 1 });
  const sending = sender.post(slow.url);
  await slow.next();
  for (const receiver of receivers.list) expectResponse(await sender.post(receiver.url));
  expect(expectResponse(await sending).status).toBe(200);
  await expect.poll(() => slow.openConnections).toBe(0);
});

test('the connection pool closes idle connections when there are too many sockets, and keeps those in use', async () => {
  await using receivers = await startReceivers(3);
  await using busy = await startReceiver(hang());
  await using sender = openSend({ maxSockets: 2 });
  const kill = new AbortController();
  const sending = sender.post(busy.url, {}, kill.signal);
  await busy.next();
  for (const receiver of receivers.list) expectResponse(await sender.post(receiver.url));
  await expect.poll(() => receivers.list.map(receiver => receiver.openConnections)).toEqual([0, 0, 1]);
  expect(busy.openConnections).toBe(1);
  kill.abort();
  expect(await sending).toEqual({ kind: 'aborted', requestWritten: true });
});

test('requests to a receiver that does not respond do not delay other requests to the same origin', async () => {
  await using shared = await startReceiver({ '/hang': hang(), '/ok': respond(200) });
  await using sender = openSend();
  const kill = new AbortController();
  const hanging = Array.from({ length: 50 }, () => sender.post(`${shared.url}/hang`, {}, kill.signal));
  await shared.waitFor(50);
  expect(expectResponse(await sender.post(`${shared.url}/ok`)).status).toBe(200);
  kill.abort();
  await Promise.all(hanging);
});

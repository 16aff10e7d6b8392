import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient, publishEvent } from '../../src/client/index.ts';
import { startCutProxy } from '../clients/cut-proxy.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { keyOf, livehookJson, parseLines, spawnLivehook } from './run-livehook.ts';

const cleanup = new AsyncDisposableStack();
let api: TestApi;

beforeAll(async () => {
  api = cleanup.use(await openTestApi());
});
afterAll(() => cleanup.disposeAsync());

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Starts the local application to which `livehook listen` forwards. It responds with one status after the other, and
 * repeats the last one.
 */
async function startApplication(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(statuses[Math.min(received.length, statuses.length) - 1] ?? 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/hook`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function startListen(url: string, ...args: string[]) {
  const child = spawnLivehook(['--json', 'listen', ...args], keyOf(url));
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (errors += chunk));
  const closed = once(child, 'close');
  return {
    lines: () => parseLines(output.slice(0, output.lastIndexOf('\n') + 1)),
    errors: () => errors,
    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

const patiently = { timeout: 60_000, interval: 50 };

it('livehook listen signs and forwards an event that no endpoint is subscribed to, and retries it until it succeeds', {
  timeout: 180_000,
}, async () => {
  await using application = await startApplication(500, 204);
  await using listening = startListen(api.url, '--forward', application.url, '--retries', '0,0');
  await vi.waitFor(() => expect(listening.lines()).toHaveLength(1), patiently);
  const [{ listening: started }] = listening.lines();
  const client = createClient({ url: api.url, apiKey: rootKey });
  const event = await publishEvent(client, { type: 'order.created', payload: { total: 12.5 } });
  await vi.waitFor(() => expect(listening.lines()).toHaveLength(3), patiently);
  expect(listening.lines().slice(1)).toMatchObject([
    { eventId: event.id, attempt: 1, status: 500, error: 'HTTP 500', nextInSeconds: 0 },
    { eventId: event.id, attempt: 2, status: 204, error: null, nextInSeconds: null },
  ]);
  const [first, second] = application.received;
  expect(first?.headers).toMatchObject({ 'webhook-id': event.id, 'x-webhook-attempt': '1' });
  expect(second?.headers).toMatchObject({ 'webhook-id': event.id, 'x-webhook-attempt': '2' });
  const verifier = new Webhook(started.secret);
  for (const { body, headers } of application.received) {
    expect(verifier.verify(body, headers as Record<string, string>)).toEqual({ total: 12.5 });
  }
  expect(await listening.end()).toBe(0);
  expect(await livehookJson(api.url, ['endpoints', 'list'])).toEqual([]);
});

it('livehook listen forwards the events that were published while its connection was cut or while it was not running', {
  timeout: 180_000,
}, async () => {
  await using proxy = await startCutProxy(api.port);
  await using application = await startApplication();
  const client = createClient({ url: api.url, apiKey: rootKey });
  const publish = async (count: number) => (await publishEvent(client, { type: 'cut.test', payload: { count } })).id;
  const ids: string[] = [];
  const start = () => startListen(`http://127.0.0.1:${proxy.port}`, '--forward', application.url, '-t', 'cut.*');
  const forwarded = () => application.received.map(({ headers }) => headers['webhook-id']);

  const first = start();
  await vi.waitFor(() => expect(first.lines()).toHaveLength(1), patiently);
  ids.push(await publish(1));
  await vi.waitFor(() => expect(forwarded()).toEqual(ids), patiently);
  proxy.cut();
  ids.push(await publish(2), await publish(3));
  proxy.mend();
  await vi.waitFor(() => expect(forwarded().toSorted()).toEqual(ids.toSorted()), patiently);
  await vi.waitFor(async () => {
    expect(await livehookJson(api.url, ['deliveries', 'list', '--status', 'PENDING'])).toEqual([]);
  }, patiently);
  await first.end('SIGKILL');

  ids.push(await publish(4));
  await using second = start();
  await vi.waitFor(() => expect(forwarded().toSorted()).toEqual(ids.toSorted()), patiently);
  expect(await second.end()).toBe(0);
});

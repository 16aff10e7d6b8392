import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../domain/scene.ts';
import {
  type Behaviour,
  dripBody,
  gzipBomb,
  hugeBody,
  informationalForever,
  raw,
  respond,
} from '../fixtures/behaviours.ts';
import { post } from '../fixtures/client.ts';
import { startDnsServer } from '../fixtures/dns-server.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';

/**
 * Tests with receivers that violate HTTP. The tests read the results through the API. One process is api and sender.
 */
const cleanup = new AsyncDisposableStack();
let livehook: LivehookProcess;
let names: Awaited<ReturnType<typeof startDnsServer>>;

beforeAll(async () => {
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  names = cleanup.use(await startDnsServer({ 'live.test': ['127.0.0.1'] }));
  const environment = { DATABASE_URL: database.connectionString, EGRESS_DNS_SERVERS: names.address };
  livehook = cleanup.use(await startLivehook(environment));
});
afterAll(() => cleanup.disposeAsync());

async function ask(query: string, variables: object = {}) {
  const { data, errors } = await post(livehook.url, testRootKey, query, { ...variables });
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Creates an endpoint with one retry after an hour. @returns its id. */
async function createEndpoint(url: string, input: object = {}): Promise<string> {
  const { createEndpoint } = await ask(
    `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } } }`,
    { input: { name: 'Odd', url, retryScheduleSeconds: [3600], ...input } },
  );
  return createEndpoint.endpoint.id;
}

/** Publishes one event to one endpoint. @returns the id of the delivery. */
async function publish(endpointId: string): Promise<string> {
  const { publishEvent } = await ask(
    `mutation ($input: PublishEventInput!) { publishEvent(input: $input) {
      ... on Event { deliveries { nodes { id } } } ... on Error { message } } }`,
    { input: { type: 'a.b', payload: {}, endpointIds: [endpointId] } },
  );
  return publishEvent.deliveries.nodes[0].id;
}

/** Waits until the first attempt of a delivery has ended. @returns the delivery. */
function readAttempted(id: string, timeoutMs = 40_000) {
  return until(async () => {
    const { delivery } = await ask(
      `query ($id: ID!) { delivery(id: $id) {
        status responseStatus attemptCount nextAttemptAt error { code }
        attempts { startedAt responseExcerpt response { status body bodyTruncated headers { name value } } }
      } }`,
      { id },
    );
    expect(delivery.status).not.toMatch(/PENDING|PROCESSING/);
    expect(delivery.attempts).toHaveLength(1);
    return delivery;
  }, timeoutMs);
}

async function deliver(behaviour: Behaviour, input: object = {}) {
  await using receiver = await startReceiver(behaviour);
  const delivery = await readAttempted(await publish(await createEndpoint(receiver.url, input)));
  await expect.poll(() => receiver.openConnections).toBeLessThanOrEqual(1);
  expect(receiver.requests).toHaveLength(1);
  return delivery;
}

const ok = 'HTTP/1.1 200 OK\r\n';

describe('a response that is not valid HTTP', () => {
  it.each([
    ['bare line feeds', 'HTTP/1.1 200 OK\nx-a: 1\n\n'],
    [
      'both Content-Length and Transfer-Encoding',
      `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['broken chunking', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\nhello`],
    ['100 kB of headers', `${ok}x-a: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['the status 99', 'HTTP/1.1 99 No\r\ncontent-length: 0\r\n\r\n'],
    ['the status 600', 'HTTP/1.1 600 No\r\ncontent-length: 0\r\n\r\n'],
    ['the status 999', 'HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n'],
  ])('counts as a failed attempt, and the delivery is retried: %s', async (_what, bytes) => {
    const delivery = await deliver(raw(bytes));
    expect(delivery).toMatchObject({ status: 'RETRYING', attemptCount: 1, nextAttemptAt: expect.any(String) });
    expect(['PROTOCOL', 'CONNECTION_RESET', 'HTTP_STATUS']).toContain(delivery.error.code);
  });

  it('fails the attempt at the deadline if it is an endless sequence of 1xx responses', async () => {
    const delivery = await deliver(informationalForever(), { timeoutMs: 500 });
    expect(delivery).toMatchObject({ status: 'RETRYING', responseStatus: null, error: { code: 'TIMEOUT' } });
  });
});

describe('a response body is stored and shown', () => {
  it('up to the size limit if it has a gigabyte', async () => {
    const { status, attempts } = await deliver(hugeBody(1e9));
    expect(status).toBe('SUCCEEDED');
    expect(attempts[0].response).toMatchObject({ status: 200, bodyTruncated: true, body: 'a'.repeat(65_536) });
    expect(attempts[0].responseExcerpt).toBe('a'.repeat(500));
  });

  it('without decompression if it is a gzip bomb', async () => {
    const { status, attempts } = await deliver(gzipBomb(100_000_000));
    expect(status).toBe('SUCCEEDED');
    expect(attempts[0].response.body.length).toBeLessThanOrEqual(65_536);
    expect(attempts[0].response.headers).toContainEqual({ name: 'content-encoding', value: 'gzip' });
  });

  it('as far as it was received by the deadline, with the status, if it is sent slowly', async () => {
    const { status, attempts } = await deliver(dripBody(200), { timeoutMs: 2_000 });
    expect(status).toBe('SUCCEEDED');
    expect(attempts[0].response).toMatchObject({ bodyTruncated: true, body: expect.stringMatching(/^\.+$/) });
  });

  it.each<[string, Buffer, string, string]>([
    ['NUL bytes', Buffer.from('a\0b'), 'text/plain', 'a\0b'],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0xc0, 0x80, 0x62]), 'text/plain', 'a\ufffd\ufffd\ufffdb'],
    ['UTF-16 that says so', Buffer.from('größer', 'utf16le'), 'text/plain; charset=utf-16le', 'größer'],
    ['UTF-16 that does not', Buffer.from('ab', 'utf16le'), 'text/plain', 'a\0b\0'],
    ['a charset that nobody knows', Buffer.from('größer'), 'text/plain; charset=klingon', 'größer'],
  ])('as text if it has %s', async (_what, body, contentType, text) => {
    const { attempts } = await deliver(respond(500, { body, headers: { 'content-type': contentType } }));
    expect(attempts[0].response.body).toBe(text);
    expect(attempts[0].responseExcerpt).toBe(text);
  });
});

describe('a response with the status', () => {
  it.each([204, 205, 299])('%i makes the delivery succeed', async status => {
    expect(await deliver(respond(status))).toMatchObject({ status: 'SUCCEEDED', responseStatus: status });
  });

  it.each([300, 301, 304, 308])('%i makes the attempt fail, and its Location is not requested', async status => {
    await using canary = await startReceiver();
    const delivery = await deliver(respond(status, { headers: { location: canary.url } }));
    expect(delivery).toMatchObject({ status: 'RETRYING', responseStatus: status, error: { code: 'HTTP_STATUS' } });
    expect(canary.connections).toBe(0);
  });
});

describe('a Retry-After header', () => {
  const past = new Date(0).toUTCString();
  it.each([
    ['0', 3600],
    ['-1', 3600],
    ['soon', 3600],
    ['', 3600],
    [past, 3600],
    ['7200', 7200],
    ['1e9', 3600],
    ['99999999999999999999', 86_400],
  ])('with the value "%s" makes the delivery wait about %i s', async (retryAfter, seconds) => {
    const headers = `content-length: 0\r\nretry-after: ${retryAfter}\r\n\r\n`;
    for (const status of ['429 Slow', '503 Busy']) {
      const { nextAttemptAt, attempts, ...rest } = await deliver(raw(`HTTP/1.1 ${status}\r\n${headers}`));
      expect(rest.status).toBe('RETRYING');
      const waitSeconds = (Date.parse(nextAttemptAt) - Date.parse(attempts[0].startedAt)) / 1000;
      expect(waitSeconds).toBeGreaterThan(seconds * 0.89);
      expect(waitSeconds).toBeLessThan(seconds * 1.11 + 30);
    }
  });
});

it('50 host names whose DNS servers never answer delay no other delivery', async () => {
  await using receiver = await startReceiver();
  const dead = Array.from({ length: 50 }, (_, number) => `dead-${number}.test`);
  for (const name of dead) names.zone[name] = 'never';
  const deadEndpoints = await Promise.all(dead.map(name => createEndpoint(`http://${name}/`)));
  const live = await createEndpoint(`http://live.test:${receiver.port}/`);
  const stuck = await Promise.all(deadEndpoints.map(publish));
  await until(() => expect(new Set(names.questions.map(question => question.split(' ')[0])).size).toBeGreaterThan(25));
  for (const id of await Promise.all(Array.from({ length: 20 }, () => publish(live)))) {
    expect((await readAttempted(id)).status).toBe('SUCCEEDED');
  }
  for (const id of stuck) {
    expect(await readAttempted(id)).toMatchObject({ status: 'RETRYING', error: { code: 'DNS' } });
  }
});

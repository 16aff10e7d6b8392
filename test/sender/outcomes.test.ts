import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsValidMs } from '../../src/domain/endpoints/await-senders.ts';
import type { CreateEndpointInput } from '../../src/domain/endpoints/create-endpoint.ts';
import { formatId } from '../../src/ids.ts';
import { openScene, type Scene, type SceneSenderOptions } from '../domain/scene.ts';
import { type Behaviour, dripBody, hang, hugeBody, raw, respond } from '../fixtures/behaviours.ts';
import { startDnsServer } from '../fixtures/dns-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/**
 * Delivers one event to a receiver with this behavior.
 * @returns the delivery after its attempt, its attempts and the received requests.
 */
async function deliver(
  behaviour: Behaviour,
  { url = '/', ...input }: Partial<CreateEndpointInput> = {},
  options: SceneSenderOptions & { readonly payloadText?: string } = {},
) {
  await using receiver = await startReceiver(behaviour);
  const endpoint = await scene.createEndpoint({
    url: url.startsWith('/') ? `${receiver.url}${url}` : url.replace('PORT', String(receiver.port)),
    retryScheduleSeconds: [3600],
    ...input,
  });
  const { payloadText = '{"id":7,"name":"a/b c"}', ...rest } = options;
  await using _ = scene.startSender(rest);
  const id = await scene.publishOne({ payloadText, endpointIds: [endpoint.id] });
  await expect.poll(() => scene.readAttempts(id)).toHaveLength(1);
  const [attempt] = await scene.readAttempts(id);
  const { connections, requests } = receiver;
  return { delivery: await scene.read(id), attempt: attempt as NonNullable<typeof attempt>, connections, requests };
}

async function readBody(deliveryId: string): Promise<Buffer | null> {
  const { rows } = await scene.services.pool.query('SELECT response_body FROM attempt WHERE delivery_id = $1', [
    deliveryId,
  ]);
  return rows[0].response_body;
}

const unsendable = { status: 'FAILED', failureReason: 'UNSENDABLE', attemptCount: 1, nextAttemptAt: null };

it('deliveries are sent while the sender does not know yet that the clock of the database was set back', async () => {
  const { clock } = scene.services;
  const { delivery } = await deliver(respond(200), {}, { clock: { ...clock, now: () => clock.now() + 600_000 } });
  expect(delivery.status).toBe('SUCCEEDED');
});

describe('a delivery is UNSENDABLE if no request can be made for it', () => {
  it('because its body template fails', async () => {
    const { delivery, attempt, connections } = await deliver(respond(200), {
      bodyTemplate: '{% for i in (1..100000000) %}{{ i }}{% endfor %}',
    });
    expect(delivery).toMatchObject({ ...unsendable, errorCode: 'TEMPLATE' });
    expect(attempt).toMatchObject({
      errorCode: 'TEMPLATE',
      requestMethod: null,
      requestUrl: null,
      responseStatus: null,
    });
    expect(attempt.errorMessage).toMatch(/^Body template: /);
    expect(connections).toBe(0);
  });

  it('because its URL template fails', async () => {
    const { delivery, attempt, connections } = await deliver(
      respond(200),
      { url: '/{{ payload.name }}' },
      { payloadText: '{"name":".."}' },
    );
    expect(delivery).toMatchObject({ ...unsendable, errorCode: 'TEMPLATE' });
    expect(attempt.errorMessage).toMatch(/^URL template: /);
    expect(connections).toBe(0);
  });

  it('because a variable of its URL template is missing', async () => {
    const { delivery, attempt, connections } = await deliver(respond(200), { url: '/orders/{{ payload.order.id }}' });
    expect(delivery).toMatchObject({ ...unsendable, errorCode: 'TEMPLATE' });
    expect(attempt.errorMessage).toMatch(/^URL template: undefined variable: payload\.order,/);
    expect(connections).toBe(0);
  });

  it('because its URL is a blocked address', async () => {
    const { delivery, attempt, connections } = await deliver(
      respond(200),
      { url: 'http://127.0.0.1:PORT/' },
      { egress: { allow: [] } },
    );
    expect(delivery).toMatchObject({ ...unsendable, errorCode: 'BLOCKED_ADDRESS' });
    expect(attempt).toMatchObject({
      errorCode: 'BLOCKED_ADDRESS',
      requestMethod: null,
      preparedMethod: 'POST',
      requestUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    });
    expect(connections).toBe(0);
  });
});

it('a template that was stopped at its time limit is a failed attempt without a request, and the delivery is retried', async () => {
  const { delivery, attempt, connections } = await deliver(
    respond(200),
    { bodyTemplate: '{% for i in payload %}{% assign x = payload | where_exp: "a", "a == 2" %}{% endfor %}' },
    { payloadText: JSON.stringify(Array.from({ length: 5000 }, () => 1)) },
  );
  expect(delivery).toMatchObject({ status: 'RETRYING', errorCode: 'TEMPLATE', attemptCount: 1, maxAttempts: 2 });
  expect(attempt).toMatchObject({
    errorCode: 'TEMPLATE',
    errorMessage: 'The rendering was ended: it took longer than 50 ms.',
    requestMethod: null,
  });
  expect(connections).toBe(0);
});

it('a host name that resolves to a blocked address is a failed attempt without a request, and the delivery is retried', async () => {
  await using dns = await startDnsServer({ 'shop.test': ['127.0.0.1'] });
  const { delivery, attempt, connections } = await deliver(
    respond(200),
    { url: 'http://shop.test:PORT/' },
    { egress: { allow: [], dnsServers: [dns.address] } },
  );
  expect(delivery).toMatchObject({ status: 'RETRYING', errorCode: 'BLOCKED_ADDRESS', attemptCount: 1, maxAttempts: 2 });
  expect(attempt).toMatchObject({
    errorCode: 'BLOCKED_ADDRESS',
    requestMethod: null,
    preparedMethod: 'POST',
    requestUrl: expect.stringMatching(/^http:\/\/shop\.test:\d+\/$/),
  });
  expect(connections).toBe(0);
});

it('a host name that does not exist is a failed attempt without a request, and the delivery is retried', async () => {
  await using dns = await startDnsServer({});
  const { delivery } = await deliver(
    respond(200),
    { url: 'http://shop.test/' },
    { egress: { dnsServers: [dns.address] } },
  );
  expect(delivery).toMatchObject({ status: 'RETRYING', errorCode: 'DNS' });
});

describe('the recorded request of an attempt', () => {
  it('contains the rendered URL and body, and null for a secret header', async () => {
    const { delivery, attempt, requests } = await deliver(respond(200), {
      url: '/{{ payload.id }}?name={{ payload.name }}',
      bodyTemplate: '{"n":{{ payload.id }}}',
      method: 'PUT',
      headers: [
        { name: 'X-Key', value: 'secret-value' },
        { name: 'x-shown', value: 'shown-value', secret: false },
      ],
    });
    expect(delivery.status).toBe('SUCCEEDED');
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      url: '/7?name=a%2Fb%20c',
      headers: { 'x-key': 'secret-value' },
    });
    expect(attempt).toMatchObject({ requestMethod: 'PUT', requestUrl: expect.stringMatching(/\/7\?name=a%2Fb%20c$/) });
    const headers = new Map(JSON.parse(attempt.requestHeaders ?? '') as [string, string | null][]);
    expect(headers.get('X-Key')).toBeNull();
    expect(headers.get('x-shown')).toBe('shown-value');
    expect(headers.get('webhook-signature')).toBe(requests[0]?.headers['webhook-signature']);
    const { rows } = await scene.services.pool.query('SELECT a.*::text AS row FROM attempt a WHERE delivery_id = $1', [
      delivery.id,
    ]);
    expect(rows[0].row).not.toContain('secret-value');
    expect(rows[0].row).toContain(Buffer.from('{"n":7}').toString('hex'));
  });

  it('contains no body if the body is the payload, which is stored with the event', async () => {
    const { delivery } = await deliver(respond(200));
    const { rows } = await scene.services.pool.query('SELECT request_body FROM attempt WHERE delivery_id = $1', [
      delivery.id,
    ]);
    expect(rows).toEqual([{ request_body: null }]);
  });
});

describe('the recorded response of an attempt', () => {
  it('is truncated at the deadline, and the attempt counts with a status that was received by then', async () => {
    const [success, failure] = await Promise.all(
      [200, 500].map(status => deliver(dripBody(status), { timeoutMs: 3_000 })),
    );
    expect(success?.delivery).toMatchObject({ status: 'SUCCEEDED', responseStatus: 200 });
    expect(success?.attempt.responseTruncated).toBe(true);
    expect(success?.attempt.durationMs).toBeLessThan(20_000);
    expect(failure?.delivery).toMatchObject({ status: 'RETRYING', responseStatus: 500, errorCode: 'HTTP_STATUS' });
  });

  it('is missing with the error TIMEOUT if nothing was received in time', async () => {
    const { delivery, attempt } = await deliver(hang(), { timeoutMs: 500 });
    expect(delivery).toMatchObject({ status: 'RETRYING', responseStatus: null, errorCode: 'TIMEOUT' });
    expect(attempt.requestMethod).toBe('POST');
    expect(attempt.durationMs).toBeGreaterThanOrEqual(495);
  });

  it('is stored up to the size limit', async () => {
    const { delivery, attempt } = await deliver(hugeBody(50_000_000), {}, { egress: { maxResponseBytes: 1000 } });
    expect(delivery.status).toBe('SUCCEEDED');
    expect(attempt.responseTruncated).toBe(true);
    expect((await readBody(delivery.id))?.length).toBe(1000);
  });

  it('has no body if storeResponseBody is false, except the first 500 bytes, status and headers', async () => {
    const { delivery, attempt } = await deliver(respond(200, { body: 'x'.repeat(600), headers: { 'x-a': 'b' } }), {
      storeResponseBody: false,
    });
    expect(await readBody(delivery.id)).toBeNull();
    expect(attempt).toMatchObject({ responseStatus: 200, responseHeaders: expect.stringContaining('["x-a","b"]') });
    expect(attempt.responseExcerpt?.toString()).toBe('x'.repeat(500));
  });

  it.each<[string, Buffer]>([
    ['NUL bytes', Buffer.from('a\0b\0')],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])],
    ['UTF-16', Buffer.from('{"a":"ü"}', 'utf16le')],
    ['the characters of array literals in SQL', Buffer.from('"},NULL,{\\"\\\\x00')],
  ])('may contain %s, and is stored unchanged', async (_, body) => {
    const { delivery } = await deliver(respond(500, { body }));
    expect(delivery.status).toBe('RETRYING');
    expect((await readBody(delivery.id))?.equals(body)).toBe(true);
  });

  it.each([
    ['obs-text in headers', 'HTTP/1.1 500 \xff\xfe\r\nX-Odd: \xff\xfe\xc0"\\{},NULL\r\nContent-Length: 0\r\n\r\n'],
    ['an empty header', 'HTTP/1.1 500 \r\nX-Odd:\r\nContent-Length: 0\r\n\r\n'],
    ['NUL in a header', 'HTTP/1.1 500 x\r\nX-Odd: a\0b\r\nContent-Length: 0\r\n\r\n'],
    ['NUL instead of a response', '\0\0\0\0'],
    ['a status of 999', 'HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n'],
    ['broken chunking', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\0zz\r\n'],
  ])('is recorded even if it is invalid, and the delivery is retried: %s', async (_, bytes) => {
    const { delivery } = await deliver(raw(Buffer.from(bytes, 'latin1')));
    expect(delivery.status).toBe('RETRYING');
  });
});

describe('the recorded request equals the request that the receiver saw', () => {
  it.each([
    ['a quote in the query', "/hook?name=o'brien"],
    ['dots in the path', '/a/../b/./c'],
    ['an empty query', '/hook?'],
    ['letters that are not ASCII', '/caf\u00e9/\u65e5\u672c?q=\u00fc'],
    ['a template', '/hook/{{ payload.name }}?q={{ payload.id }}'],
    ['percent signs', '/100%25/%7euser'],
  ])('with %s in the URL', async (_what, path) => {
    const { attempt, requests } = await deliver(respond(200), {
      url: path,
      headers: [{ name: 'X-Custom', value: 'caf\u00e9', secret: false }],
    });
    const seen = requests[0] as (typeof requests)[number];
    expect(attempt.requestUrl).toBe(`http://${seen.headers.host}${seen.url}`);
    expect(JSON.parse(attempt.requestHeaders ?? '').flat()).toEqual(seen.rawHeaders);
    expect(seen.headers['accept-encoding']).toBe('identity');
  });

  it.each([
    ['at once', 0],
    ['when the settings of its endpoint have to be checked again', 2 * settingsValidMs],
  ])('after it was sent again because a kept-alive connection was closed %s', async (_when, afterMs) => {
    const end: Behaviour = (_request, _response, socket) => void setTimeout(() => socket.resetAndDestroy(), afterMs);
    await using receiver = await startReceiver([respond(200), end, respond(200)]);
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [] });
    await using _ = scene.startSender();
    const first = await scene.publishOne({ endpointIds: [endpoint.id] });
    await expect.poll(async () => (await scene.read(first)).status).toBe('SUCCEEDED');
    const second = await scene.publishOne({ endpointIds: [endpoint.id] });
    await expect.poll(async () => (await scene.read(second)).status).toBe('SUCCEEDED');
    const isResent = async (id: string) => (await scene.readAttempts(id)).map(attempt => attempt.isResent);
    expect([await isResent(first), await isResent(second)]).toEqual([[false], [true]]);
    expect(receiver.requests).toHaveLength(3);
  });
});

it('the result of an attempt that cannot be written does not block other results that are written with it', async () => {
  await using receiver = await startReceiver({
    '/poison': raw(Buffer.from('HTTP/1.1 500 x\r\nX-Odd: a\0b\xff\r\nContent-Length: 2\r\n\r\n\0\xff', 'latin1')),
    '/healthy': respond(200),
  });
  const endpoints = await Promise.all(
    ['/poison', '/healthy'].map(path => scene.createEndpoint({ url: receiver.url + path, eventTypes: ['mixed.test'] })),
  );
  for (let count = 0; count < 20; count += 1) await scene.publish({ type: 'mixed.test' });
  await using _ = scene.startSender();
  const [poison, healthy] = endpoints.map(endpoint => endpoint.uuid);
  const countDone = async () => {
    const { rows } = await scene.services.pool.query(
      `SELECT count(*) FILTER (WHERE endpoint_id = $1 AND status = 'RETRYING')::int AS poison,
         count(*) FILTER (WHERE endpoint_id = $2 AND status = 'SUCCEEDED')::int AS healthy
       FROM delivery WHERE event_type = 'mixed.test'`,
      [poison, healthy],
    );
    return rows[0];
  };
  await expect.poll(countDone).toEqual({ poison: 20, healthy: 20 });
});

it('interim responses (1xx) before the final response are skipped', async () => {
  await using receiver = await startReceiver();
  const endpoint = await scene.createEndpoint({ url: receiver.url, status: 'PAUSED' });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  await scene.services.pool.query("UPDATE delivery SET due_at = now() - interval '60 days' WHERE id = $1", [id]);
  await scene.services.pool.query("UPDATE endpoint SET status = 'ENABLED' WHERE id = $1", [endpoint.uuid]);
  await using _ = scene.startSender();
  await scene.waitForStatus(id, 'SUCCEEDED');
  expect((await scene.readAttempts(id))[0]?.queueMs).toBe(2 ** 31 - 1);
  expect(receiver.requests).toHaveLength(1);
});

it('a delivery whose payload was deleted ends as EXPIRED', async () => {
  await using receiver = await startReceiver();
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  const { eventId } = await scene.read(id);
  await scene.services.pool.query('DELETE FROM event WHERE id = $1', [eventId]);
  await using _ = scene.startSender();
  expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'EXPIRED' });
  expect(receiver.requests.map(request => request.headers['x-webhook-delivery'])).not.toContain(formatId('dlv', id));
});

import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { post } from '../fixtures/client.ts';

let api: TestApi;
const bearer = { authorization: `Bearer ${rootKey}` };

beforeAll(async () => {
  api = await openTestApi({ maxRequestBytes: 100_000 });
});
afterAll(() => api[Symbol.asyncDispose]());

function get(query: string, headers: Record<string, string> = bearer): Promise<Response> {
  return fetch(`${api.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
}

describe('authentication over HTTP', () => {
  test.each([
    ['no key', null],
    ['a wrong key', 'wrong'],
    ['a key that looks right', 'lhk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('rejects %s with 401', async (_what, key) => {
    const answer = await post(api.url, key, '{ viewer { permissions } }');
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHORIZED' } }] });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('rejects an expired API key at once, and a revoked one within seconds', async () => {
    const key = await api.createKey();
    const read = () => api.send('{ viewer { permissions } }', {}, key);
    expect((await read()).status).toBe(200);
    const { apiKeys } = await api.ask('{ apiKeys { id } }');
    await api.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', { id: apiKeys[0].id });
    await expect.poll(async () => (await read()).status).toBe(401);

    const { createApiKey } = await api.ask(
      `mutation ($at: DateTime!) { createApiKey(input: { name: "short", permissions: [], expiresAt: $at }) {
        ... on CreateApiKeySuccess { secret } } }`,
      { at: new Date(Date.now() + 5_000).toISOString() },
    );
    expect((await api.send('{ viewer { permissions } }', {}, createApiKey.secret)).status).toBe(200);
    const expired = async () => (await api.send('{ viewer { permissions } }', {}, createApiKey.secret)).status;
    await expect.poll(expired).toBe(401);
  });

  test('rejects two Authorization headers', async () => {
    const { port } = api;
    const body = '{"query":"{ viewer { permissions } }"}';
    const asked = request({ port, path: '/graphql', method: 'POST' });
    asked.setHeader('authorization', [`Bearer ${rootKey}`, `Bearer ${rootKey}`]);
    asked.setHeader('content-type', 'application/json').end(body);
    const [response] = await once(asked, 'response');
    response.resume();
    expect(response.statusCode).toBe(401);
  });

  test('lets only the root key choose a tenant', async () => {
    const query = '{ viewer { tenant { id name } apiKey { id } } }';
    const { createTenant } = await api.ask('mutation { createTenant(name: "shop") { ... on Tenant { id } } }');
    const choose = (tenant: string, key = rootKey) => post(api.url, key, query, {}, { 'livehook-tenant': tenant });
    expect((await choose(createTenant.id)).data.viewer).toEqual({
      tenant: { id: createTenant.id, name: 'shop' },
      apiKey: null,
    });
    for (const tenant of ['nonsense', 'tnt_01h455vb4pex5vsknk084sn02q']) {
      expect(await choose(tenant)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'livehook-tenant' } }],
      });
    }
    expect(await choose(createTenant.id, await api.createKey())).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'FORBIDDEN', permission: null } }],
    });
  });
});

describe('a GraphQL request over HTTP', () => {
  test('can be a query by GET, but a mutation only by POST', async () => {
    const query = await get('{ viewer { tenant { name } } }');
    expect(await query.json()).toMatchObject({ data: { viewer: { tenant: { name: 'default' } } } });
    const mutation = await get('mutation { createTenant(name: "x") { __typename } }');
    expect(mutation.status).toBe(405);
  });

  test.each([
    ['an unknown path', 'GET', '/nothing', 404],
    ['an unknown method', 'DELETE', '/graphql', 405],
    ['an unknown media type', 'POST', '/graphql', 415],
  ])('is rejected if it has %s', async (_what, method, path, status) => {
    const body =
      method === 'POST' ? { body: 'x', headers: { ...bearer, 'content-type': 'image/png' } } : { headers: bearer };
    expect((await fetch(`${api.url}${path}`, { method, ...body })).status).toBe(status);
  });

  test('is accepted from web pages of any origin, without browser credentials', async () => {
    const preflight = await fetch(`${api.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    const answered = await get('{ viewer { permissions } }', { ...bearer, origin: 'https://evil.test' });
    for (const { headers } of [preflight, answered]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('is served whatever Host header it has', async () => {
    const socket = connectTcp(api.port, '127.0.0.1');
    const query = encodeURIComponent('{ viewer { permissions } }');
    socket.write(
      `GET /graphql?query=${query} HTTP/1.1\r\nHost: a b//[\r\nAuthorization: Bearer ${rootKey}\r\nConnection: close\r\n\r\n`,
    );
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toContain('HTTP/1.1 200');
  });

  test('is rejected if it is too large, before it is read completely', async () => {
    const query = 'mutation ($p: String) { publishEvent(input: { type: "a", payloadText: $p }) { __typename } }';
    const announced = await api.send(query, { p: 'x'.repeat(200_000) });
    expect(announced).toMatchObject({ status: 413, errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });

    const streamed = request({ port: api.port, path: '/graphql', method: 'POST' });
    streamed.setHeader('authorization', `Bearer ${rootKey}`).setHeader('content-type', 'application/json');
    streamed.on('error', () => undefined);
    const answered = once(streamed, 'response');
    for (let i = 0; i < 20; i++) streamed.write('x'.repeat(10_000));
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    streamed.destroy();
  });

  const hostile: Record<string, string> = {
    'a query nested 6,000 deep': JSON.stringify({ query: '{a'.repeat(6_000) + '}'.repeat(6_000) }),
    'a literal nested 9,000 deep': JSON.stringify({ query: `{ a(b: ${'['.repeat(9_000)}${']'.repeat(9_000)}) }` }),
    'variables nested 20,000 deep': `{"query":"query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }","variables":{"f":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
    'a payload nested 20,000 deep': `{"query":"mutation ($p: JSON) { publishEvent(input: { type: \\"a\\", payload: $p }) { __typename } }","variables":{"p":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
    '30,000 tokens': JSON.stringify({ query: `{ ${'a '.repeat(30_000)} }` }),
    'a query that is not a string': '{"query":[]}',
    'variables that are not an object': '{"query":"{ feedCursor }","variables":[1]}',
    'an unknown operation name': '{"query":"{ feedCursor }","operationName":"b"}',
    'a __proto__ key': '{"query":"{ feedCursor }","variables":{"__proto__":{"a":1}},"__proto__":{"b":1}}',
    'invalid JSON as its body': '{',
    'an empty body': '',
  };

  test.each(Object.entries(hostile))(
    'returns an error of the client, not of the server, if it has %s',
    async (_what, body) => {
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBeLessThan(500);
      expect(JSON.stringify(await response.json())).not.toContain('INTERNAL');
    },
  );
});

describe('server-sent events', () => {
  const query = 'subscription { deliveryUpdated { status delivery { eventType } } }';

  /** Reads until `text` has arrived. Resolves with null if the stream ends before. */
  async function readUntil(stream: AsyncIterator<Uint8Array>, text: string): Promise<string | null> {
    const decoder = new TextDecoder();
    for (let all = ''; ; ) {
      const { done, value } = await stream.next();
      if (done) return null;
      all += decoder.decode(value, { stream: true });
      if (all.includes(text)) return all;
    }
  }

  test.each(['GET', 'POST'])('deliver a subscription by %s', async method => {
    const headers = { ...bearer, accept: 'text/event-stream', 'content-type': 'application/json' };
    const stop = new AbortController();
    const response =
      method === 'GET'
        ? await fetch(`${api.url}/graphql?query=${encodeURIComponent(query)}`, { headers, signal: stop.signal })
        : await fetch(`${api.url}/graphql`, { method, headers, body: JSON.stringify({ query }), signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const { createEndpoint } = await api.ask(`mutation {
      createEndpoint(input: { name: "a", url: "https://shop.test" }) { ... on CreateEndpointSuccess { endpoint { id } } } }`);
    await api.ask('mutation ($id: ID!) { sendTestEvent(endpointId: $id) { __typename } }', createEndpoint.endpoint);
    const stream = (response.body as ReadableStream<Uint8Array>)[Symbol.asyncIterator]();
    expect(await readUntil(stream, 'webhook.test')).toContain('"status":"PENDING"');
    stop.abort();
  });

  test('end once their API key is revoked', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const response = await fetch(`${api.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    });
    const { apiKeys } = await api.ask('{ apiKeys { id } }');
    await api.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', { id: apiKeys[0].id });
    const stream = (response.body as ReadableStream<Uint8Array>)[Symbol.asyncIterator]();
    expect(await readUntil(stream, 'never')).toBeNull();
  });

  test('report an invalid filter as an event of the stream', async () => {
    const bad = 'subscription { deliveryUpdated(filter: { ids: ["x"] }) { status } }';
    const response = await get(bad, { ...bearer, accept: 'text/event-stream' });
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).toContain('filter.ids.0');
  });
});

describe('a health check', () => {
  test('needs no key at healthz and readyz', async () => {
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${api.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      ready: true,
      closing: false,
      checks: { postgresql: true, migrations: true },
      feed: { home: 'process', connected: true },
    });
  });

  test('returns 503 at readyz while a background loop does not run', async () => {
    await using other = await openTestApi({
      readiness: [
        { name: 'well', check: () => true },
        { name: 'stuck', check: () => Promise.reject(new Error('stuck')) },
      ],
    });
    const ready = await fetch(`${other.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, checks: { well: true, stuck: false } });
  });

  test('is served beside the metrics, which METRICS_PORT moves to another port', async () => {
    const metrics = { contentType: 'text/plain', render: async () => 'up 1' };
    await using here = await openTestApi({ metrics });
    expect(await (await fetch(`${here.url}/metrics`)).text()).toBe('up 1');
    await using elsewhere = await openTestApi({ metrics, metricsPort: 0 });
    expect((await fetch(`${elsewhere.url}/metrics`)).status).toBe(404);
  });

  test('works in a process without the role api, in contrast to GraphQL', async () => {
    await using other = await openTestApi({ api: null });
    expect((await fetch(`${other.url}/graphql`)).status).toBe(404);
    expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
  });
});

test('the GraphiQL page needs no API key, and loads no file from other servers', async () => {
  const page = await fetch(`${api.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-type')).toContain('text/html');
  const html = await page.text();
  const script = await fetch(`${api.url}/${/<script src="([^"]+)"/.exec(html)?.[1]}`);
  expect(await script.text()).toContain('YogaGraphiQL.renderYogaGraphiQL');
  expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/);
});

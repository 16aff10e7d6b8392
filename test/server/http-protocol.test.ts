import { connect as connectTcp } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrustedDocuments } from '../../src/server/trusted-documents.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
const authorization = `Bearer ${rootKey}`;
const viewer = '{"query":"{ viewer { tenant { name } } }"}';
const viewerAnswer = { data: { viewer: { tenant: { name: 'default' } } } };

beforeAll(async () => {
  api = await openTestApi({ maxRequestBytes: 100_000 });
});
afterAll(() => api[Symbol.asyncDispose]());

/** Sends a request with exactly this body. */
async function send(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: body as BodyInit,
  });
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the document's.
  return { status: response.status, headers: response.headers, ...(JSON.parse(await response.text()) as any) };
}

async function get(target: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}${target}`, { headers: { authorization, ...headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Sends header lines and a body over a TCP connection. @returns everything that it receives. */
async function sendRaw(lines: readonly string[], body = ''): Promise<string> {
  const socket = connectTcp(api.port, '127.0.0.1');
  socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

describe('a GraphQL request over HTTP', () => {
  test('may begin with a byte order mark, which is ignored', async () => {
    expect(await send(`\ufeff${viewer}`)).toMatchObject({ status: 200, ...viewerAnswer });
  });

  test.each([
    ['a Latin-1 letter', Buffer.from('{"query":"{ viewer { permissions } }","variables":{"a":"caf\xe9"}}', 'latin1')],
    ['a truncated character', Buffer.from([0x7b, 0x22, 0xe2, 0x82, 0x22, 0x7d])],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from(viewer, 'utf16le')],
  ])('is rejected with 400 if the body has %s', async (_what, body) => {
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
      const answer = await send(body, { accept });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(answer.data).toBeUndefined();
    }
  });

  test('is rejected if the query of its URL is not UTF-8', async () => {
    const query = 'query ($s: String) { deliveries(filter: { search: $s }) { nodes { id } } }';
    const target = `/graphql?query=${encodeURIComponent(query)}&variables=`;
    expect((await get(`${target}{"s":"caf%E9"}`)).status).toBe(400);
    expect((await get(`${target}{"s":"caf%C3%A9"}`)).text).toContain('"nodes":[]');
  });

  test.each([
    'application/json; charset="UTF-8"',
    'application/json;\tcharset=utf-8',
    'application/json\t;charset=UTF8',
    'Application/JSON; Charset="utf-8"; profile=x',
  ])('may be declared as content-type %j', async contentType => {
    const lines = ['POST /graphql HTTP/1.1', 'host: x', `authorization: ${authorization}`];
    const answer = await sendRaw(
      [...lines, `content-type: ${contentType}`, `content-length: ${viewer.length}`],
      viewer,
    );
    expect(answer).toContain('HTTP/1.1 200');
  });

  test.each([
    'application/json; charset="utf-16"',
    'application/json; charset=latin1',
    'application/jsonp',
    'text/plain',
  ])('is rejected with 415 if it is declared as content-type %j', async contentType => {
    expect(await send(viewer, { 'content-type': contentType })).toMatchObject({ status: 415 });
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ] as const)('may be compressed with content-encoding %s', async (coding, encode) => {
    expect(await send(encode(Buffer.from(viewer)), { 'content-encoding': coding })).toMatchObject({
      status: 200,
      ...viewerAnswer,
    });
  });

  test('is rejected once the decompressed size of a body exceeds the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await send(bomb, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
    });
  });

  test('is rejected with 415 for an unknown content-encoding, and with 400 if the body does not have the declared one', async () => {
    const unknown = await send(viewer, { 'content-encoding': 'compress' });
    expect(unknown.status).toBe(415);
    expect(unknown.headers.get('accept-encoding')).toBe('gzip, deflate, br');
    expect((await send(viewer, { 'content-encoding': 'gzip, gzip' })).status).toBe(415);
    expect((await send(viewer, { 'content-encoding': 'constructor' })).status).toBe(415);
    expect((await send(viewer, { 'content-encoding': 'gzip' })).status).toBe(400);
  });
});

describe('the handling of request lines and upgrades', () => {
  const head = (target: string) => [
    `POST ${target} HTTP/1.1`,
    'host: livehook.test',
    `authorization: ${authorization}`,
  ];
  const body = ['content-type: application/json', `content-length: ${viewer.length}`];

  test.each(['http://livehook.test/graphql', 'HTTP://livehook.test:80/graphql?x=1', 'https://livehook.test/graphql'])(
    'a request with the absolute target %s is served',
    async target => {
      expect(await sendRaw([...head(target), ...body], viewer)).toContain('"name":"default"');
    },
  );

  test('a health check with an absolute target is served', async () => {
    expect(await sendRaw(['GET http://livehook.test/healthz HTTP/1.1', 'host: x'])).toContain('{"ok":true}');
    expect(await sendRaw(['GET http://livehook.test HTTP/1.1', 'host: x'])).toMatch(/^HTTP\/1.1 (200|503)/);
  });

  test.each([
    [
      'h2c, as curl --http2 and Java offer it',
      ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQCAAAAAAIAAAAA'],
    ],
    ['TLS', ['connection: upgrade', 'upgrade: TLS/1.2']],
    ['an unknown protocol', ['connection: upgrade', 'upgrade: foo/1, bar']],
  ])('a request that offers an upgrade to %s is served as a plain request', async (_what, offer) => {
    const answer = await sendRaw([...head('/graphql'), ...offer, ...body], viewer);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toContain('"name":"default"');
    expect(await sendRaw(['GET /healthz HTTP/1.1', 'host: x', ...offer])).toMatch(/^HTTP\/1.1 200/);
  });
});

describe('the media type of a response', () => {
  const forbidden = async (accept: string) => {
    const key = await api.createKey();
    return send('{"query":"{ apiKeys { id } }"}', { authorization: `Bearer ${key}`, accept });
  };

  test('errors before execution have the media type application/graphql-response+json', async () => {
    const accept = 'application/graphql-response+json, application/json;q=0.9';
    for (const [status, answer] of [
      [401, await send(viewer, { accept, authorization: 'Bearer wrong' })],
      [415, await send(viewer, { accept, 'content-type': 'text/plain' })],
      [400, await send('[1', { accept })],
      [413, await send('x'.repeat(200_000), { accept })],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    }
    const plain = await send(viewer, { accept: 'application/json', authorization: 'Bearer wrong' });
    expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('FORBIDDEN has status 403 as application/graphql-response+json and 200 as application/json', async () => {
    expect(await forbidden('application/graphql-response+json')).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'FORBIDDEN', permission: 'KEYS_MANAGE' } }],
    });
    expect(await forbidden('application/json')).toMatchObject({ status: 200, errors: [{}] });
  });

  test('Apollo Client reads the code of UNAUTHORIZED and FORBIDDEN', async () => {
    const codeOf = async (key: string) => {
      const link = new HttpLink({ uri: `${api.url}/graphql`, headers: { authorization: `Bearer ${key}` } });
      const client = new ApolloClient({ link, cache: new InMemoryCache() });
      const error = await client.query({ query: gql('{ apiKeys { id } }') }).catch((thrown: unknown) => thrown);
      client.stop();
      return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : error;
    };
    expect(await codeOf('wrong')).toBe('UNAUTHORIZED');
    expect(await codeOf(await api.createKey())).toBe('FORBIDDEN');
  });

  test.each([
    ['text/html;q=0, */*', 'application/json'],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['application/json;q=0, */*', 'application/graphql-response+json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ])('a GET with "accept: %s" gets a response of the type %s', async (accept, type) => {
    const answer = await get(`/graphql?query=${encodeURIComponent('{ viewer { permissions } }')}`, { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  });

  test.each([
    'multipart/mixed',
    'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
    'multipart/mixed;subscriptionSpec=1.0, application/json',
  ])('a subscription with "accept: %s" is rejected with an explanation', async accept => {
    const answer = await send('{"query":"subscription { deliveryUpdated { status } }"}', { accept });
    expect(answer).toMatchObject({ status: 406, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(answer.errors[0].message).toContain('text/event-stream');
  });

  test.each(['[]', `[${viewer}]`, `[${viewer},${viewer}]`])(
    'the batched request %s is rejected with an explanation',
    async batch => {
      expect(await send(batch)).toMatchObject({
        status: 400,
        errors: [
          {
            message: 'Batched operations are not supported. Send one operation per request.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    },
  );

  test('every GraphQL response forbids caching and MIME sniffing', async () => {
    const key = { authorization };
    const stream = new AbortController();
    const responses = [
      await fetch(`${api.url}/graphql?query={viewer{permissions}}`, { headers: key }),
      await fetch(`${api.url}/graphql?query={`, { headers: key }),
      await fetch(`${api.url}/graphql?query={viewer{permissions}}`),
      await fetch(`${api.url}/graphql?query=subscription{deliveryUpdated{status}}`, {
        headers: { ...key, accept: 'text/event-stream' },
        signal: stream.signal,
      }),
    ];
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    stream.abort();
  });
});

describe('persisted queries', () => {
  const query = gql('{ viewer { tenant { name } } }');
  const sha256 = async (text: string) =>
    Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');

  /**
   * Runs a query twice with an Apollo client that uses persisted queries.
   * @returns for each HTTP request whether it contained the query text.
   */
  async function runTwice(url: string) {
    const bodies: { query?: string; extensions?: unknown }[] = [];
    const record = new HttpLink({
      uri: `${url}/graphql`,
      headers: { authorization },
      fetch: (input, init) => {
        bodies.push(JSON.parse(String(init?.body)));
        return fetch(input, init);
      },
    });
    const link = ApolloLink.from([new PersistedQueryLink({ sha256 }), record]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    for (let i = 0; i < 2; i++) {
      const { data } = await client.query({ query, fetchPolicy: 'network-only' });
      expect(data).toMatchObject({ viewer: { tenant: { name: 'default' } } });
    }
    client.stop();
    return bodies.map(body => body.query !== undefined);
  }

  test('are rejected with an error that clients do not retry if there are no trusted documents', async () => {
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const answer = await send('{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}', { accept });
      expect(answer).toMatchObject({
        status,
        errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
      });
    }
    // The client first sends the hash, then the text, and after that only the text.
    expect(await runTwice(api.url)).toEqual([false, true, true]);
  });

  test('can be requested by hash alone if they are trusted documents', async () => {
    const text = '{\n  viewer {\n    tenant {\n      name\n      __typename\n    }\n    __typename\n  }\n}';
    await using trusted = await openTestApi({
      trustedDocuments: createTrustedDocuments({ [await sha256(text)]: text }, true),
    });
    expect(await runTwice(trusted.url)).toEqual([false, false]);
  });
});

describe('web pages of other origins', () => {
  const preflight = (url: string, origin: string, requested: string) =>
    fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': requested },
    });
  const requested = 'authorization,content-type,apollographql-client-name,traceparent,x-requested-with';

  test('may send every header that the browser lists in a preflight request', async () => {
    const { status, headers } = await preflight(api.url, 'https://shop.test', requested);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-headers')).toBe(requested);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('vary')).toContain('access-control-request-headers');
  });

  test('may send no headers if their origin is not allowed', async () => {
    await using strict = await openTestApi({ corsOrigins: ['https://shop.test'] });
    const allowed = await preflight(strict.url, 'https://shop.test', requested);
    expect(allowed.headers.get('access-control-allow-headers')).toBe(requested);
    expect(allowed.headers.get('vary')).toBe('origin, access-control-request-headers');
    const refused = await preflight(strict.url, 'https://evil.test', requested);
    expect(refused.headers.get('access-control-allow-headers')).toBeNull();
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});

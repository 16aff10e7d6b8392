import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { createTrustedDocuments, readTrustedDocuments } from '../../src/server/trusted-documents.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { post } from '../fixtures/client.ts';

const headers = { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' };

async function ask(api: TestApi, body: unknown, more: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    ...((await response.json()) as Record<string, unknown>),
  };
}

describe('trusted documents', () => {
  const documents = { abc: '{ viewer { tenant { name } } }', sub: 'subscription { deliveryUpdated { status } }' };
  const named = { data: { viewer: { tenant: { name: 'default' } } } };

  test('can be requested by id in each form that clients use', async () => {
    await using api = await openTestApi({ trustedDocuments: createTrustedDocuments(documents, false) });
    const persistedQuery = { version: 1, sha256Hash: 'abc' };
    expect(await ask(api, { extensions: { persistedQuery } })).toMatchObject(named);
    expect(await ask(api, { documentId: 'abc' })).toMatchObject(named);
    expect(await (await fetch(`${api.url}/graphql?documentId=abc`, { headers })).json()).toMatchObject(named);
    expect(await ask(api, { query: '{ feedCursor }' })).toMatchObject({ data: { feedCursor: expect.any(String) } });
    expect(await ask(api, { documentId: 'unknown' })).toMatchObject({
      status: 400,
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('are the only accepted documents if the server requires them, also over websockets and streams', async () => {
    await using api = await openTestApi({ trustedDocuments: createTrustedDocuments(documents, true) });
    expect(await ask(api, { documentId: 'abc' })).toMatchObject(named);
    expect(await ask(api, { query: documents.abc })).toMatchObject(named);
    const refused = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };
    expect(await ask(api, { query: '{ feedCursor }' })).toMatchObject({ status: 403, ...refused });
    const streamed = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { deliveryUpdated { cursor } }' }),
    });
    expect(await streamed.text()).toContain('FORBIDDEN');
    await using socket = api.connect();
    await socket.ready;
    expect(await socket.subscribe('{ feedCursor }').next()).toMatchObject(refused);
    expect(await socket.subscribe('abc').next()).toMatchObject(named);
  });

  test('are read from a file, and the error for invalid content names the file', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'livehook-'));
    const file = path.join(directory, `${randomBytes(4).toString('hex')}.json`);
    try {
      await writeFile(file, JSON.stringify(documents));
      expect((await readTrustedDocuments(file, true)).resolve('abc')).toBe(documents.abc);
      await writeFile(file, '[1]');
      await expect(readTrustedDocuments(file, true)).rejects.toThrow(file);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

test('INTROSPECTION=false switches introspection off', async () => {
  await using api = await openTestApi({ introspection: false });
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Delivery") { name } }']) {
    const { data, errors } = await api.send(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  }
  expect(await api.ask('{ __typename }')).toEqual({ __typename: 'Query' });
});

describe('web pages of other origins', () => {
  test('are allowed if CORS_ORIGINS contains their origin', async () => {
    await using api = await openTestApi({ corsOrigins: ['https://shop.test'] });
    const originOf = async (origin: string) => {
      const answer = await post(api.url, rootKey, '{ feedCursor }', {}, { origin });
      expect(answer.headers.get('vary')).toContain('origin');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await originOf('https://shop.test')).toBe('https://shop.test');
    expect(await originOf('https://evil.test')).toBeNull();
  });

  test('cannot send a request without a preflight', async () => {
    await using api = await openTestApi();
    const bodies = {
      'text/plain': '{"query":"mutation { createTenant(name: \\"x\\") { __typename } }"}',
      'application/x-www-form-urlencoded': `query=${encodeURIComponent('{ feedCursor }')}`,
      'multipart/form-data; boundary=x': '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
      'application/graphql': '{ feedCursor }',
      'application/json; charset=utf-16': '{"query":"{ feedCursor }"}',
    };
    for (const [type, body] of Object.entries(bodies)) {
      for (const accept of ['*/*', 'text/event-stream']) {
        const asked = { method: 'POST', headers: { ...headers, accept, 'content-type': type }, body };
        expect((await fetch(`${api.url}/graphql`, asked)).status, `${type}, ${accept}`).toBe(415);
      }
    }
    const mutation = encodeURIComponent('mutation { createTenant(name: "x") { __typename } }');
    for (const accept of ['*/*', 'text/event-stream', 'application/graphql-response+json']) {
      const answer = await fetch(`${api.url}/graphql?query=${mutation}`, { headers: { ...headers, accept } });
      expect(answer.status, accept).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
    }
  });
});

test('an operation that exceeds its time limit gets TIMEOUT', async () => {
  await using api = await openTestApi({ operationTimeoutMs: 1_000 });
  await withTransaction(api.services.pool, async client => {
    await client.query('LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE');
    expect(await api.send('{ apiKeys { id } }')).toMatchObject({
      status: 504,
      errors: [{ extensions: { code: 'TIMEOUT' } }],
    });
  });
});

test('the error of a mutation that exceeds its time limit states whether it was canceled before it took effect', async () => {
  await using api = await openTestApi({ operationTimeoutMs: 3_000, connectionsPerTenant: 4 });
  const blocked =
    'createApiKey(input: { name: "late", permissions: [] }) { ... on Error { message } ... on CreateApiKeySuccess { secret } }';
  const committed = 'updateRedaction(input: { scanCardNumbers: true }) { __typename }';
  await withTransaction(api.services.pool, async client => {
    await client.query('LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE');
    const partial = await api.send(`mutation { ${committed} ${blocked} }`);
    const canceled = await api.send(`mutation { ${blocked} }`);
    const message = 'The operation took more than 3000 ms.';
    expect(canceled.errors).toMatchObject([
      { message: `${message} It was canceled before the mutation took effect.`, extensions: { code: 'TIMEOUT' } },
    ]);
    expect(partial.errors).toMatchObject([
      { message: `${message} All or a part of the mutation may have taken effect.`, extensions: { code: 'TIMEOUT' } },
    ]);
  });
  const { apiKeys, viewer } = await api.ask('{ apiKeys { id } viewer { tenant { redaction { scanCardNumbers } } } }');
  expect({ apiKeys, viewer }).toEqual({ apiKeys: [], viewer: { tenant: { redaction: { scanCardNumbers: true } } } });
});

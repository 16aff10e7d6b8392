import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';

let api: TestApi;
let endpointId: string;

beforeAll(async () => {
  api = await openTestApi();
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "Shop", url: "https://shop.test/hook" }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => api[Symbol.asyncDispose]());

async function createKey(input: object = {}, key = rootKey): Promise<{ id: string; prefix: string; secret: string }> {
  const { createApiKey } = await api.ask(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
      ... on CreateApiKeySuccess { secret apiKey { id prefix lastUsedAt expiresAt } } ... on Error { message } } }`,
    { input: { name: 'test', permissions: ['DELIVERIES_READ', 'KEYS_MANAGE'], ...input } },
    key,
  );
  return { ...createApiKey.apiKey, secret: createApiKey.secret };
}

const revoke = (id: string) =>
  api.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { ... on ApiKey { revokedAt } } }', { id });

async function createToken(key: string, expiresInSeconds?: number): Promise<string> {
  const { createPortalToken } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) {
      ... on CreatePortalTokenSuccess { token expiresAt } ... on Error { message } } }`,
    { input: { endpointIds: [endpointId], permissions: ['DELIVERIES_READ'], expiresInSeconds } },
    key,
  );
  return createPortalToken.token;
}

/** Sets the expiry of a key or a token in the database. */
async function expire(table: 'api_key' | 'portal_token', atMs = 0): Promise<void> {
  await api.services.pool.query(
    `UPDATE ${table} SET expires_at = now() + $1 * interval '1 ms' WHERE id = (SELECT max(id::text)::uuid FROM ${table})`,
    [atMs],
  );
}

const wrong: Record<string, () => Promise<string | null>> = {
  missing: async () => null,
  empty: async () => 'Bearer ',
  'of another scheme': async () => `Basic ${rootKey}`,
  malformed: async () => 'Bearer two words',
  unknown: async () => 'Bearer lhk_unknown',
  'a forged token': async () => {
    const forged = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setJti('x').setExpirationTime('1h');
    return `Bearer ${await forged.sign(Buffer.alloc(32))}`;
  },
  'a token without a signature': async () => {
    const [, payload] = (await createToken(rootKey)).split('.');
    return `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  },
  'an expired token': async () => {
    const token = await createToken(rootKey);
    await expire('portal_token');
    return `Bearer ${token}`;
  },
  revoked: async () => {
    const { id, secret } = await createKey();
    await revoke(id);
    return `Bearer ${secret}`;
  },
  expired: async () => {
    const { secret } = await createKey({ expiresAt: new Date(Date.now() + 3_600_000) });
    await expire('api_key');
    return `Bearer ${secret}`;
  },
  'given twice': async () => `Bearer ${rootKey}, Bearer ${rootKey}`,
};

describe.each(Object.entries(wrong))('a key that is %s', (_name, make) => {
  test.each(['application/json', 'text/event-stream'])(
    'the invalid key is rejected over HTTP with the response type %s',
    async accept => {
      const authorization = await make();
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept, ...(authorization !== null && { authorization }) },
        body: JSON.stringify({
          query: accept === 'application/json' ? '{ feedCursor }' : 'subscription { deliveryUpdated { status } }',
        }),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHORIZED' } }] });
    },
  );

  test('the invalid key closes its websocket with 4403', async () => {
    const authorization = await make();
    await using socket = connect(api.url, authorization === null ? {} : { authorization });
    expect((await socket.closed).code).toBe(4403);
  });
});

test('a key in two headers is rejected, even if both are correct', async () => {
  const headers = new Headers({ authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' });
  headers.append('authorization', `Bearer ${rootKey}`);
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ feedCursor }"}' });
  expect(response.status).toBe(401);
});

describe('an API key', () => {
  test('returns its secret once, and later only its first characters and the time of its last use', async () => {
    const { id, prefix, secret } = await createKey();
    expect(secret.startsWith(prefix)).toBe(true);
    const find = async () => {
      const { apiKeys } = await api.ask('{ apiKeys { id prefix lastUsedAt } }');
      return apiKeys.find((key: { id: string }) => key.id === id);
    };
    expect(await find()).toEqual({ id, prefix, lastUsedAt: null });
    await api.ask('{ feedCursor }', {}, secret);
    expect(Date.parse((await find()).lastUsedAt)).toBeGreaterThan(Date.now() - 600_000);
    const { rows } = await api.services.pool.query('SELECT row_to_json(k)::text AS text FROM api_key k');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('cannot create a key with a permission that it does not have', async () => {
    const { secret } = await createKey();
    const document = `mutation { createApiKey(input: { name: "more", permissions: [EVENTS_PUBLISH] }) { __typename } }`;
    const { errors } = await api.send(document, {}, secret);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'EVENTS_PUBLISH' } }]);
  });

  test('closes its websocket and its streams within seconds after it was revoked or has expired', async () => {
    const { id, secret } = await createKey();
    await using socket = api.connect(secret);
    await socket.ready;
    const stream = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${secret}` },
      body: '{"query":"subscription { deliveryUpdated { status } }"}',
    });
    expect(stream.status).toBe(200);
    await revoke(id);
    expect((await socket.closed).code).toBe(4403);
    await stream.text();
  });
});

describe('a portal token', () => {
  test('is returned with its endpoints, permissions and expiry', async () => {
    const token = await createToken(rootKey, 60);
    const { viewer } = await api.ask('{ viewer { apiKey { id } permissions endpointIds expiresAt } }', {}, token);
    expect(viewer).toMatchObject({ apiKey: null, permissions: ['DELIVERIES_READ'], endpointIds: [endpointId] });
    expect(Date.parse(viewer.expiresAt) - Date.now()).toBeLessThan(90_000);
  });

  test('does not have the rights of the root key if the root key created it', async () => {
    const token = await createToken(rootKey);
    for (const document of ['{ tenants { nodes { id } } }', 'mutation { createTenant(name: "x") { __typename } }']) {
      const { errors } = await api.send(document, {}, token);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  test('ends with the API key that issued it, also on open websockets', async () => {
    const { id, secret } = await createKey();
    const token = await createToken(secret);
    await using socket = api.connect(token);
    await socket.ready;
    await revoke(id);
    expect((await socket.closed).code).toBe(4403);
    await expect.poll(async () => (await api.send('{ viewer { permissions } }', {}, token)).status).toBe(401);
  });

  test('closes its websocket when it expires', async () => {
    const token = await createToken(rootKey);
    await expire('portal_token', 5_000);
    await using socket = api.connect(token);
    await socket.ready;
    expect((await socket.closed).code).toBe(4403);
    expect((await api.send('{ viewer { permissions } }', {}, token)).status).toBe(401);
  });

  test.each([
    ['input.endpointIds', { endpointIds: [] }],
    ['input.endpointIds', { endpointIds: Array(1001).fill('ep_01h455vb4pex5vsknk084sn02q') }],
    ['input.endpointIds.0', { endpointIds: ['dlv_01h455vb4pex5vsknk084sn02q'] }],
    ['input.permissions', { permissions: [] }],
    ['input.permissions.1', { permissions: ['DELIVERIES_READ', 'KEYS_MANAGE'] }],
    ['input.expiresInSeconds', { expiresInSeconds: 59 }],
    ['input.expiresInSeconds', { expiresInSeconds: 86_401 }],
  ])('cannot be created with an invalid %s, and the error names the argument', async (argument, input) => {
    const document = `mutation ($input: CreatePortalTokenInput!) { result: createPortalToken(input: $input) {
      ... on Error { code } ... on BadUserInputError { argument } } }`;
    const whole = { endpointIds: [endpointId], permissions: ['DELIVERIES_READ'], ...input };
    expect((await api.ask(document, { input: whole })).result).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  test('cannot subscribe its endpoint to operational events of the tenant', async () => {
    const { createPortalToken } = await api.ask(
      `mutation ($id: ID!) { createPortalToken(input: { endpointIds: [$id], permissions: [ENDPOINTS_MANAGE] }) {
        ... on CreatePortalTokenSuccess { token } } }`,
      { id: endpointId },
    );
    const document = `mutation ($id: ID!, $eventTypes: [String!]) {
      result: updateEndpoint(id: $id, input: { eventTypes: $eventTypes }) {
        ... on Endpoint { eventTypes } ... on Error { code } ... on BadUserInputError { argument } } }`;
    const update = async (eventTypes: string[] | null) =>
      (await api.ask(document, { id: endpointId, eventTypes }, createPortalToken.token)).result;
    for (const pattern of ['livehook.*', 'livehook.delivery.failed']) {
      expect(await update(['a.b', pattern])).toEqual({ code: 'BAD_USER_INPUT', argument: 'input.eventTypes.1' });
    }
    expect(await update(null)).toEqual({ eventTypes: [] });
    expect(await update(['a.b', 'livehooks.*'])).toEqual({ eventTypes: ['a.b', 'livehooks.*'] });
  });

  test('cannot have a permission that the API key that issues it does not have', async () => {
    const { secret } = await createKey();
    const { errors } = await api.send(
      'mutation ($id: ID!) { createPortalToken(input: { endpointIds: [$id], permissions: [ENDPOINTS_READ] }) { __typename } }',
      { id: endpointId },
      secret,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'ENDPOINTS_READ' } }]);
  });
});

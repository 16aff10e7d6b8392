import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseId } from '../../src/ids.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { countStatements } from '../fixtures/count-statements.ts';

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

interface CreatedToken {
  readonly token: string;
  readonly portalToken: { readonly id: string; readonly createdAt: string; readonly expiresAt: string };
}

interface Edge {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

async function createToken(key?: string): Promise<CreatedToken> {
  const { createPortalToken } = await api.ask(
    `mutation ($id: ID!) { createPortalToken(input: { endpointIds: [$id], permissions: [DELIVERIES_READ], eventTypes: ["a.*"] }) {
      ... on CreatePortalTokenSuccess { token expiresAt portalToken { id createdAt expiresAt } } } }`,
    { id: endpointId },
    key,
  );
  return createPortalToken;
}

const revokeDocument = `mutation ($id: ID!) { result: revokePortalToken(id: $id) {
  __typename ... on PortalToken { id revokedAt } ... on Error { code message } ... on BadUserInputError { argument } } }`;

async function revoke(id: string, key?: string) {
  return (await api.ask(revokeDocument, { id }, key)).result;
}

describe('portalTokens', () => {
  const document = `query ($first: Int, $after: String) { portalTokens(first: $first, after: $after) {
    nodes { id createdAt expiresAt revokedAt permissions endpointIds endpoints { id name } eventTypes apiKey { id } }
    pageInfo { endCursor hasNextPage } } }`;

  test('lists the portal tokens of the tenant, newest first, with their permissions, endpoints and creator', async () => {
    const key = await api.createKey('KEYS_MANAGE', 'DELIVERIES_READ', 'ENDPOINTS_READ');
    const keyId = (await api.ask('{ viewer { apiKey { id } } }', {}, key)).viewer.apiKey.id;
    const byRoot = await createToken();
    const byKey = await createToken(key);
    const shared = {
      revokedAt: null,
      permissions: ['DELIVERIES_READ'],
      endpointIds: [endpointId],
      endpoints: [{ id: endpointId, name: 'Shop' }],
      eventTypes: ['a.*'],
    };
    const first = (await api.ask(document, { first: 1 }, key)).portalTokens;
    expect(first.nodes).toEqual([{ ...byKey.portalToken, ...shared, apiKey: { id: keyId } }]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await api.ask(document, { first: 1, after: first.pageInfo.endCursor }, key)).portalTokens;
    expect(second.nodes).toEqual([{ ...byRoot.portalToken, ...shared, apiKey: null }]);
  });

  test('reads the keys that created the tokens of a page in one statement', async () => {
    const key = await api.createKey('KEYS_MANAGE', 'DELIVERIES_READ');
    for (let count = 0; count < 3; count += 1) await createToken(key);
    const statements = await countStatements(api.services.pool, () =>
      api.ask('{ portalTokens(first: 3) { nodes { id apiKey { id name } } } }'),
    );
    const readsOf = (table: string) => statements.filter(text => text.includes(`FROM "public"."${table}"`));
    expect(readsOf('api_key')).toHaveLength(1);
    expect(readsOf('portal_token')).toHaveLength(1);
  });

  test('pages between two cursors in both directions, also next to a token that was deleted', async () => {
    const read = async (page: object) => {
      const { portalTokens } = await api.ask(
        `query ($first: Int, $after: String, $last: Int, $before: String) {
          portalTokens(first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }`,
        page as never,
      );
      const edges = portalTokens.edges as readonly Edge[];
      return { edges, ids: edges.map(edge => edge.node.id), ...(portalTokens.pageInfo as object) };
    };
    for (let count = 0; count < 5; count += 1) await createToken();
    const { edges, ids } = await read({ first: 5 });
    const [after, , , , before] = edges.map(({ cursor }) => cursor);
    const inside = ids.slice(1, 4);
    await api.services.pool.query('DELETE FROM portal_token WHERE id = $1', [parseId('ptk', ids[0] as string)]);
    expect(await read({ after, before })).toMatchObject({ ids: inside, hasNextPage: false, hasPreviousPage: true });
    expect(await read({ after, before, first: 2 })).toMatchObject({ ids: inside.slice(0, 2), hasNextPage: true });
    expect(await read({ after, before, last: 2 })).toMatchObject({ ids: inside.slice(1), hasPreviousPage: true });
    expect(await read({ before, first: 1 })).toMatchObject({ ids: inside.slice(0, 1), hasPreviousPage: false });
    expect(await read({ before })).toMatchObject({ ids: inside, hasNextPage: true, hasPreviousPage: false });
    expect(await read({ after, first: 0 })).toMatchObject({ ids: [], hasNextPage: false, hasPreviousPage: true });
    expect(await read({ before, last: 0 })).toMatchObject({ ids: [], hasNextPage: true, hasPreviousPage: false });
  });

  test('returns its page with null endpoints to a key that cannot read endpoints', async () => {
    const key = await api.createKey('KEYS_MANAGE');
    await createToken();
    const { data, errors } = await api.send(document, { first: 1 }, key);
    expect(data.portalTokens.nodes).toMatchObject([{ endpointIds: [endpointId], endpoints: null }]);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'ENDPOINTS_READ' } }]);
  });

  test('is rejected because of its cost if it selects too many endpoints', async () => {
    const { errors } = await api.send(
      '{ portalTokens(first: 100) { nodes { endpoints(first: 100) { id name url status updatedAt createdAt method ordering } } } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });
});

describe('revokePortalToken', () => {
  test('returns the revoked token, rejects its requests and closes its open websocket and event stream', async () => {
    const { token, portalToken } = await createToken();
    await using socket = api.connect(token);
    await socket.ready;
    const stream = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: '{"query":"subscription { deliveryUpdated { status } }"}',
    });
    expect(stream.status).toBe(200);
    const revoked = await revoke(portalToken.id);
    expect(revoked).toEqual({ __typename: 'PortalToken', id: portalToken.id, revokedAt: expect.any(String) });
    expect((await socket.closed).code).toBe(4403);
    await stream.text();
    await expect.poll(async () => (await api.send('{ viewer { permissions } }', {}, token)).status).toBe(401);
  });

  test('does not revoke other tokens or close their websockets', async () => {
    const kept = await createToken();
    const revoked = await createToken();
    await using socket = api.connect(kept.token);
    await using closing = api.connect(revoked.token);
    await Promise.all([socket.ready, closing.ready]);
    await revoke(revoked.portalToken.id);
    await closing.closed;
    expect((await socket.subscribe('{ viewer { permissions } }').next()).data.viewer.permissions).toEqual([
      'DELIVERIES_READ',
    ]);
  });

  test('keeps the time of the first revocation if it is repeated, and records one audit entry', async () => {
    const { portalToken } = await createToken();
    const first = await revoke(portalToken.id);
    expect(await revoke(portalToken.id)).toEqual(first);
    const { auditLog } = await api.ask('query ($id: ID) { auditLog(targetId: $id) { nodes { action targetIds } } }', {
      id: portalToken.id,
    });
    expect(auditLog.nodes).toEqual([
      { action: 'PORTAL_TOKEN_REVOKED', targetIds: [portalToken.id] },
      { action: 'PORTAL_TOKEN_CREATED', targetIds: [portalToken.id, endpointId] },
    ]);
  });

  test("frees the revoked token's part of the quota of portal tokens", async () => {
    const quotas = api.services.quotas as { portalTokens: number };
    const { portalTokens } = quotas;
    const { rows } = await api.services.pool.query(
      'SELECT count(*)::int AS count FROM portal_token WHERE revoked_at IS NULL',
    );
    quotas.portalTokens = rows[0].count + 1;
    try {
      const last = await createToken();
      expect(await createToken()).toEqual({});
      await revoke(last.portalToken.id);
      expect(await createToken()).toHaveProperty('token');
    } finally {
      quotas.portalTokens = portalTokens;
    }
  });

  test('returns NotFoundError for an unknown token and for one of another tenant', async () => {
    const { portalToken } = await createToken();
    const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };
    expect(await revoke('ptk_01h455vb4pex5vsknk084sn02q')).toMatchObject(notFound);
    expect(await revoke(portalToken.id, await api.createOtherTenant())).toMatchObject(notFound);
  });

  test('rejects a malformed id with an error that names the argument', async () => {
    expect(await revoke(endpointId)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
  });
});

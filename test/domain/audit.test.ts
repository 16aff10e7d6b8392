import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId, newUuid } from '../../src/ids.ts';
import { deleteExpiredAccess } from '../../src/janitor/delete-expired-access.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
let key: string;
let apiKeyId: string;

beforeAll(async () => {
  api = await openTestApi();
  key = await api.createKey(
    'EVENTS_PUBLISH',
    'DELIVERIES_READ',
    'DELIVERIES_MANAGE',
    'ENDPOINTS_MANAGE',
    'KEYS_MANAGE',
  );
  apiKeyId = (await api.ask('{ viewer { apiKey { id } } }', {}, key)).viewer.apiKey.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const logDocument = `query ($targetId: ID, $apiKeyId: ID, $first: Int, $after: String) {
  auditLog(targetId: $targetId, apiKeyId: $apiKeyId, first: $first, after: $after) {
    nodes { action actorKind apiKey { id } portalTokenId targetIds changes createdAt } pageInfo { endCursor } } }`;

async function readLog(variables: object) {
  return (await api.ask(logDocument, variables as never)).auditLog;
}

const secretHeader = 'never-in-the-log';

async function createEndpoint(): Promise<string> {
  const { createEndpoint } = await api.ask(
    `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } } }`,
    {
      input: {
        name: 'Shop',
        url: 'https://shop.test/hook',
        headers: [{ name: 'x-token', value: secretHeader }],
        bodyTemplate: '{{ payload }}',
      },
    },
    key,
  );
  return createEndpoint.endpoint.id;
}

async function publish(endpointId: string): Promise<string> {
  const { publishEvent } = await api.ask(
    `mutation ($id: ID!) { publishEvent(input: { type: "a.b", payload: {}, endpointIds: [$id] }) {
      ... on Event { deliveries { nodes { id } } } } }`,
    { id: endpointId },
    key,
  );
  return publishEvent.deliveries.nodes[0].id;
}

const run = (name: string, id: string, argument = 'id', by = key) =>
  api.ask(`mutation ($id: ID!) { result: ${name}(${argument}: $id) { __typename } }`, { id }, by);

describe('the audit log', () => {
  test('lists the actions on an endpoint, newest first, without secrets', async () => {
    const id = await createEndpoint();
    const update =
      'mutation ($id: ID!, $input: UpdateEndpointInput!) { updateEndpoint(id: $id, input: $input) { __typename } }';
    await api.ask(update, { id, input: { timeoutMs: 500, headers: [] } }, key);
    await run('rotateEndpointSecret', id);
    await run('expirePreviousSecrets', id);
    await run('revealEndpointSecret', id);
    await run('sendTestEvent', id, 'endpointId');
    await run('deleteEndpoint', id);
    const { nodes } = await readLog({ targetId: id });
    expect(nodes.map((node: { action: string }) => node.action)).toEqual([
      'ENDPOINT_DELETED',
      'TEST_EVENT_SENT',
      'ENDPOINT_SECRET_REVEALED',
      'ENDPOINT_SECRETS_EXPIRED',
      'ENDPOINT_SECRET_ROTATED',
      'ENDPOINT_UPDATED',
      'ENDPOINT_CREATED',
    ]);
    expect(nodes.at(-2)).toMatchObject({ actorKind: 'API_KEY', apiKey: { id: apiKeyId }, targetIds: [id] });
    expect(nodes.at(-2).changes).toEqual({ timeoutMs: 500, headers: [] });
    expect(nodes.at(-1).changes).toMatchObject({ name: 'Shop', headers: ['x-token'], bodyTemplate: '13 characters' });
    const { rows } = await api.services.pool.query('SELECT row_to_json(e)::text AS text FROM audit_entry e');
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${secretHeader}|whsec_|lhk_`));
  });

  test('lists the actions on a delivery, and omits requests that changed nothing', async () => {
    const id = await publish(await createEndpoint());
    await run('cancelDelivery', id);
    await run('cancelDelivery', id);
    await run('retryDelivery', id);
    await run('retryDelivery', id);
    await run('replayDelivery', id);
    const { nodes } = await readLog({ targetId: id });
    const actions = nodes.map((node: { action: string }) => node.action);
    expect(actions).toEqual(['DELIVERY_REPLAYED', 'DELIVERY_RETRIED', 'DELIVERY_CANCELED']);
    expect(nodes[0].targetIds).toHaveLength(3);
  });

  test('names the portal token that made a change, and the API key that issued the token', async () => {
    const endpointId = await createEndpoint();
    const id = await publish(endpointId);
    const { createPortalToken } = await api.ask(
      `mutation ($id: ID!) { createPortalToken(input: { endpointIds: [$id], permissions: [DELIVERIES_MANAGE] }) {
        ... on CreatePortalTokenSuccess { token } } }`,
      { id: endpointId },
      key,
    );
    await run('cancelDelivery', id, 'id', createPortalToken.token);
    const { nodes } = await readLog({ targetId: id });
    expect(nodes).toMatchObject([
      {
        action: 'DELIVERY_CANCELED',
        actorKind: 'PORTAL_TOKEN',
        apiKey: { id: apiKeyId },
        portalTokenId: expect.stringMatching(/^ptk_/),
      },
    ]);
    expect((await readLog({ targetId: endpointId })).nodes[0]).toMatchObject({
      action: 'PORTAL_TOKEN_CREATED',
      actorKind: 'API_KEY',
      changes: { permissions: ['DELIVERIES_MANAGE'] },
      targetIds: [nodes[0].portalTokenId, endpointId],
    });
    expect((await readLog({ targetId: nodes[0].portalTokenId })).nodes).toHaveLength(1);
  });

  test('contains the filter of a bulk operation, with long lists replaced by their length', async () => {
    const ids = Array.from({ length: 21 }, () => formatId('dlv', newUuid(Date.now())));
    const { retryDeliveries } = await api.ask(
      'mutation ($filter: DeliveryFilter!) { retryDeliveries(filter: $filter) { ... on BulkOperation { id filter } } }',
      { filter: { ids, statuses: ['FAILED'] } },
      key,
    );
    expect(retryDeliveries.filter).toEqual({ ids, statuses: ['FAILED'] });
    expect((await readLog({ targetId: retryDeliveries.id })).nodes).toMatchObject([
      { action: 'BULK_RETRY_STARTED', changes: { filter: { ids: '21 entries', statuses: ['FAILED'] } } },
    ]);
  });

  test('lists actions of the root key on API keys and tenants, with the root key as the actor', async () => {
    const { createTenant } = await api.ask('mutation { createTenant(name: "third") { ... on Tenant { id } } }');
    expect((await readLog({ targetId: createTenant.id })).nodes).toMatchObject([
      { action: 'TENANT_CREATED', actorKind: 'ROOT_KEY', apiKey: null, changes: { name: 'third' } },
    ]);
    const { createApiKey } = await api.ask(`mutation { createApiKey(input: { name: "k", permissions: [] }) {
      ... on CreateApiKeySuccess { apiKey { id } } } }`);
    await run('revokeApiKey', createApiKey.apiKey.id);
    await run('revokeApiKey', createApiKey.apiKey.id);
    const { nodes } = await readLog({ targetId: createApiKey.apiKey.id });
    expect(nodes.map((node: { action: string }) => node.action)).toEqual(['API_KEY_REVOKED', 'API_KEY_CREATED']);
  });

  test('is paginated by first and after', async () => {
    const whole = (await readLog({ apiKeyId, first: 4 })).nodes;
    const first = await readLog({ apiKeyId, first: 2 });
    const second = await readLog({ apiKeyId, first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes]).toEqual(whole);
  });

  test.each([
    ['targetId', { targetId: 'nonsense' }],
    ['apiKeyId', { apiKeyId: 'ep_01h455vb4pex5vsknk084sn02q' }],
  ])(
    'is not returned if the argument %s is malformed, and the error names the argument',
    async (argument, variables) => {
      const { errors } = await api.send(logDocument, variables);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    },
  );
});

test('the janitor deletes audit entries that are older than a year, and portal tokens that have expired', async () => {
  const { pool, clock } = api.services;
  const tenant = 'SELECT id FROM tenant ORDER BY id LIMIT 1';
  const ids = [366, 364].map(days => newUuidAt(clock.now() - days * 86_400_000));
  for (const id of ids) {
    await pool.query(
      `INSERT INTO audit_entry (id, tenant_id, action, target_ids, changes) VALUES ($1, (${tenant}), 'TENANT_CREATED', '{}', '{}')`,
      [id],
    );
  }
  await pool.query(
    `INSERT INTO portal_token (id, tenant_id, permissions, endpoint_ids, expires_at)
     VALUES ($1, (${tenant}), '{}', '{}', now() - interval '1 s')`,
    [newUuid(clock.now())],
  );
  await deleteExpiredAccess(api.services);
  const left = await pool.query('SELECT id FROM audit_entry WHERE id = ANY ($1::uuid[])', [ids]);
  expect(left.rows).toEqual([{ id: ids[1] }]);
  expect((await pool.query('SELECT FROM portal_token WHERE expires_at < now()')).rowCount).toBe(0);
  expect((await readLog({})).nodes).not.toEqual([]);
});

/** Creates a UUIDv7 of a time in the past. */
function newUuidAt(unixMs: number): string {
  const hex = Math.trunc(unixMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${newUuid(0).slice(13)}`;
}

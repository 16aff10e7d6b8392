import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseId } from '../../src/ids.ts';
import { removeDeletedTenants } from '../../src/janitor/remove-deleted-tenants.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect, post } from '../fixtures/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function createTenant(name: string): Promise<string> {
  return (await api.ask('mutation ($n: String!) { t: createTenant(name: $n) { ... on Tenant { id } } }', { n: name })).t
    .id;
}

/** Sends an operation with the root key, which acts for this tenant. */
async function askFor(tenantId: string, document: string, variables = {}) {
  const { data, errors } = await post(api.url, rootKey, document, variables, { 'livehook-tenant': tenantId });
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function createKey(tenantId: string): Promise<string> {
  const { k } = await askFor(
    tenantId,
    'mutation { k: createApiKey(input: { name: "k", permissions: [DELIVERIES_READ, KEYS_MANAGE] }) { ... on CreateApiKeySuccess { secret } } }',
  );
  return k.secret;
}

const renameDocument = `mutation ($id: ID!, $name: String!) { result: renameTenant(id: $id, name: $name) {
  ... on Tenant { id name } ... on Error { code } ... on BadUserInputError { argument } } }`;
const deleteDocument = `mutation ($id: ID!) { result: deleteTenant(id: $id) {
  ... on Tenant { id deletedAt deletion { removed isDone finishedAt } } ... on Error { code } } }`;

const rename = async (id: string, name: string) => (await api.ask(renameDocument, { id, name })).result;
const remove = async (id: string) => (await api.ask(deleteDocument, { id })).result;

async function readDeletion(id: string) {
  const { node } = await api.ask(
    'query ($id: ID!) { node(id: $id) { ... on Tenant { deletion { removed isDone finishedAt } } } }',
    { id },
  );
  return node.deletion;
}

/** Moves the deletion of the tenant two minutes into the past. */
async function skipGrace(id: string): Promise<void> {
  await api.services.pool.query("UPDATE tenant SET deleted_at = now() - interval '2 minutes' WHERE id = $1", [
    parseId('tnt', id),
  ]);
}

async function countRows(tenantId: string): Promise<Record<string, number>> {
  const tables = ['api_key', 'portal_token', 'endpoint', 'event', 'delivery', 'bulk_operation', 'audit_entry'];
  const others = [
    'idempotency_key',
    'event_type',
    'delivery_tally',
    'delivery_count',
    'delivery_series',
    'operational_event',
  ];
  const counts: Record<string, number> = {};
  for (const table of [...tables, ...others]) {
    const { rows } = await api.services.pool.query(`SELECT count(*)::int AS count FROM ${table} WHERE tenant_id = $1`, [
      parseId('tnt', tenantId),
    ]);
    counts[table] = rows[0].count;
  }
  return counts;
}

/** Creates a tenant with `events` waiting deliveries, and one row of every other table. */
async function fillTenant(name: string, events: number): Promise<{ id: string; endpointId: string }> {
  const id = await createTenant(name);
  const { e } = await askFor(
    id,
    'mutation { e: createEndpoint(input: { name: "Shop", url: "http://127.0.0.1:9/" }) { ... on CreateEndpointSuccess { endpoint { id } } } }',
  );
  const endpointId: string = e.endpoint.id;
  const inputs = Array.from({ length: events }, (_, n) => ({ type: 'a.b', payload: n, idempotencyKey: `${n}` }));
  await askFor(
    id,
    'mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { id } } } }',
    { inputs },
  );
  await askFor(
    id,
    `mutation ($id: ID!) {
      createPortalToken(input: { endpointIds: [$id], permissions: [DELIVERIES_READ] }) { __typename }
      retryDeliveries(filter: { statuses: [FAILED] }) { __typename } }`,
    { id: endpointId },
  );
  const { deliveries } = await askFor(id, '{ deliveries(first: 1) { nodes { id } } }');
  const canceled = deliveries.nodes[0].id;
  await askFor(id, 'mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', { id: canceled });
  await api.services.pool.query(
    `INSERT INTO attempt (delivery_id, number, started_at, duration_ms, trigger, response_truncated)
     VALUES ($1, 1, now(), 1, 'SCHEDULE', false)`,
    [parseId('dlv', canceled)],
  );
  await createKey(id);
  return { id, endpointId };
}

const unlimited = new AbortController().signal;

describe('renameApiKey', () => {
  const document = `mutation ($id: ID!, $name: String!) { result: renameApiKey(id: $id, name: $name) {
    ... on ApiKey { id name } ... on Error { code } ... on BadUserInputError { argument } } }`;

  test('returns the renamed key and records the new name', async () => {
    const { k } = await api.ask(
      'mutation { k: createApiKey(input: { name: "old", permissions: [] }) { ... on CreateApiKeySuccess { apiKey { id } } } }',
    );
    const { id } = k.apiKey;
    expect((await api.ask(document, { id, name: 'new' })).result).toEqual({ id, name: 'new' });
    const { auditLog } = await api.ask('query ($id: ID) { auditLog(targetId: $id) { nodes { action changes } } }', {
      id,
    });
    expect(auditLog.nodes[0]).toEqual({ action: 'API_KEY_RENAMED', changes: { name: 'new' } });
    expect((await api.ask(document, { id, name: ' ' })).result).toEqual({ code: 'BAD_USER_INPUT', argument: 'name' });
    expect((await api.ask(document, { id: 'key_01h455vb4pex5vsknk084sn02q', name: 'x' })).result).toEqual({
      code: 'NOT_FOUND',
    });
  });
});

describe('renameTenant', () => {
  test('returns the renamed tenant and records the new name', async () => {
    const id = await createTenant('before');
    expect(await rename(id, 'after')).toEqual({ id, name: 'after' });
    const { auditLog } = await api.ask('query ($id: ID) { auditLog(targetId: $id) { nodes { action changes } } }', {
      id,
    });
    expect(auditLog.nodes[0]).toEqual({ action: 'TENANT_RENAMED', changes: { name: 'after' } });
  });

  test('rejects an unknown tenant, a deleted tenant and a name that is too long', async () => {
    const id = await createTenant('short-lived');
    expect(await rename(id, 'x'.repeat(201))).toEqual({ code: 'BAD_USER_INPUT', argument: 'name' });
    await remove(id);
    expect(await rename(id, 'again')).toEqual({ code: 'INVALID_STATE' });
    expect(await rename('tnt_01h455vb4pex5vsknk084sn02q', 'x')).toEqual({ code: 'NOT_FOUND' });
  });
});

describe('deleteTenant', () => {
  test('rejects requests of the API keys and the root key for the tenant, and closes their open websockets', async () => {
    const id = await createTenant('closing');
    const key = await createKey(id);
    await using socket = api.connect(key);
    await using rootSocket = connect(api.url, { authorization: `Bearer ${rootKey}`, 'livehook-tenant': id });
    await using other = api.connect(rootKey);
    await Promise.all([socket.ready, rootSocket.ready, other.ready]);
    expect(await remove(id)).toMatchObject({
      id,
      deletedAt: expect.any(String),
      deletion: { removed: 0, isDone: false },
    });
    expect((await socket.closed).code).toBe(4403);
    expect((await rootSocket.closed).code).toBe(4403);
    await expect.poll(async () => (await api.send('{ viewer { permissions } }', {}, key)).status).toBe(401);
    await expect
      .poll(async () => (await post(api.url, rootKey, '{ feedCursor }', {}, { 'livehook-tenant': id })).errors)
      .toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'livehook-tenant' } }]);
    expect((await other.subscribe('{ viewer { tenant { id } } }').next()).errors).toBeUndefined();
  });

  test('rejects the default tenant, a tenant that is deleted already and an unknown tenant', async () => {
    const { viewer } = await api.ask('{ viewer { tenant { id name } } }');
    expect(viewer.tenant.name).toBe('default');
    expect(await remove(viewer.tenant.id)).toEqual({ code: 'INVALID_STATE' });
    const id = await createTenant('twice');
    await remove(id);
    expect(await remove(id)).toEqual({ code: 'INVALID_STATE' });
    expect(await remove('tnt_01h455vb4pex5vsknk084sn02q')).toEqual({ code: 'NOT_FOUND' });
  });

  test('releases a place in the quota of tenants, and hides the tenant from the list by default', async () => {
    const id = await createTenant('hidden');
    await remove(id);
    const list = async (includeDeleted: boolean) =>
      (await api.ask(`{ tenants(first: 100, includeDeleted: ${includeDeleted}) { nodes { id } } }`)).tenants.nodes;
    expect(await list(false)).not.toContainEqual({ id });
    expect(await list(true)).toContainEqual({ id });
    const quotas = api.services.quotas as { tenants: number };
    const { tenants } = quotas;
    quotas.tenants = (await list(false)).length + 1;
    try {
      const last = await createTenant('last');
      expect(await createTenant('too many')).toBeUndefined();
      await remove(last);
      expect(await createTenant('fits')).toEqual(expect.stringMatching(/^tnt_/));
    } finally {
      quotas.tenants = tenants;
    }
  });

  test('deletes every endpoint of the tenant before it answers', async () => {
    const { id } = await fillTenant('silent', 2);
    await remove(id);
    const { rows } = await api.services.pool.query(
      'SELECT count(*)::int AS count FROM endpoint WHERE tenant_id = $1 AND deleted_at IS NULL',
      [parseId('tnt', id)],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });
});

describe('the janitor', () => {
  test('removes every row of a deleted tenant after a minute, and no row of another tenant', async () => {
    const kept = await fillTenant('kept', 3);
    const deleted = await fillTenant('removed', 3);
    const before = await countRows(kept.id);
    expect(Object.values(await countRows(deleted.id)).every(count => count > 0)).toBe(false);
    await remove(deleted.id);
    await removeDeletedTenants(api.services, unlimited);
    expect((await countRows(deleted.id)).delivery).toBe(3);
    await skipGrace(deleted.id);
    await removeDeletedTenants(api.services, unlimited);
    expect(new Set(Object.values(await countRows(deleted.id)))).toEqual(new Set([0]));
    expect(await countRows(kept.id)).toEqual(before);
    expect(await readDeletion(deleted.id)).toEqual({
      removed: expect.any(Number),
      isDone: true,
      finishedAt: expect.any(String),
    });
    const { rows } = await api.services.pool.query(
      'SELECT count(*)::int AS count FROM attempt a WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.id = a.delivery_id)',
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('continues the removal after a restart, and removes at most 200 deliveries in one batch', async () => {
    const { id } = await fillTenant('large', 450);
    await remove(id);
    await skipGrace(id);
    let batches = 0;
    const afterOneBatch = {
      get aborted() {
        batches += 1;
        return batches > 1;
      },
    } as AbortSignal;
    await removeDeletedTenants(api.services, afterOneBatch);
    expect(await readDeletion(id)).toEqual({ removed: 200, isDone: false, finishedAt: null });
    expect((await countRows(id)).delivery).toBe(250);
    await removeDeletedTenants(api.services, unlimited);
    expect((await readDeletion(id)).isDone).toBe(true);
    expect(new Set(Object.values(await countRows(id)))).toEqual(new Set([0]));
  });

  test('waits with the removal for a delivery that is in flight, and finishes once it has ended', async () => {
    const { id } = await fillTenant('in-flight', 2);
    const tenantId = parseId('tnt', id);
    await remove(id);
    await skipGrace(id);
    await api.services.pool.query(
      "UPDATE delivery_live SET status = 'PROCESSING', lease_until = now() + interval '1 minute' WHERE tenant_id = $1",
      [tenantId],
    );
    await removeDeletedTenants(api.services, unlimited);
    expect(await countRows(id)).toMatchObject({ delivery: 2, endpoint: 1 });
    await api.services.pool.query("UPDATE delivery_live SET status = 'RETRYING' WHERE tenant_id = $1", [tenantId]);
    await removeDeletedTenants(api.services, unlimited);
    expect((await readDeletion(id)).isDone).toBe(true);
  });

  test('deletes the row of the tenant itself 30 days after its last other row was removed', async () => {
    const id = await createTenant('tombstone');
    await remove(id);
    await skipGrace(id);
    await removeDeletedTenants(api.services, unlimited);
    const age = (days: number) =>
      api.services.pool.query(`UPDATE tenant SET purged_at = now() - interval '${days} days' WHERE id = $1`, [
        parseId('tnt', id),
      ]);
    const find = async () => (await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).node;
    await age(29);
    await removeDeletedTenants(api.services, unlimited);
    expect(await find()).toEqual({ id });
    await age(31);
    await removeDeletedTenants(api.services, unlimited);
    expect(await find()).toBeNull();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString();

const createDocument = `mutation ($input: CreateApiKeyInput!) { result: createApiKey(input: $input) {
  ... on CreateApiKeySuccess { secret apiKey { id parentId expiresAt } } ... on Error { code }
  ... on BadUserInputError { argument } } }`;

async function create(key: string, input: object = {}) {
  const variables = { input: { name: 'key', permissions: ['KEYS_MANAGE'], ...input } };
  return (await api.ask(createDocument, variables, key)).result;
}

interface NewKey {
  readonly id: string;
  readonly secret: string;
}

async function createKey(key: string, input: object = {}): Promise<NewKey> {
  const { apiKey, secret } = await create(key, input);
  return { id: apiKey.id, secret };
}

const revoke = (id: string, revokeChildren?: boolean, key = rootKey) =>
  api.ask(
    `mutation ($id: ID!, $revokeChildren: Boolean) { result: revokeApiKey(id: $id, revokeChildren: $revokeChildren) {
      ... on ApiKey { id revokedAt } ... on Error { code } } }`,
    { id, ...(revokeChildren !== undefined && { revokeChildren }) },
    key,
  );

/** Returns for each of the keys whether it is revoked. */
async function areRevoked(...keys: NewKey[]): Promise<boolean[]> {
  const { apiKeys } = await api.ask('{ apiKeys { id revokedAt } }');
  const revoked = new Map<string, boolean>(
    apiKeys.map((key: { id: string; revokedAt: string | null }) => [key.id, key.revokedAt !== null]),
  );
  return keys.map(({ id }) => revoked.get(id) ?? false);
}

describe('an API key that another key creates', () => {
  it('expires at the latest when its creator expires', async () => {
    const expiresAt = inHours(2);
    const parent = await createKey(rootKey, { expiresAt });
    expect((await create(parent.secret)).apiKey).toMatchObject({ expiresAt, parentId: parent.id });
    expect((await create(parent.secret, { expiresAt: null })).apiKey).toMatchObject({ expiresAt });
    const sooner = inHours(1);
    expect((await create(parent.secret, { expiresAt: sooner })).apiKey).toMatchObject({ expiresAt: sooner });
    expect(await create(parent.secret, { expiresAt: inHours(3) })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.expiresAt',
    });
    const grandchild = await create((await createKey(parent.secret)).secret);
    expect(grandchild.apiKey).toMatchObject({ expiresAt });
  });

  it('expires at its own time if its creator does not expire or is the root key', async () => {
    const parent = await createKey(rootKey);
    const expiresAt = inHours(1);
    expect((await create(parent.secret)).apiKey).toMatchObject({ expiresAt: null, parentId: parent.id });
    expect((await create(parent.secret, { expiresAt })).apiKey).toMatchObject({ expiresAt });
    expect((await create(rootKey)).apiKey).toMatchObject({ expiresAt: null, parentId: null });
  });

  it('has at most the permissions of its creator', async () => {
    const parent = await createKey(rootKey);
    const input = { name: 'key', permissions: ['KEYS_MANAGE', 'EVENTS_PUBLISH'] };
    const { errors } = await api.send(createDocument, { input }, parent.secret);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'EVENTS_PUBLISH' } }]);
  });
});

describe('revokeApiKey', () => {
  const createFamily = async () => {
    const parent = await createKey(rootKey);
    const child = await createKey(parent.secret);
    const grandchild = await createKey(child.secret);
    const sibling = await createKey(rootKey);
    return [parent, child, grandchild, sibling] as const;
  };

  it('does not affect the keys that the key created, unless revokeChildren is true', async () => {
    const family = await createFamily();
    await revoke(family[0].id);
    expect(await areRevoked(...family)).toEqual([true, false, false, false]);
  });

  it('revokes the keys that the key created, and those that they created', async () => {
    const family = await createFamily();
    const { result } = await revoke(family[0].id, true);
    expect(result).toEqual({ id: family[0].id, revokedAt: expect.any(String) });
    expect(await areRevoked(...family)).toEqual([true, true, true, false]);
    const { auditLog } = await api.ask(
      'query ($id: ID) { auditLog(targetId: $id, first: 1) { nodes { action targetIds changes } } }',
      {
        id: family[2].id,
      },
    );
    const { targetIds, ...entry } = auditLog.nodes[0];
    expect(entry).toEqual({ action: 'API_KEY_REVOKED', changes: { revokedChildren: 2 } });
    expect(targetIds[0]).toBe(family[0].id);
    expect(new Set(targetIds)).toEqual(new Set(family.slice(0, 3).map(({ id }) => id)));
  });

  it('revokes the children of a key that was already revoked', async () => {
    const family = await createFamily();
    await revoke(family[0].id);
    await revoke(family[0].id, true);
    expect(await areRevoked(...family)).toEqual([true, true, true, false]);
  });

  it('revokes nothing of another tenant', async () => {
    const family = await createFamily();
    const { result } = await revoke(family[0].id, true, await api.createOtherTenant());
    expect(result).toEqual({ code: 'NOT_FOUND' });
    expect(await areRevoked(...family)).toEqual([false, false, false, false]);
  });

  it('leaves no usable key that the key and its children create at the same moment', async () => {
    const [parent, child] = await createFamily();
    const secrets = [parent.secret, child.secret];
    const creating = Array.from({ length: 20 }, (_, index) =>
      api.send(createDocument, { input: { name: 'late', permissions: [] } }, secrets[index % 2] as string),
    );
    await Promise.all([revoke(parent.id, true), ...creating]);
    const { rows } = await api.services.pool.query(
      "SELECT count(*)::int AS count FROM api_key WHERE name = 'late' AND revoked_at IS NULL",
    );
    expect(rows).toEqual([{ count: 0 }]);
  });
});

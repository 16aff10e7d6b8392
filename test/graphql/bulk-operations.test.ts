import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBulkRunner } from '../../src/janitor/bulk-runner.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

const cleanup = new AsyncDisposableStack();
let api: TestApi;
let readOnlyKey: string;
let otherTenantKey: string;
beforeAll(async () => {
  api = cleanup.use(await openTestApi());
  cleanup.use(openBulkRunner(api.services));
  readOnlyKey = await api.createKey('DELIVERIES_READ');
  otherTenantKey = await api.createOtherTenant();
});
afterAll(() => cleanup.disposeAsync());

const unknownId = 'blk_01h455vb4pex5vsknk084sn02q';
const onError = '... on Error { code message } ... on BadUserInputError { argument }';
const fields = 'id kind status filter total done failed skipped createdAt finishedAt';
const retry = `mutation ($filter: DeliveryFilter!) {
  result: retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ${fields} } ${onError} } }`;
const replay = retry.replace('retryDeliveries', 'replayDeliveries');
const cancel = `mutation ($id: ID!) {
  result: cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ${fields} } ${onError} } }`;
const updated = `subscription ($id: ID!) { bulkOperationUpdated(id: $id) { ${fields} } }`;

interface PublishedEvent {
  readonly deliveries: { readonly nodes: readonly { readonly id: string }[] };
}

/** Creates deliveries to a new endpoint that is paused. */
async function createDeliveries(count: number): Promise<{ endpointId: string; ids: string[] }> {
  const { createEndpoint } = await api.ask(`mutation { createEndpoint(input: {
    name: "Shop", url: "https://shop.test/hook", status: PAUSED }) { ... on CreateEndpointSuccess { endpoint { id } } } }`);
  const endpointId = createEndpoint.endpoint.id;
  const inputs = Array.from({ length: count }, () => ({ type: 'a.b', payload: 1, endpointIds: [endpointId] }));
  const { publishEvents } = await api.ask(
    `mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) {
      ... on PublishEventsSuccess { events { deliveries { nodes { id } } } } } }`,
    { inputs },
  );
  return { endpointId, ids: publishEvents.events.map((event: PublishedEvent) => event.deliveries.nodes[0]?.id) };
}

/** Subscribes to a bulk operation. @returns all states of the operation that the subscription reports. */
async function follow(id: string) {
  await using socket = api.connect();
  await socket.ready;
  const subscription = socket.subscribe(updated, { id });
  const states = [];
  for (;;) {
    const { data, errors } = await subscription.next();
    if (errors) throw new Error(JSON.stringify(errors));
    states.push(data.bulkOperationUpdated);
    if (data.bulkOperationUpdated.status !== 'RUNNING') break;
  }
  await subscription.ended;
  return states;
}

test('a bulk replay can be started, followed by subscription until it ends, and read afterwards', async () => {
  const { endpointId, ids } = await createDeliveries(5);
  const filter = { endpointIds: [endpointId], createdAt: { from: '2026-01-01T00:00:00Z' } };
  const { result } = await api.ask(replay, { filter });
  expect(result).toMatchObject({ __typename: 'BulkOperation', kind: 'REPLAY', status: 'RUNNING', finishedAt: null });
  expect(result.filter).toEqual({ endpointIds: [endpointId], createdAt: { from: '2026-01-01T00:00:00.000Z' } });

  const last = (await follow(result.id)).at(-1);
  expect(last).toMatchObject({ id: result.id, status: 'SUCCEEDED', total: 5, done: 5, failed: 0, skipped: 0 });
  expect(last.finishedAt >= last.createdAt).toBe(true);

  const found = await api.ask(
    `query ($id: ID!, $delivery: ID!) {
      bulkOperation(id: $id) { ${fields} errors { nodes { code } pageInfo { hasNextPage } } }
      node(id: $id) { ... on BulkOperation { ${fields} } }
      bulkOperations(first: 1) { nodes { id } }
      delivery(id: $delivery) { replays { status } }
    }`,
    { id: result.id, delivery: ids[0] },
  );
  expect(found.bulkOperation).toEqual({ ...last, errors: { nodes: [], pageInfo: { hasNextPage: false } } });
  expect(found.node).toEqual(last);
  expect(found.bulkOperations.nodes).toEqual([{ id: result.id }]);
  expect(found.delivery.replays).toEqual([{ status: 'PENDING' }]);
});

test('a bulk operation shows the kind of its actor, and the API key only to callers with KEYS_MANAGE', async () => {
  const { ids } = await createDeliveries(1);
  const starter = await api.createKey('DELIVERIES_READ', 'DELIVERIES_MANAGE');
  const { createPortalToken } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) {
      createPortalToken(input: $input) { ... on CreatePortalTokenSuccess { token } } }`,
    {
      input: {
        endpointIds: [(await createDeliveries(0)).endpointId],
        permissions: ['DELIVERIES_READ', 'DELIVERIES_MANAGE'],
      },
    },
  );
  const readStarter = async (id: string, key?: string) => {
    const { bulkOperation } = await api.ask(
      'query ($id: ID!) { bulkOperation(id: $id) { startedBy { kind apiKey { name } } } }',
      { id },
      key,
    );
    return bulkOperation.startedBy;
  };
  const start = async (key?: string) => (await api.ask(retry, { filter: { ids } }, key)).result.id;
  const [byRoot, byKey, byPortal] = [await start(), await start(starter), await start(createPortalToken.token)];
  expect(await readStarter(byRoot)).toEqual({ kind: 'ROOT_KEY', apiKey: null });
  expect(await readStarter(byKey)).toEqual({ kind: 'API_KEY', apiKey: { name: 'test' } });
  expect(await readStarter(byKey, starter)).toEqual({ kind: 'API_KEY', apiKey: null });
  expect(await readStarter(byPortal)).toEqual({ kind: 'PORTAL_TOKEN', apiKey: null });
});

test('each root field of a mutation sees the changes of the root fields before it', async () => {
  const { ids } = await createDeliveries(1);
  const key = await api.createKey('DELIVERIES_READ', 'DELIVERIES_MANAGE', 'KEYS_MANAGE');
  const { viewer } = await api.ask('{ viewer { apiKey { id } } }', {}, key);
  const starter = '... on BulkOperation { startedBy { apiKey { name } } }';
  const answer = await api.ask(
    `mutation ($filter: DeliveryFilter!, $id: ID!) {
      before: replayDeliveries(filter: $filter) { ${starter} }
      renameApiKey(id: $id, name: "Renamed") { ... on ApiKey { name } }
      after: replayDeliveries(filter: $filter) { ${starter} }
    }`,
    { filter: { ids }, id: viewer.apiKey.id },
    key,
  );
  expect(answer).toEqual({
    before: { startedBy: { apiKey: { name: 'test' } } },
    renameApiKey: { name: 'Renamed' },
    after: { startedBy: { apiKey: { name: 'Renamed' } } },
  });
});

test('a bulk operation lists each delivery that it could not process, with the reason', async () => {
  const { endpointId, ids } = await createDeliveries(1);
  await api.ask(`mutation ($id: ID!) { updateEndpoint(id: $id, input: { status: DISABLED }) { __typename } }`, {
    id: endpointId,
  });
  const { result } = await api.ask(replay, { filter: { ids } });
  await follow(result.id);
  const { bulkOperation } = await api.ask(
    'query ($id: ID!) { bulkOperation(id: $id) { failed errors { nodes { code message delivery { id } } } } }',
    { id: result.id },
  );
  expect(bulkOperation).toEqual({
    failed: 1,
    errors: {
      nodes: [{ code: 'INVALID_STATE', message: expect.stringContaining('disabled'), delivery: { id: ids[0] } }],
    },
  });
});

test('a bulk operation that has ended cannot be canceled', async () => {
  const { result } = await api.ask(retry, { filter: { ids: [] } });
  await follow(result.id);
  expect((await api.ask(cancel, { id: result.id })).result).toMatchObject({ code: 'INVALID_STATE' });
});

describe.each([
  ['retryDeliveries', retry],
  ['replayDeliveries', replay],
])('the mutation %s rejects unsuitable filters and keys', (_name, document) => {
  test.each([[{}], [{ isTest: true }], [{ createdAt: {} }], [{ statuses: null, eventTypes: ['a'] }]])(
    'the bulk mutation rejects the filter %j, which is too broad',
    async filter => {
      expect((await api.ask(document, { filter })).result).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'filter',
      });
    },
  );

  test('the bulk mutation rejects a malformed filter with an error that names the malformed part', async () => {
    const { result } = await api.ask(document, { filter: { ids: ['dlv_x'] } });
    expect(result).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.ids.0' });
  });

  test('the bulk mutation rejects an API key with read permissions only', async () => {
    const { data, errors } = await api.send(document, { filter: { statuses: ['FAILED'] } }, readOnlyKey);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'DELIVERIES_MANAGE' });
  });
});

describe('a bulk operation of another tenant', () => {
  test('cannot be read, canceled or subscribed to', async () => {
    const { result } = await api.ask(retry, { filter: { ids: [] } }, otherTenantKey);
    for (const id of [result.id, unknownId]) {
      const found = await api.ask(
        'query ($id: ID!) { bulkOperation(id: $id) { id } node(id: $id) { id } bulkOperations { nodes { id } } }',
        { id },
      );
      expect(found).toMatchObject({ bulkOperation: null, node: null });
      expect(found.bulkOperations.nodes).not.toContainEqual({ id });
      expect((await api.ask(cancel, { id })).result).toMatchObject({ code: 'NOT_FOUND' });
      await using socket = api.connect();
      await socket.ready;
      const { errors } = await socket.subscribe(updated, { id }).next();
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

test('bulkOperation and cancelBulkOperation reject a malformed id or an id of another type, and name the argument', async () => {
  for (const id of ['nonsense', 'dlv_01h455vb4pex5vsknk084sn02q']) {
    const wrong = { code: 'BAD_USER_INPUT', argument: 'id' };
    expect((await api.ask(cancel, { id })).result).toMatchObject(wrong);
    const { errors } = await api.send('query ($id: ID!) { bulkOperation(id: $id) { id } }', { id });
    expect(errors?.[0]?.extensions).toMatchObject(wrong);
    await using socket = api.connect();
    await socket.ready;
    expect((await socket.subscribe(updated, { id }).next()).errors?.[0]?.extensions).toMatchObject(wrong);
  }
});

test('reading bulk operations needs DELIVERIES_READ, and canceling one needs DELIVERIES_MANAGE', async () => {
  const publisher = await api.createKey('EVENTS_PUBLISH');
  const forbidden = { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' };
  for (const query of [
    `{ bulkOperation(id: "${unknownId}") { id } }`,
    '{ bulkOperations { nodes { id } } }',
    `{ node(id: "${unknownId}") { id } }`,
  ]) {
    expect((await api.send(query, {}, publisher)).errors?.[0]?.extensions).toMatchObject(forbidden);
  }
  await using socket = api.connect(publisher);
  await socket.ready;
  const { errors } = await socket.subscribe(updated, { id: unknownId }).next();
  expect(errors?.[0]?.extensions).toMatchObject(forbidden);
  const canceling = await api.send(cancel, { id: unknownId }, readOnlyKey);
  expect(canceling.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'DELIVERIES_MANAGE' });
});

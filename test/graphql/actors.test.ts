import { isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
let endpointId: string;

beforeAll(async () => {
  api = await openTestApi();
  const { createEndpoint } = await api.ask(
    `mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/hook", eventTypes: ["order.paid"], timeoutMs: 5000 }) {
       ... on CreateEndpointSuccess { endpoint { id } } } }`,
  );
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const retry = `mutation ($filter: DeliveryFilter!) {
  retryDeliveries(filter: $filter) { ... on BulkOperation { ${startedBy()} } ... on Error { message } } }`;

test('a bulk operation names the root key, the API key or the portal token that started it', async () => {
  const key = await api.createKey('DELIVERIES_READ', 'DELIVERIES_MANAGE', 'KEYS_MANAGE');
  const { createPortalToken } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) {
       createPortalToken(input: $input) { ... on CreatePortalTokenSuccess { token portalToken { id } } } }`,
    { input: { endpointIds: [endpointId], permissions: ['DELIVERIES_READ', 'DELIVERIES_MANAGE'] } },
    key,
  );
  const filter = { endpointIds: [endpointId] };
  const rootKeyActor = { __typename: 'RootKeyActor', kind: 'ROOT_KEY' };
  expect((await api.ask(retry, { filter })).retryDeliveries.actor).toEqual(rootKeyActor);
  expect((await api.ask(retry, { filter }, key)).retryDeliveries.actor).toEqual({
    __typename: 'ApiKeyActor',
    kind: 'API_KEY',
    apiKey: { name: 'test' },
  });
  // A portal token cannot read keys.
  expect((await api.ask(retry, { filter }, createPortalToken.token)).retryDeliveries.actor).toEqual({
    __typename: 'PortalTokenActor',
    kind: 'PORTAL_TOKEN',
    portalToken: null,
    apiKey: null,
  });
  const { bulkOperations, auditLog } = await api.ask(
    `{ bulkOperations(first: 1) { nodes { ${startedBy()} } } auditLog(first: 1) { nodes { ${startedBy()} } } }`,
    {},
    key,
  );
  const portalTokenActor = {
    __typename: 'PortalTokenActor',
    kind: 'PORTAL_TOKEN',
    portalToken: { id: createPortalToken.portalToken.id },
    apiKey: { name: 'test' },
  };
  expect(bulkOperations.nodes).toEqual([{ actor: portalTokenActor }]);
  expect(auditLog.nodes).toEqual([{ actor: portalTokenActor }]);
});

test('an audit entry lists each change as the name of a field with its new value as text', async () => {
  const { auditLog } = await api.ask(
    '{ auditLog(actions: [ENDPOINT_CREATED]) { nodes { changedFields { field value } changes } } }',
  );
  const [{ changedFields, changes }] = auditLog.nodes;
  expect(changedFields).toEqual(
    expect.arrayContaining([
      { field: 'name', value: 'Shop' },
      { field: 'url', value: 'https://shop.test/hook' },
      { field: 'eventTypes', value: '["order.paid"]' },
      { field: 'timeoutMs', value: '5000' },
    ]),
  );
  expect(changedFields.map(({ field }: { field: string }) => field)).toEqual(Object.keys(changes));
});

test('a bulk operation returns its filter as typed fields', async () => {
  const filter = {
    endpointIds: [endpointId],
    eventTypes: ['order.*'],
    statuses: ['FAILED', 'RETRYING'],
    failureReasons: ['GONE'],
    responseStatuses: [{ from: 500, to: 599 }],
    errorCodes: ['HTTP_STATUS'],
    createdAt: { from: '2026-11-21T00:00:00.000Z', to: null },
    search: 'shop',
    latencyMs: { from: 1000, to: null },
    isTest: false,
  };
  const { retryDeliveries } = await api.ask(
    `mutation ($filter: DeliveryFilter!) { retryDeliveries(filter: $filter) { ... on BulkOperation {
       filter deliveryFilter { ids endpointIds eventIds eventTypes statuses failureReasons responseStatuses { from to }
         errorCodes createdAt { from to } search isTest bulkOperationIds latencyMs { from to } } } } }`,
    { filter },
  );
  expect(retryDeliveries.filter).toEqual(filter);
  expect(retryDeliveries.deliveryFilter).toEqual({ ids: null, eventIds: null, bulkOperationIds: null, ...filter });
});

test('the filter of a bulk operation has every field of the input DeliveryFilter', () => {
  const fieldsOf = (name: string) => {
    const type = schema.getType(name);
    return isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()).sort() : [];
  };
  expect(fieldsOf('BulkOperationFilter')).toEqual(fieldsOf('DeliveryFilter'));
  expect(fieldsOf('DeliveryFilter').length).toBeGreaterThan(10);
});

function startedBy(): string {
  return `actor { __typename
    ... on RootKeyActor { kind }
    ... on ApiKeyActor { kind apiKey { name } }
    ... on PortalTokenActor { kind portalToken { id } apiKey { name } } }`;
}

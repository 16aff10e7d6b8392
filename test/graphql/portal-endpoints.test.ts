import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const manage = ['ENDPOINTS_READ', 'ENDPOINTS_MANAGE', 'DELIVERIES_READ'];

async function createToken(input: object) {
  const { result } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) { result: createPortalToken(input: $input) {
      ... on CreatePortalTokenSuccess { token portalToken { id endpointIds maxEndpoints } }
      ... on Error { code message } ... on BadUserInputError { argument } } }`,
    { input: { endpointIds: [], permissions: manage, ...input } },
  );
  return result;
}

/** Creates an endpoint with `key`, the root key by default. */
async function createEndpoint(input: object = {}, key?: string) {
  const { data, errors } = await api.send(
    `mutation ($input: CreateEndpointInput!) { result: createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id eventTypes } } ... on Error { code message }
      ... on BadUserInputError { argument } ... on QuotaExceededError { limit } } }`,
    { input: { name: 'Shop', url: 'https://shop.test/hook', ...input } },
    key,
  );
  return errors ? { code: errors[0]?.extensions.code } : (data.result.endpoint ?? data.result);
}

const listed = async (key: string) =>
  (await api.ask('{ endpoints { nodes { id } } viewer { endpointIds maxEndpoints } }', {}, key)) as {
    endpoints: { nodes: { id: string }[] };
    viewer: { endpointIds: string[]; maxEndpoints: number | null };
  };

describe('a portal token with maxEndpoints', () => {
  test('creates endpoints up to the limit, can read each one immediately, and can read no others', async () => {
    const other = await createEndpoint();
    const { token, portalToken } = await createToken({ maxEndpoints: 2, eventTypes: ['order.*'] });
    expect(portalToken).toMatchObject({ endpointIds: [], maxEndpoints: 2 });
    const first = await createEndpoint({ eventTypes: ['order.paid'] }, token);
    expect((await listed(token)).viewer).toEqual({ endpointIds: [first.id], maxEndpoints: 2 });
    const second = await createEndpoint({ eventTypes: ['order.*'] }, token);
    expect((await listed(token)).endpoints.nodes.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    expect(await createEndpoint({ eventTypes: ['order.paid'] }, token)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      limit: 2,
    });
    expect(await api.ask('query ($id: ID!) { endpoint(id: $id) { id } }', { id: other.id }, token)).toEqual({
      endpoint: null,
    });
  });

  test('counts the endpoints that it was created with, but not deleted ones', async () => {
    const given = await createEndpoint({ eventTypes: ['a.b'] });
    const { token } = await createToken({ endpointIds: [given.id], maxEndpoints: 1 });
    expect(await createEndpoint({ eventTypes: ['a.b'] }, token)).toMatchObject({ code: 'QUOTA_EXCEEDED', limit: 1 });
    await api.ask('mutation ($id: ID!) { deleteEndpoint(id: $id) { __typename } }', { id: given.id });
    const replacement = await createToken({ endpointIds: [given.id], maxEndpoints: 1, eventTypes: ['a.b'] });
    expect(await createEndpoint({ eventTypes: ['a.b'] }, replacement.token)).toHaveProperty('id');
  });

  test('keeps its limit when many requests create endpoints at the same time', async () => {
    const { token } = await createToken({ maxEndpoints: 3, eventTypes: ['order.*'] });
    const results = await Promise.all(
      Array.from({ length: 8 }, () => createEndpoint({ eventTypes: ['order.paid'] }, token)),
    );
    expect(results.filter(({ id }) => id)).toHaveLength(3);
    expect(results.filter(({ code }) => code === 'QUOTA_EXCEEDED')).toHaveLength(5);
    expect((await listed(token)).viewer.endpointIds).toHaveLength(3);
  });

  test.each([
    ['no event types, which would receive every event', [], 'input.eventTypes'],
    ['an event type that it was not given', ['order.paid', 'user.created'], 'input.eventTypes.1'],
    ['a wider prefix', ['order.*', 'ord.*'], 'input.eventTypes.1'],
    ['operational events', ['livehook.endpoint.failing'], 'input.eventTypes.0'],
  ])('cannot create an endpoint that subscribes to %s', async (_name, eventTypes, argument) => {
    const { token } = await createToken({ maxEndpoints: 5, eventTypes: ['order.*'] });
    expect(await createEndpoint({ eventTypes }, token)).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });

  test('can subscribe an endpoint to event types that another of its endpoints receives', async () => {
    const given = await createEndpoint({ eventTypes: ['user.*'] });
    const { token } = await createToken({ endpointIds: [given.id], maxEndpoints: 5 });
    expect(await createEndpoint({ eventTypes: ['user.created'] }, token)).toMatchObject({
      eventTypes: ['user.created'],
    });
    const operator = await createEndpoint({ eventTypes: ['livehook.*'] });
    const { token: narrow } = await createToken({ endpointIds: [operator.id], maxEndpoints: 5 });
    expect(await createEndpoint({ eventTypes: ['livehook.*'] }, narrow)).toMatchObject({ code: 'BAD_USER_INPUT' });
    const all = await createEndpoint();
    const { token: wide } = await createToken({ endpointIds: [all.id], maxEndpoints: 5 });
    expect(await createEndpoint({}, wide)).toMatchObject({ eventTypes: [] });
    expect(await createEndpoint({ eventTypes: ['livehook.*'] }, wide)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('is named in the audit log as the creator of its endpoints', async () => {
    const { token, portalToken } = await createToken({ maxEndpoints: 1, eventTypes: ['order.*'] });
    const { id } = await createEndpoint({ eventTypes: ['order.paid'] }, token);
    const { auditLog } = await api.ask('query ($id: ID) { auditLog(targetId: $id) { nodes { action targetIds } } }', {
      id: portalToken.id,
    });
    expect(auditLog.nodes).toEqual([
      { action: 'ENDPOINT_CREATED', targetIds: [id, portalToken.id] },
      { action: 'PORTAL_TOKEN_CREATED', targetIds: [portalToken.id] },
    ]);
  });

  test('cannot delete the endpoint that it created', async () => {
    const { token } = await createToken({ maxEndpoints: 1, eventTypes: ['order.*'] });
    const { id } = await createEndpoint({ eventTypes: ['order.paid'] }, token);
    const { errors } = await api.send('mutation ($id: ID!) { deleteEndpoint(id: $id) { __typename } }', { id }, token);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

test('a portal token without maxEndpoints cannot create endpoints', async () => {
  const { id } = await createEndpoint();
  const { token } = await createToken({ endpointIds: [id] });
  expect(await createEndpoint({ eventTypes: ['a.b'] }, token)).toMatchObject({ code: 'FORBIDDEN' });
  expect((await listed(token)).viewer.maxEndpoints).toBeNull();
});

test.each([
  ['maxEndpoints 0', { maxEndpoints: 0 }, 'input.maxEndpoints'],
  ['maxEndpoints 1,001', { maxEndpoints: 1001 }, 'input.maxEndpoints'],
  [
    'maxEndpoints without the permission ENDPOINTS_MANAGE',
    { maxEndpoints: 1, permissions: ['ENDPOINTS_READ'] },
    'input.maxEndpoints',
  ],
  ['an input without maxEndpoints and endpointIds', {}, 'input.endpointIds'],
])('createPortalToken rejects %s with an error that names the argument', async (_name, input, argument) => {
  expect(await createToken(input)).toMatchObject({ code: 'BAD_USER_INPUT', argument });
});

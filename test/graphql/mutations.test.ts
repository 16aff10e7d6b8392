import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
let readOnlyKey: string;
let otherTenantKey: string;
const url = 'https://shop.test/hook';

beforeAll(async () => {
  api = await openTestApi();
  readOnlyKey = await api.createKey('DELIVERIES_READ', 'ENDPOINTS_READ');
  otherTenantKey = await api.createOtherTenant();
});
afterAll(() => api[Symbol.asyncDispose]());

async function createEndpoint(input: object = {}): Promise<string> {
  const { createEndpoint } = await api.ask(
    `mutation ($input: CreateEndpointInput!) {
      createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } }
    }`,
    { input: { name: 'Shop', url, ...input } },
  );
  return createEndpoint.endpoint.id;
}

/** Creates a PENDING delivery. */
async function createDelivery(): Promise<{ id: string; endpointId: string }> {
  const endpointId = await createEndpoint();
  const { publishEvent } = await api.ask(
    `mutation ($input: PublishEventInput!) {
      publishEvent(input: $input) { ... on Event { deliveries { nodes { id } } } ... on Error { message } }
    }`,
    { input: { type: 'payment.completed', payload: {}, endpointIds: [endpointId] } },
  );
  return { id: publishEvent.deliveries.nodes[0].id, endpointId };
}

async function cancel(id: string): Promise<void> {
  await api.ask('mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', { id });
}

const onError = '... on Error { code message } ... on BadUserInputError { argument }';

/** Each mutation that accepts an id or an input of a tenant, with valid variables and the permission that it needs. */
const mutations: Record<
  string,
  { permission: string; document: string; variables: () => Promise<Record<string, unknown>>; success: string }
> = {
  publishEvent: {
    permission: 'EVENTS_PUBLISH',
    success: 'Event',
    document: `mutation ($endpointId: ID!) { result: publishEvent(input: {
      type: "payment.completed", payload: { a: 1 }, endpointIds: [$endpointId] }) { __typename ${onError} } }`,
    variables: async () => ({ endpointId: await createEndpoint() }),
  },
  publishEvents: {
    permission: 'EVENTS_PUBLISH',
    success: 'PublishEventsSuccess',
    document: `mutation ($endpointId: ID!) { result: publishEvents(inputs: [{
      type: "payment.completed", payloadText: "1.0", endpointIds: [$endpointId] }]) { __typename ${onError} } }`,
    variables: async () => ({ endpointId: await createEndpoint() }),
  },
  updateEndpoint: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'Endpoint',
    document: `mutation ($id: ID!) { result: updateEndpoint(id: $id, input: { name: "b" }) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  deleteEndpoint: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'Endpoint',
    document: `mutation ($id: ID!) { result: deleteEndpoint(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  rotateEndpointSecret: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'RotateEndpointSecretSuccess',
    document: `mutation ($id: ID!) { result: rotateEndpointSecret(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  expirePreviousSecrets: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'Endpoint',
    document: `mutation ($id: ID!) { result: expirePreviousSecrets(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  revealEndpointSecret: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'RevealEndpointSecretSuccess',
    document: `mutation ($id: ID!) { result: revealEndpointSecret(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  sendTestEvent: {
    permission: 'ENDPOINTS_MANAGE',
    success: 'Delivery',
    document: `mutation ($id: ID!) { result: sendTestEvent(endpointId: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: await createEndpoint() }),
  },
  retryDelivery: {
    permission: 'DELIVERIES_MANAGE',
    success: 'Delivery',
    document: `mutation ($id: ID!) { result: retryDelivery(id: $id) { __typename ${onError} } }`,
    variables: async () => {
      const { id } = await createDelivery();
      await cancel(id);
      return { id };
    },
  },
  replayDelivery: {
    permission: 'DELIVERIES_MANAGE',
    success: 'Delivery',
    document: `mutation ($id: ID!) { result: replayDelivery(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: (await createDelivery()).id }),
  },
  cancelDelivery: {
    permission: 'DELIVERIES_MANAGE',
    success: 'Delivery',
    document: `mutation ($id: ID!) { result: cancelDelivery(id: $id) { __typename ${onError} } }`,
    variables: async () => ({ id: (await createDelivery()).id }),
  },
  revokeApiKey: {
    permission: 'KEYS_MANAGE',
    success: 'ApiKey',
    document: `mutation ($id: ID!) { result: revokeApiKey(id: $id) { __typename ${onError} } }`,
    variables: async () => {
      await api.createKey();
      const { apiKeys } = await api.ask('{ apiKeys { id } }');
      return { id: apiKeys[0].id };
    },
  },
};

describe.each(Object.entries(mutations))('the mutation %s', (_name, { permission, document, variables, success }) => {
  test('the mutation returns its success type for valid input', async () => {
    expect((await api.ask(document, await variables())).result.__typename).toBe(success);
  });

  test('the mutation rejects a read-only key', async () => {
    const { data, errors } = await api.send(document, await variables(), readOnlyKey);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission });
  });

  test('the mutation returns NOT_FOUND for an object of another tenant', async () => {
    const { result } = await api.ask(document, await variables(), otherTenantKey);
    expect(result).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the mutation rejects a malformed id and an id of another type with an error that names the argument', async () => {
    const [name] = Object.keys(await variables()) as [string];
    for (const id of ['nonsense', 'tnt_01h455vb4pex5vsknk084sn02q']) {
      const { result } = await api.ask(document, { [name]: id });
      expect(result).toMatchObject({ code: 'BAD_USER_INPUT', argument: expect.stringMatching(/[iI]d/) });
    }
  });
});

describe('publishing an event', () => {
  const document = `mutation ($input: PublishEventInput!) { publishEvent(input: $input) {
    __typename ... on Event { id payload payloadText payloadPreview } ... on Error { code }
    ... on BadUserInputError { argument } ... on PayloadTooLargeError { argument } } }`;

  test.each([
    ['input.type', 'BAD_USER_INPUT', { type: '', payload: {} }],
    ['input.payload', 'BAD_USER_INPUT', { type: 'a.b' }],
    ['input.payloadText', 'BAD_USER_INPUT', { type: 'a.b', payload: 1, payloadText: '1' }],
    ['input.payloadText', 'BAD_USER_INPUT', { type: 'a.b', payloadText: '{' }],
    ['input.payload', 'PAYLOAD_TOO_LARGE', { type: 'a.b', payload: 'x'.repeat(300_000) }],
    ['input.idempotencyKey', 'BAD_USER_INPUT', { type: 'a.b', payload: 1, idempotencyKey: '' }],
    ['input.endpointIds.0', 'BAD_USER_INPUT', { type: 'a.b', payload: 1, endpointIds: ['ep_x'] }],
  ])('fails with an error that names the invalid argument %s (%s)', async (argument, code, input) => {
    expect((await api.ask(document, { input })).publishEvent).toMatchObject({ code, argument });
  });

  test('fails with an error that names the invalid event of a list', async () => {
    const { publishEvents } = await api.ask(
      `mutation { publishEvents(inputs: [{ type: "a", payload: 1 }, { type: "", payload: 1 }]) { ${onError} } }`,
    );
    expect(publishEvents).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'inputs.1.type' });
  });

  test('keeps payloadText byte for byte, and reports a conflict if the same idempotency key is sent with another text', async () => {
    const payloadText = '{ "n": 12345678901234567890.10 }';
    const first = await api.ask(document, { input: { type: 'a.b', payloadText, idempotencyKey: 'k' } });
    expect(first.publishEvent).toMatchObject({ payloadText, payloadPreview: payloadText });
    const again = await api.ask(document, { input: { type: 'a.b', payloadText, idempotencyKey: 'k' } });
    expect(again.publishEvent.id).toBe(first.publishEvent.id);
    const other = await api.ask(document, { input: { type: 'a.c', payloadText, idempotencyKey: 'k' } });
    expect(other.publishEvent).toMatchObject({ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('endpoints that the API manages', () => {
  const document = `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) {
    ... on CreateEndpointSuccess { secret endpoint {
      name url status statusReason eventTypes headers { name value secret } method bodyTemplate timeoutMs
      retryScheduleSeconds maxConcurrency rateLimitPerSecond disableOnGone storeResponseBody deletedAt } }
    ${onError} } }`;

  test('are created with the documented defaults', async () => {
    const { createEndpoint } = await api.ask(document, {
      input: {
        name: 'Shop',
        url,
        headers: [
          { name: 'x-a', value: 'hidden' },
          { name: 'x-b', value: 'b', secret: false },
        ],
      },
    });
    expect(createEndpoint.secret).toMatch(/^whsec_/);
    expect(createEndpoint.endpoint).toEqual({
      name: 'Shop',
      url,
      status: 'ENABLED',
      statusReason: null,
      eventTypes: [],
      headers: [
        { name: 'x-a', value: null, secret: true },
        { name: 'x-b', value: 'b', secret: false },
      ],
      method: 'POST',
      bodyTemplate: null,
      timeoutMs: 10_000,
      retryScheduleSeconds: [5, 300, 1800],
      maxConcurrency: null,
      rateLimitPerSecond: null,
      disableOnGone: true,
      storeResponseBody: true,
      deletedAt: null,
    });
  });

  test.each([
    ['input.url', { url: 'ftp://shop.test' }],
    ['input.url', { url: 'http://10.0.0.1/' }],
    ['input.headers.0.name', { headers: [{ name: 'content-length', value: '1' }] }],
    ['input.timeoutMs', { timeoutMs: 1 }],
    ['input.retryScheduleSeconds.1', { retryScheduleSeconds: [1, -1] }],
    ['input.eventTypes.0', { eventTypes: ['a b'] }],
    ['input.name', { name: ' ' }],
    ['input.secret', { secret: 'whsec_x' }],
  ])('cannot be created with an invalid %s, and the error names the argument', async (argument, input) => {
    const { createEndpoint } = await api.ask(document, { input: { name: 'Shop', url, ...input } });
    expect(createEndpoint).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });

  test('can be created only with ENDPOINTS_MANAGE', async () => {
    const { errors } = await api.send(document, { input: { name: 'Shop', url } }, readOnlyKey);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'ENDPOINTS_MANAGE' });
  });

  test('keep absent fields, reset null fields to their defaults, and replace whole lists in an update', async () => {
    const id = await createEndpoint({ timeoutMs: 500, eventTypes: ['a', 'b.*'], maxConcurrency: 3 });
    const { updateEndpoint } = await api.ask(
      `mutation ($id: ID!) { updateEndpoint(id: $id, input: { timeoutMs: null, eventTypes: ["c"] }) {
        ... on Endpoint { name timeoutMs eventTypes maxConcurrency } ${onError} } }`,
      { id },
    );
    expect(updateEndpoint).toEqual({ name: 'Shop', timeoutMs: 10_000, eventTypes: ['c'], maxConcurrency: 3 });
  });

  test('stay readable by id after deletion, but are in no list', async () => {
    const { id: delivery, endpointId: id } = await createDelivery();
    await api.ask(`mutation ($id: ID!) { deleteEndpoint(id: $id) { ${onError} } }`, { id });
    const read = await api.ask(
      `query ($id: ID!, $delivery: ID!) { endpoint(id: $id) { name deletedAt }
        endpoints(first: 100) { nodes { id } } delivery(id: $delivery) { status failureReason endpoint { name } } }`,
      { id, delivery },
    );
    expect(read.endpoint).toEqual({ name: 'Shop', deletedAt: expect.any(String) });
    expect(read.endpoints.nodes).not.toContainEqual({ id });
    expect(read.delivery).toEqual({ status: 'FAILED', failureReason: 'ENDPOINT_DELETED', endpoint: { name: 'Shop' } });
    const again = await api.ask(`mutation ($id: ID!) { deleteEndpoint(id: $id) { ${onError} } }`, { id });
    expect(again.deleteEndpoint).toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('deliveries that the API manages', () => {
  test('keep their id in a retry, and are linked to the new delivery of a replay', async () => {
    const { id } = await createDelivery();
    await cancel(id);
    const { replayDelivery, retryDelivery } = await api.ask(
      `mutation ($id: ID!) {
        replayDelivery(id: $id) { ... on Delivery { id status replayOf { id status replays { id } } } ${onError} }
        retryDelivery(id: $id) { ... on Delivery { id status version replays { id replayOf { status } } } ${onError} }
      }`,
      { id },
    );
    expect(replayDelivery).toMatchObject({ status: 'PENDING', replayOf: { id, status: 'FAILED' } });
    // The second mutation of the document reads an object again that the first one has loaded and changed.
    expect(retryDelivery).toEqual({
      id,
      status: 'PENDING',
      version: 3,
      replays: [{ id: replayDelivery.id, replayOf: { status: 'PENDING' } }],
    });
  });

  test('cannot be retried while they are PENDING', async () => {
    const { id } = await createDelivery();
    const { retryDelivery } = await api.ask(`mutation ($id: ID!) { retryDelivery(id: $id) { ${onError} } }`, { id });
    expect(retryDelivery).toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('keys, tenants and test events', () => {
  test('an API key can do exactly what its permissions allow', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const { viewer } = await api.ask(
      '{ viewer { tenant { name } apiKey { prefix lastUsedAt } permissions } }',
      {},
      key,
    );
    expect(viewer).toEqual({
      tenant: { name: 'default' },
      apiKey: { prefix: key.slice(0, 10), lastUsedAt: expect.any(String) },
      permissions: ['DELIVERIES_READ'],
    });
    const { errors } = await api.send('{ endpoints { nodes { id } } }', {}, key);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'ENDPOINTS_READ' });
  });

  test('an API key can only be created with permissions that its creator has', async () => {
    const key = await api.createKey('KEYS_MANAGE', 'DELIVERIES_READ');
    const document = `mutation ($permissions: [Permission!]!) {
      createApiKey(input: { name: "n", permissions: $permissions }) { __typename } }`;
    const allowed = await api.ask(document, { permissions: ['DELIVERIES_READ'] }, key);
    expect(allowed.createApiKey.__typename).toBe('CreateApiKeySuccess');
    const { errors } = await api.send(document, { permissions: ['ENDPOINTS_MANAGE'] }, key);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'ENDPOINTS_MANAGE' });
  });

  test('createApiKey rejects an invalid expiry or name with an error that names the argument', async () => {
    const document = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ${onError} } }`;
    const past = { name: 'n', permissions: [], expiresAt: '2020-01-01T00:00:00Z' };
    expect((await api.ask(document, { input: past })).createApiKey).toMatchObject({ argument: 'input.expiresAt' });
    const unnamed = { name: '', permissions: [] };
    expect((await api.ask(document, { input: unnamed })).createApiKey).toMatchObject({ argument: 'input.name' });
  });

  test.each([
    ['a literal null', '', ', payload: null', {}, 'null'],
    ['a variable that is null', ', $payload: JSON', ', payload: $payload', { payload: null }, 'null'],
    ['a variable that is missing', ', $payload: JSON', ', payload: $payload', {}, 'This is a test event'],
    ['no payload', '', '', {}, 'This is a test event'],
  ])(
    'sendTestEvent called with %s creates an event with the documented payload',
    async (_, variable, argument, variables, text) => {
      const document = `mutation ($id: ID!${variable}) { result: sendTestEvent(endpointId: $id${argument}) {
      ... on Delivery { event { payloadText } } } }`;
      const { result } = await api.ask(document, { id: await createEndpoint(), ...variables });
      expect(result.event.payloadText).toContain(text);
      expect(result.event.payloadText === 'null').toBe(text === 'null');
    },
  );

  test('only the root key can create and list tenants', async () => {
    const key = await api.createKey('KEYS_MANAGE');
    for (const document of ['mutation { createTenant(name: "x") { __typename } }', '{ tenants { nodes { id } } }']) {
      const { errors } = await api.send(document, {}, key);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: null });
    }
    const { tenants } = await api.ask('{ tenants { nodes { name } } }');
    expect(tenants.nodes).toContainEqual({ name: 'default' });
  });
});

describe('an error of a mutation', () => {
  const onProblems = '... on BadUserInputError { argument message problems { path message } }';

  test('lists every invalid field of createEndpoint at once, and the mutation creates nothing', async () => {
    const input = {
      name: '',
      url: 'ftp://shop.test',
      secret: 'short',
      timeoutMs: 1,
      eventTypes: ['a.b', '', 'c d'],
      retryScheduleSeconds: [1, -1],
      rateLimitPerSecond: 0,
    };
    const { createEndpoint: result } = await api.ask(
      `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { ${onProblems} } }`,
      { input },
    );
    expect(result.problems.map((problem: { path: string[] }) => problem.path)).toEqual([
      ['input', 'secret'],
      ['input', 'name'],
      ['input', 'url'],
      ['input', 'eventTypes', '1'],
      ['input', 'eventTypes', '2'],
      ['input', 'timeoutMs'],
      ['input', 'retryScheduleSeconds', '1'],
      ['input', 'rateLimitPerSecond'],
    ]);
    const [first] = result.problems;
    expect(result).toMatchObject({ argument: 'input.secret', message: `input.secret: ${first.message}` });
  });

  test('lists the problems of all inputs of publishEvents, at most 100', async () => {
    const inputs = [
      { type: '', payloadText: '{' },
      { type: 'a.b', payload: 1 },
      ...Array.from({ length: 200 }, () => ({ type: ' ', payload: 1 })),
    ];
    const { publishEvents: result } = await api.ask(
      `mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { ${onProblems} } }`,
      { inputs },
    );
    expect(result.problems).toHaveLength(100);
    expect(result.problems.slice(0, 3)).toMatchObject([
      { path: ['inputs', '0', 'type'] },
      { path: ['inputs', '0', 'payloadText'] },
      { path: ['inputs', '2', 'type'] },
    ]);
  });

  test('contains the argument and the id if it is a NotFoundError', async () => {
    const id = 'dlv_01h455vb4pex5vsknk084sn02q';
    const { cancelDelivery: result } = await api.ask(
      'mutation ($id: ID!) { cancelDelivery(id: $id) { ... on NotFoundError { argument id } } }',
      { id },
    );
    expect(result).toEqual({ argument: 'id', id });
    const endpointId = 'ep_01h455vb4pex5vsknk084sn02q';
    const { publishEvent } = await api.ask(
      `mutation ($ids: [ID!]!) {
        publishEvent(input: { type: "a.b", payload: 1, endpointIds: $ids }) { ... on NotFoundError { argument id } }
      }`,
      { ids: [endpointId] },
    );
    expect(publishEvent).toEqual({ argument: 'input.endpointIds', id: endpointId });
  });

  test('contains the current state if it is an InvalidStateError', async () => {
    const { id, endpointId } = await createDelivery();
    await cancel(id);
    const { cancelDelivery: canceled } = await api.ask(
      'mutation ($id: ID!) { cancelDelivery(id: $id) { ... on InvalidStateError { state } } }',
      { id },
    );
    expect(canceled).toEqual({ state: 'FAILED' });
    await api.ask('mutation ($id: ID!) { deleteEndpoint(id: $id) { __typename } }', { id: endpointId });
    const { updateEndpoint: updated } = await api.ask(
      'mutation ($id: ID!) { updateEndpoint(id: $id, input: { name: "x" }) { ... on InvalidStateError { state } } }',
      { id: endpointId },
    );
    expect(updated).toEqual({ state: 'DELETED' });
  });

  test('contains the first event, for callers that may read events, if it is an IdempotencyConflictError', async () => {
    const document = `mutation ($payload: JSON!) {
      publishEvent(input: { type: "a.b", payload: $payload, idempotencyKey: "conflict" }) {
        ... on Event { id } ... on IdempotencyConflictError { event { id payloadText } }
      }
    }`;
    const { publishEvent: first } = await api.ask(document, { payload: 1 });
    const { publishEvent: second } = await api.ask(document, { payload: 2 });
    expect(second).toEqual({ event: { id: first.id, payloadText: '1' } });
    const key = await api.createKey('EVENTS_PUBLISH');
    const { publishEvent: third } = await api.ask(document, { payload: 2 }, key);
    expect(third).toEqual({ event: null });
  });
});

test('the error for a filter with two malformed ids lists both in its extensions', async () => {
  const { errors } = await api.send('{ deliveries(filter: { ids: ["x", "y"] }) { nodes { id } } }');
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    argument: 'filter.ids.0',
    problems: [{ path: ['filter', 'ids', '0'] }, { path: ['filter', 'ids', '1'] }],
  });
});

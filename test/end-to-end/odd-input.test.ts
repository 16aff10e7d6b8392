import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../fixtures/client.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

/** Tests how Livehook accepts and delivers unusual input of clients. */
const cleanup = new AsyncDisposableStack();
let livehook: LivehookProcess;
let receiver: Receiver;

beforeAll(async () => {
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  receiver = cleanup.use(await startReceiver());
  livehook = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString }));
});
afterAll(() => cleanup.disposeAsync());

async function ask(query: string, variables: object = {}, tenantId?: string) {
  const headers: Record<string, string> = tenantId === undefined ? {} : { 'livehook-tenant': tenantId };
  const { status, data, errors } = await post(livehook.url, testRootKey, query, { ...variables }, headers);
  if (errors) throw new Error(JSON.stringify(errors));
  expect(status).toBe(200);
  return data;
}

const createEndpoint = (input: object) =>
  ask(
    `mutation ($input: CreateEndpointInput!) { result: createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id } } ... on Error { code message }
      ... on BadUserInputError { argument } } }`,
    { input: { name: 'Shop', url: receiver.url, ...input } },
  );

const publishEvent = (input: object, tenantId?: string) =>
  ask(
    `mutation ($input: PublishEventInput!) { result: publishEvent(input: $input) {
      ... on Event { id payloadText } ... on Error { code message } ... on BadUserInputError { argument } } }`,
    { input: { type: 'a.b', ...input } },
    tenantId,
  );

describe('a payload that is published as payloadText', () => {
  it.each([
    ['big numbers', '{"a": 12345678901234567890, "b": 1.0, "c": 1E400, "d": -0}'],
    ['duplicate keys', '{"a":1,"a":2}'],
    ['__proto__ keys', '{"__proto__":{"admin":true},"constructor":{"prototype":1}}'],
    ['whitespace and escapes', ' {"a" :\t"\\u00e9\\/é\\ud83d"\r\n} '],
  ])('reaches the receiver byte for byte if it has %s', async (_what, payloadText) => {
    const { result: endpoint } = await createEndpoint({});
    const { result } = await publishEvent({ payloadText, endpointIds: [endpoint.endpoint.id] });
    expect(result.payloadText).toBe(payloadText);
    const find = () => receiver.requests.find(request => request.headers['webhook-id'] === result.id);
    await expect.poll(() => find()?.body.toString()).toBe(payloadText);
  });
});

describe('an idempotency key', () => {
  it('creates one event from 50 publishes in parallel', async () => {
    const input = { payload: { a: 1 }, idempotencyKey: 'parallel' };
    const results = await Promise.all(Array.from({ length: 50 }, () => publishEvent(input)));
    expect(new Set(results.map(({ result }) => result.id)).size).toBe(1);
  });

  it('causes a conflict for other content, and is separate for each tenant', async () => {
    const input = { payload: { a: 1 }, idempotencyKey: 'shared' };
    const { result: first } = await publishEvent(input);
    expect((await publishEvent({ ...input, payload: { a: 2 } })).result.code).toBe('IDEMPOTENCY_CONFLICT');
    const { createTenant } = await ask('mutation { createTenant(name: "another") { ... on Tenant { id } } }');
    const { result: theirs } = await publishEvent({ ...input, payload: { a: 3 } }, createTenant.id);
    expect(theirs.id).toMatch(/^evt_/);
    expect(theirs.id).not.toBe(first.id);
  });
});

describe('input that can never be sent', () => {
  const header = (name: string, value = 'v') => ({
    headers: [
      { name: 'x-a', value: 'v' },
      { name, value },
    ],
  });
  it.each<[string, string, object]>([
    ['a host in another script', 'input.url', { url: 'https://bücher.example/' }],
    ['a full-width host', 'input.url', { url: 'https://ｅｘａｍｐｌｅ.com/' }],
    ['an address in full-width digits', 'input.url', { url: 'http://１６９.254.169.254/' }],
    ['a user and password', 'input.url', { url: 'https://user:pass@example.com/' }],
    ['a fragment', 'input.url', { url: 'https://example.com/#top' }],
    ['a line break in the URL', 'input.url', { url: 'https://example.com/\r\nx: y' }],
    ['a line break in a header value', 'input.headers.1.value', header('x-b', 'a\r\nb: c')],
    ['a line break in a header name', 'input.headers.1.name', header('x-b\r\n')],
    ['a header that Livehook sets', 'input.headers.1.name', header('Webhook-Signature')],
    ['a header of the connection', 'input.headers.1.name', header('Transfer-Encoding')],
    ['a header given twice', 'input.headers.1.name', header('X-A')],
    ['a line break in the name', 'input.name', { name: 'Shop\r\nx' }],
    ['a line break in an event type', 'input.eventTypes.0', { eventTypes: ['a\r\n.b'] }],
  ])('is rejected by createEndpoint with an error that names the field: %s', async (_what, argument, input) => {
    const { result } = await createEndpoint(input);
    expect(result).toEqual({ code: 'BAD_USER_INPUT', argument, message: expect.any(String) });
  });

  it('is rejected by publishEvent with an error that names the field: a line break in the type of an event', async () => {
    const { result } = await publishEvent({ type: 'a.b\r\n', payload: 1 });
    expect(result).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input.type' });
  });
});

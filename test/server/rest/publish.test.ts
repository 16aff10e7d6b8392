import { gzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRequestLimiter } from '../../../src/server/request-limiter.ts';
import { openTestApi, rootKey, type TestApi } from '../../fixtures/api.ts';

const maxRequestBytes = 1_000_000;
const cleanup = new AsyncDisposableStack();
let api: TestApi;
let endpointId: string;

beforeAll(async () => {
  api = cleanup.use(await openTestApi({ maxRequestBytes }));
  const { createEndpoint } = await api.ask(
    'mutation { createEndpoint(input: { name: "a", url: "https://shop.test" }) { ... on CreateEndpointSuccess { endpoint { id } } } }',
  );
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => cleanup.disposeAsync());

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the answer's.
  readonly body: any;
}

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  key: string | null = rootKey,
  url = api.url,
): Promise<Sent> {
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function readEvent(id: string, key = rootKey) {
  const { event } = await api.ask('query ($id: ID!) { event(id: $id) { type payloadText } }', { id }, key);
  return event;
}

const event = (fields: object) => JSON.stringify({ type: 'order.paid', payload: { total: 1 }, ...fields });

describe('POST /v1/events', () => {
  it('publishes one event, with a delivery for each endpoint', async () => {
    const { status, body } = await send(event({}));
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^evt_\w{26}$/),
      type: 'order.paid',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const { deliveries } = await api.ask(
      'query ($ids: [ID!]) { deliveries(filter: { eventIds: $ids }) { nodes { status endpoint { id } } } }',
      { ids: [body.id] },
    );
    expect(deliveries.nodes).toEqual([{ status: 'PENDING', endpoint: { id: endpointId } }]);
  });

  it.each([
    '{ "n": 9007199254740993, "big": 1e400, "s":"\\u00e9" }',
    '[ 1.0, -0, 1E-400 ]',
    'null',
    '""',
    '{"payload":{"type":1}}',
  ])('keeps the payload %s byte for byte', async payload => {
    const { body } = await send(`{"payload": ${payload} ,\n "type":"order.paid"}`);
    expect(await readEvent(body.id)).toEqual({ type: 'order.paid', payloadText: payload });
  });

  it('publishes all events of an array in their order, and none if one is invalid', async () => {
    const events = Array.from({ length: 101 }, (_, index) => ({ type: `order.n${index}`, payload: index }));
    const { status, body } = await send(JSON.stringify(events));
    expect(status).toBe(201);
    expect(body.events.map((each: { type: string }) => each.type)).toEqual(events.map(({ type }) => type));
    const wrong = [{ type: 'only.once', payload: 1 }, { type: 'a b', payload: 1, other: 2 }, 3];
    const refused = await send(JSON.stringify(wrong));
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({ code: 'BAD_USER_INPUT', argument: '1.other' });
    expect(refused.body.error.problems).toEqual([
      { argument: '1.other', message: 'is not a field of an event' },
      { argument: '2', message: expect.stringContaining('must be an event') },
    ]);
    expect((await api.ask('{ events(types: ["only.once"]) { nodes { id } } }')).events.nodes).toEqual([]);
  });

  it('publishes nothing for an empty array, and rejects more than 1,000 events', async () => {
    expect(await send('[]')).toMatchObject({ status: 201, body: { events: [] } });
    const { status, body } = await send(JSON.stringify(Array(1001).fill({ type: 'a', payload: 1 })));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ argument: 'body', message: 'body: must have at most 1000 entries' });
  });

  it('returns the first event for a repeated Idempotency-Key, and 409 for other content', async () => {
    const headers = { 'idempotency-key': 'order-17-paid' };
    const first = await send(event({}), headers);
    expect(await send(event({}), headers)).toMatchObject({ status: 201, body: first.body });
    expect((await send(event({ idempotencyKey: 'order-17-paid' }))).body).toEqual(first.body);
    const conflict = await send(event({ payload: { total: 2 } }), headers);
    expect(conflict.status).toBe(409);
    expect(conflict.body.error).toEqual({
      code: 'IDEMPOTENCY_CONFLICT',
      message: expect.stringMatching(/^The idempotency key was used for another type/),
      eventId: first.body.id,
    });
    const list = JSON.stringify([
      { type: 'order.paid', payload: { total: 1 }, idempotencyKey: 'order-17-paid' },
      { type: 'order.paid', payload: { total: 1 }, idempotencyKey: 'order-18-paid' },
    ]);
    const again = await send(list);
    expect(again.body.events[0]).toEqual(first.body);
    expect((await send(list)).body).toEqual(again.body);
  });

  it('rejects an Idempotency-Key header that is too long, or sent with an array or the field idempotencyKey', async () => {
    const headers = { 'idempotency-key': 'a' };
    for (const [body, sent, argument] of [
      [`[${event({})}]`, headers, 'Idempotency-Key'],
      [event({ idempotencyKey: 'b' }), headers, 'Idempotency-Key'],
      [event({}), { 'idempotency-key': 'a'.repeat(256) }, 'idempotencyKey'],
    ] as const) {
      expect(await send(body, sent)).toMatchObject({ status: 400, body: { error: { argument } } });
    }
  });

  it.each([
    ['{', 'The body is not valid JSON.'],
    ['', 'The body is not valid JSON.'],
    ['{"type":"a","payload":{"n":01}}', 'payload: must be valid JSON'],
    ['{"type":"a","payload":nul}', 'payload: must be valid JSON'],
    ['{"type":"a","payload":}', 'payload: must be valid JSON'],
    ['{"type":"a"}', 'payload: is required'],
    ['{"payload":1}', 'type: is required'],
    ['{"type":1,"payload":1}', 'type: must be a string'],
    ['{"type":"","payload":1}', 'type: must not be empty'],
    ['{"type":"livehook.a","payload":1}', 'type: must not begin with livehook.'],
    ['"a"', 'body: must be an event'],
    ['null', 'body: must be an event'],
    ['{"type":"a","payload":1,"endpointIds":"ep_1"}', 'endpointIds: must be an array of endpoint ids'],
    ['{"type":"a","payload":1,"endpointIds":["x"]}', 'endpointIds.0: must be the id of an endpoint'],
    ['{"type":"a","payload":1,"idempotencyKey":1}', 'idempotencyKey: must be a string'],
    ['{"type":"a","payload":1,"__proto__":1}', '__proto__: is not a field of an event'],
    [`{"type":"a","payload":${'['.repeat(1001)}${']'.repeat(1001)}}`, 'payload: is nested too deeply'],
  ])('rejects the body %.60s', async (text, message) => {
    const { status, body } = await send(text);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) });
  });

  it('rejects a body that is not UTF-8, is too large, is nested too deeply, or has an unknown media type', async () => {
    const notUtf8 = Buffer.concat([Buffer.from('{"type":"a","payload":"'), Buffer.from([0xc3]), Buffer.from('"}')]);
    expect(await send(notUtf8)).toMatchObject({ status: 400, body: { error: { message: /not valid UTF-8/ } } });
    const large = `{"type":"a","payload":"${'x'.repeat(300_000)}"}`;
    expect(await send(large)).toMatchObject({
      status: 413,
      body: { error: { code: 'PAYLOAD_TOO_LARGE', argument: 'payload' } },
    });
    const huge = event({ payload: 'x'.repeat(maxRequestBytes) });
    expect((await send(huge)).status).toBe(413);
    expect((await send(gzipSync(huge), { 'content-encoding': 'gzip' })).status).toBe(413);
    const deep = `{"type":"a","payload":${'['.repeat(400_000)}`;
    expect(await send(deep)).toMatchObject({ status: 400, body: { error: { code: 'QUERY_TOO_COMPLEX' } } });
    expect((await send('type=a', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await send('x', { 'content-encoding': 'zstd' })).status).toBe(415);
    expect((await send(gzipSync(event({})), { 'content-encoding': 'gzip' })).status).toBe(201);
  });

  it('accepts only POST, and answers the preflight request of a browser', async () => {
    const { status, headers } = await fetch(`${api.url}/v1/events`);
    expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    const preflight = await fetch(`${api.url}/v1/events`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.test', 'access-control-request-headers': 'authorization,idempotency-key' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,idempotency-key');
    expect((await fetch(`${api.url}/v1/other`)).status).toBe(404);
  });
});

describe('a request to POST /v1/events', () => {
  it.each([
    ['no key', null, 401, 'UNAUTHORIZED'],
    ['an unknown key', `lhk_${'a'.repeat(43)}`, 401, 'UNAUTHORIZED'],
  ])('is rejected with %s', async (_, key, status, code) => {
    const answer = await send(event({}), {}, key);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('needs a key with EVENTS_PUBLISH, which is checked before the body is read', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    expect(await send('{', {}, key)).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', permission: 'EVENTS_PUBLISH' } },
    });
  });

  it('is rejected if it is sent with a portal token', async () => {
    const { createPortalToken } = await api.ask(
      'mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { ... on CreatePortalTokenSuccess { token } } }',
      { input: { endpointIds: [endpointId], permissions: ['DELIVERIES_READ'] } },
    );
    expect((await send(event({}), {}, createPortalToken.token)).status).toBe(403);
  });

  it('publishes an event only for the tenant of its key', async () => {
    const other = await api.createOtherTenant();
    const { body } = await send(event({ idempotencyKey: 'shared' }), {}, other);
    expect(await readEvent(body.id, other)).not.toBeNull();
    expect(await readEvent(body.id)).toBeNull();
    const own = await send(event({ idempotencyKey: 'shared', payload: 'other' }));
    expect(own.status).toBe(201);
    expect(await send(event({ endpointIds: [endpointId] }), {}, other)).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND', argument: 'endpointIds', id: endpointId } },
    });
    const { viewer } = await api.ask('{ viewer { tenant { id } } }', {}, other);
    const asTenant = { 'livehook-tenant': viewer.tenant.id };
    expect(await send(event({}), asTenant, other)).toMatchObject({ status: 403 });
    expect((await send(event({}), { 'livehook-tenant': 'tnt_1' })).status).toBe(400);
    const chosen = await send(event({}), asTenant);
    expect(await readEvent(chosen.body.id, other)).not.toBeNull();
  });

  it('counts towards the rate limit of its key, and the error contains the time to wait', async () => {
    await using requestLimiter = openRequestLimiter({ requestsPerSecond: 1, redisUrl: null, log: api.services.log });
    await using limited = await openTestApi({ requestLimiter });
    const key = await limited.createKey('EVENTS_PUBLISH');
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) statuses.push((await send(event({}), {}, key, limited.url)).status);
    expect(statuses).toEqual([...Array(10).fill(201), 429]);
    const { headers, body } = await send(event({}), {}, key, limited.url);
    expect(body.error.code).toBe('RATE_LIMITED');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the OpenAPI document', () => {
  async function readDocument(url = api.url) {
    const response = await fetch(`${url}/v1/openapi.json`);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    // biome-ignore lint/suspicious/noExplicitAny: the shape is what is checked.
    return (await response.json()) as any;
  }

  it('is valid OpenAPI 3.1, and is served without a key', async () => {
    const validator = new Validator();
    expect(await validator.validate(await readDocument())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('describes the requests that are accepted, and every response', async () => {
    const { components, paths } = await readDocument();
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
    ajv.addSchema({ $id: 'doc', components });
    const conform = (name: string, value: unknown) => {
      const validate = ajv.getSchema(`doc#/components/schemas/${name}`);
      expect(validate?.(value), JSON.stringify(validate?.errors)).toBe(true);
    };
    const { responses } = paths['/v1/events'].post;
    const accepted = { type: 'order.paid', payload: 1, idempotencyKey: null, endpointIds: [endpointId] };
    conform('Event', accepted);
    const one = await send(JSON.stringify(accepted));
    conform('PublishedEvent', one.body);
    conform('PublishedEvents', (await send(JSON.stringify([accepted]))).body);
    for (const refused of [await send('{'), await send(event({}), {}, null), await send(event({ other: 1 }))]) {
      conform('ErrorAnswer', refused.body);
      expect(responses).toHaveProperty(String(refused.status));
    }
  });

  it('contains the path under which a proxy serves the API', async () => {
    await using behindProxy = await openTestApi({ publicPath: '/hooks/' });
    expect((await readDocument(`${behindProxy.url}/hooks`)).servers).toEqual([{ url: '/hooks' }]);
  });
});

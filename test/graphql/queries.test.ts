import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId, newUuid } from '../../src/ids.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { countStatements } from '../fixtures/count-statements.ts';
import { aDelivery, anEndpoint, defaultTenantId, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

let api: TestApi;
let otherTenantKey: string;
const endpoint = anEndpoint({ name: 'Shop', url: 'https://shop.test/hook' });
const payloadText = JSON.stringify({ text: 'ä'.repeat(200) });
let eventId: string;
let deliveries: readonly { id: string; eventId: string }[];

const ids = {
  endpoint: formatId('ep', endpoint.id),
  unknownDelivery: 'dlv_01h455vb4pex5vsknk084sn02q',
  unknownEndpoint: 'ep_01h455vb4pex5vsknk084sn02q',
  unknownEvent: 'evt_01h455vb4pex5vsknk084sn02q',
  unknownKey: 'key_01h455vb4pex5vsknk084sn02q',
};

beforeAll(async () => {
  api = await openTestApi();
  otherTenantKey = await api.createOtherTenant();
  const { publishEvent } = await api.ask(
    'mutation ($input: PublishEventInput!) { publishEvent(input: $input) { ... on Event { id } } }',
    { input: { type: 'payment.completed', payloadText } },
  );
  eventId = publishEvent.id;
  await seedEndpoints(api.services.pool, [endpoint]);
  deliveries = Array.from({ length: 25 }, () => aDelivery({ endpointId: endpoint.id, status: 'FAILED' }));
  await seedDeliveries(api.services.pool, deliveries as never);
  for (const { id, eventId: event } of deliveries) await seedAttempt(id, event);
});
afterAll(() => api[Symbol.asyncDispose]());

/** Inserts a failed attempt whose response body is in Latin-1 and longer than an excerpt. */
async function seedAttempt(deliveryId: string, event: string): Promise<void> {
  await api.services.pool.query(
    `INSERT INTO attempt (delivery_id, number, started_at, duration_ms, queue_ms, trigger, error_code, error_message,
       request_method, request_url, request_headers, response_status, response_headers, response_body, response_truncated)
     VALUES ($1, 1, now(), 12, 3, 'SCHEDULE', 'HTTP_STATUS', 'The endpoint answered 500.', 'POST', 'https://shop.test/hook',
       '[["webhook-id", "evt_1"], ["authorization", null]]', 500, '[["Content-Type", "text/plain; charset=\\"iso-8859-1\\""]]',
       $2, false)`,
    [deliveryId, Buffer.from('é'.repeat(600), 'latin1')],
  );
  await api.services.pool.query(
    `INSERT INTO event (id, tenant_id, type, payload, is_test) VALUES ($1, $2, 'payment.completed', '{"a":1}', false)`,
    [event, defaultTenantId],
  );
}

describe('a query for one object', () => {
  test.each(['delivery', 'endpoint', 'event', 'node'])(
    'fails with an error that names the argument if the id is malformed: %s',
    async field => {
      // `node` gets an id with an unknown prefix, the other fields an id of another type.
      const foreign = field === 'node' ? 'xyz_01h455vb4pex5vsknk084sn02q' : 'aud_01h455vb4pex5vsknk084sn02q';
      for (const id of ['nonsense', foreign, 'DLV_01H455VB4PEX5VSKNK084SN02Q', '']) {
        const { data, errors } = await api.send(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
        expect(data?.[field] ?? null).toBeNull();
        expect(errors).toMatchObject([{ path: [field], extensions: { code: 'BAD_USER_INPUT', argument: 'id' } }]);
      }
    },
  );

  test('returns null for an unknown id and for an object of another tenant', async () => {
    const document = `query ($d: ID!, $e: ID!, $v: ID!) {
      delivery(id: $d) { id } endpoint(id: $e) { id } event(id: $v) { id }
      a: node(id: $d) { id } b: node(id: $e) { id } c: node(id: $v) { id }
    }`;
    const none = { delivery: null, endpoint: null, event: null, a: null, b: null, c: null };
    const unknown = { d: ids.unknownDelivery, e: ids.unknownEndpoint, v: ids.unknownEvent };
    expect(await api.ask(document, unknown)).toEqual(none);
    const known = { d: formatId('dlv', (deliveries[0] as { id: string }).id), e: ids.endpoint, v: eventId };
    expect(await api.ask(document, known, otherTenantKey)).toEqual(none);
    expect(Object.values(await api.ask(document, known))).not.toContain(null);
  });

  test('returns every type of object by its id through node', async () => {
    const { viewer, apiKeys } = await api.ask('{ viewer { tenant { id } } apiKeys { id } }', {}, otherTenantKey);
    for (const [id, type] of [
      [viewer.tenant.id, 'Tenant'],
      [apiKeys[0].id, 'ApiKey'],
    ]) {
      const { node } = await api.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id }, otherTenantKey);
      expect(node).toEqual({ __typename: type, id });
    }
    const own = await api.ask('{ viewer { tenant { id } } }');
    const read = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await api.ask(read, { id: own.viewer.tenant.id }, otherTenantKey)).node).toBeNull();
    expect((await api.ask(read, { id: ids.unknownKey })).node).toBeNull();
  });

  test('needs the permission of the object type if it is read through node', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const { errors } = await api.send('query ($id: ID!) { node(id: $id) { id } }', { id: ids.endpoint }, key);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'ENDPOINTS_READ' } }]);
  });

  test('returns the URL of an endpoint to a key with DELIVERIES_READ, but not its other settings', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const id = formatId('dlv', (deliveries[0] as { id: string }).id);
    const { delivery } = await api.ask('query ($id: ID!) { delivery(id: $id) { endpoint { name url } } }', { id }, key);
    expect(delivery.endpoint).toEqual({ name: 'Shop', url: 'https://shop.test/hook' });
    const headers = 'query ($id: ID!) { delivery(id: $id) { endpoint { headers { name } } } }';
    expect((await api.send(headers, { id }, key)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'ENDPOINTS_READ' } },
    ]);
  });

  test('returns the payload of an event as JSON, as text and as a preview', async () => {
    const { event } = await api.ask(
      'query ($id: ID!) { event(id: $id) { payload payloadText payloadPreview createdAt isTest deliveries { nodes { id } } } }',
      { id: eventId },
    );
    expect(event).toMatchObject({ payload: JSON.parse(payloadText), payloadText, isTest: false });
    expect(event.payloadPreview).toBe([...payloadText].slice(0, 120).join(''));
    expect(event.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('returns an attempt as it was stored, with the response body decoded by its charset', async () => {
    const { delivery } = await api.ask(
      `query ($id: ID!) { delivery(id: $id) {
        error { code message } deliveredAt failedAt event { payload }
        lastAttempt { number } attempts {
          number trigger durationMs timings { queueMs dnsMs } responseExcerpt error { code }
          request { method url headers { name value } body } response { status headers { name } body bodyTruncated } } } }`,
      { id: formatId('dlv', (deliveries[0] as { id: string }).id) },
    );
    expect(delivery).toMatchObject({
      error: { code: 'HTTP_STATUS', message: 'The endpoint answered 500.' },
      deliveredAt: null,
      failedAt: expect.any(String),
      event: { payload: { a: 1 } },
      lastAttempt: { number: 1 },
    });
    expect(delivery.attempts).toEqual([
      {
        number: 1,
        trigger: 'SCHEDULE',
        durationMs: 12,
        timings: { queueMs: 3, dnsMs: null },
        error: { code: 'HTTP_STATUS' },
        responseExcerpt: 'é'.repeat(500),
        request: {
          method: 'POST',
          url: 'https://shop.test/hook',
          headers: [
            { name: 'webhook-id', value: 'evt_1' },
            { name: 'authorization', value: null },
          ],
          body: '{"a":1}',
        },
        response: { status: 500, headers: [{ name: 'Content-Type' }], body: 'é'.repeat(600), bodyTruncated: false },
      },
    ]);
  });
});

describe('a query for many objects', () => {
  const listings: Record<string, string> = { deliveries: 'DELIVERIES_READ', endpoints: '', events: '', tenants: '' };

  test.each(Object.keys(listings))('%s pages forward and backward, and rejects an invalid page', async field => {
    const document = `query ($first: Int, $after: String, $last: Int, $before: String) {
      list: ${field}(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const all = (await api.ask(document, { first: 100 })).list;
    const page = (await api.ask(document, { first: 1 })).list;
    expect(page.nodes).toEqual(all.nodes.slice(0, 1));
    expect(page.pageInfo.hasNextPage).toBe(all.nodes.length > 1);
    const rest = (await api.ask(document, { first: 100, after: page.pageInfo.endCursor })).list;
    expect(rest.nodes).toEqual(all.nodes.slice(1));
    const last = (await api.ask(document, { last: 1 })).list;
    expect(last.nodes).toEqual(all.nodes.slice(-1));
    const empty = (await api.ask(document, { first: 0 })).list;
    expect(empty).toMatchObject({ nodes: [], edges: [], pageInfo: { startCursor: null } });
    for (const [argument, variables] of [
      ['first', { first: -1 }],
      ['first', { first: 101 }],
      ['last', { last: 101 }],
      ['last', { first: 1, last: 1 }],
      ['after', { after: 'nonsense' }],
      ['before', { before: 'nonsense' }],
    ] as const) {
      const { errors } = await api.send(document, variables);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    }
  });

  test('returns twenty deliveries by default, with their total count and the feed cursor', async () => {
    const { deliveries: page, endpoint: read } = await api.ask(
      `query ($id: ID!) {
        deliveries(filter: { statuses: [FAILED] }) { nodes { id } feedCursor totalCount { value exact } }
        endpoint(id: $id) { deliveries(first: 1) { totalCount(max: 5) { value exact } } } }`,
      { id: ids.endpoint },
    );
    expect(page.nodes).toHaveLength(20);
    expect(page.feedCursor).toEqual(expect.any(String));
    expect(page.totalCount).toEqual({ value: 25, exact: true });
    expect(read.deliveries.totalCount).toEqual({ value: 5, exact: false });
  });

  test('fails with an error that names the invalid part of its filter', async () => {
    const document = 'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { id } } }';
    for (const [argument, filter] of [
      ['filter.ids.0', { ids: ['x'] }],
      ['filter.eventTypes.1', { eventTypes: ['a', ''] }],
      ['filter.statuses', { statuses: Array(1001).fill('FAILED') }],
    ] as const) {
      const { errors } = await api.send(document, { filter });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    }
    const { status, errors } = await api.send(document, { filter: { statuses: ['NONE'] } });
    expect(status).toBeLessThan(500);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'filter.statuses.0' } }]);
  });

  test('returns a stored payload that is nested more than 2,000 levels deep as text, but not as JSON', async () => {
    const id = newUuid(Date.now());
    const text = '['.repeat(6000) + ']'.repeat(6000);
    await api.services.pool.query(
      "INSERT INTO event (id, tenant_id, is_test, type, payload) VALUES ($1, $2, false, 'a.b', $3)",
      [id, defaultTenantId, text],
    );
    const { data, errors } = await api.send('query ($id: ID!) { event(id: $id) { payload payloadText } }', {
      id: formatId('evt', id),
    });
    expect(data.event).toEqual({ payload: null, payloadText: text });
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  test('runs one SQL statement for a list, and one more for each relation', async () => {
    const counted = await countStatements(api.services.pool, () =>
      api.ask(`{ deliveries(first: 100) { nodes {
        id event { type payloadPreview } endpoint { name } attempts { number response { body } } replays { id } } } }`),
    );
    expect(counted.filter(text => !text.includes('api_key'))).toHaveLength(6);
    const scalars = await countStatements(api.services.pool, () =>
      api.ask(
        '{ deliveries(first: 100) { nodes { id status event { id type createdAt } responseStatus error { code } } } }',
      ),
    );
    expect(scalars).toHaveLength(1);
  });

  test('finds endpoints by name, URL and status', async () => {
    const document = `query ($search: String, $statuses: [EndpointStatus!]) {
      endpoints(search: $search, statuses: $statuses) { nodes { name } } }`;
    const find = async (variables: object) => (await api.ask(document, variables as never)).endpoints.nodes.length;
    expect(await find({ search: 'SHO' })).toBe(1);
    expect(await find({ search: 'shop.test' })).toBe(1);
    expect(await find({ search: 'sh_p' })).toBe(0);
    expect(await find({ statuses: ['PAUSED'] })).toBe(0);
    expect(await find({ statuses: [] })).toBe(0);
  });

  test('finds events by type and by prefix', async () => {
    const document = 'query ($types: [String!]) { events(types: $types, first: 100) { nodes { id } } eventTypes }';
    expect((await api.ask(document, { types: ['payment.*'] })).events.nodes).toHaveLength(26);
    expect((await api.ask(document, { types: ['payment'] })).events.nodes).toEqual([]);
    expect((await api.ask(document, { types: [] })).events.nodes).toEqual([]);
    expect((await api.ask(document)).eventTypes).toEqual(['payment.completed']);
  });
});

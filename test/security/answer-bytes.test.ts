import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId, parseAnyId } from '../../src/ids.ts';
import {
  type AttackedServer,
  expectMemoryReturned,
  type Observation,
  startAttackedServer,
} from '../fixtures/attack.ts';
import { post, type Result } from '../fixtures/client.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

/*
 * Queries that are cheap to send and have large responses, sent to a server with a heap of 512 MB. The payloads consist
 * of empty arrays, which need more than ten times the memory of their text after parsing.
 */

const payloadBytes = 250_000;
const payload = `[${'[],'.repeat(payloadBytes / 3 - 1)}[]]`;
const attempts = 30;
const heavyDeliveries = 20;

let server: AttackedServer;
let deliveryIds: readonly string[];
let eventIds: readonly string[];

beforeAll(async () => {
  server = await startAttackedServer();
  const tenantId = parseAnyId(server.attacker.tenantId)?.uuid ?? '';
  const endpoint = anEndpoint({ tenantId });
  await seedEndpoints(server.pool, [endpoint]);

  const first = aDelivery({ tenantId, endpointId: endpoint.id, status: 'FAILED' });
  const deliveries = [
    first,
    ...Array.from({ length: 99 }, () => aDelivery({ tenantId, endpointId: endpoint.id, status: 'FAILED' })),
    ...Array.from({ length: 100 }, () =>
      aDelivery({ tenantId, endpointId: endpoint.id, status: 'FAILED', eventId: first.eventId, replayOf: first.id }),
    ),
  ];
  await seedDeliveries(server.pool, deliveries);
  await server.pool.query(
    `INSERT INTO event (id, tenant_id, is_test, type, payload)
     SELECT DISTINCT event_id, tenant_id, false, event_type, $2 FROM delivery WHERE tenant_id = $1`,
    [tenantId, payload],
  );
  const heavy = [first, ...deliveries.slice(-heavyDeliveries)];
  await server.pool.query(
    `INSERT INTO attempt (delivery_id, number, started_at, duration_ms, trigger, request_method, request_url,
       request_headers, request_body, response_status, response_headers, response_body, response_truncated)
     SELECT id, number, now(), 1, 'MANUAL', 'POST', 'https://shop.test/', $2, $3, 500, $2, $4, false
     FROM unnest($1::uuid[]) AS id, generate_series(1, $5) AS number`,
    [
      heavy.map(each => each.id),
      JSON.stringify(Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'v'.repeat(400)])),
      Buffer.alloc(262_144, 'a'),
      // Each of these bytes takes six bytes when it is written as JSON (\u0001).
      Buffer.alloc(65_536, 1),
      attempts,
    ],
  );
  await server.pool.query(
    `INSERT INTO bulk_operation (id, tenant_id, kind, status, filter, counted_to, position)
     SELECT gen_random_uuid(), $1, 'RETRY', 'SUCCEEDED', $2::json, $3, $3 FROM generate_series(1, 100)`,
    [tenantId, JSON.stringify({ ids: Array.from({ length: 1000 }, () => 'dlv_01h455vb4pex5vsknk084sn02q') }), first.id],
  );
  deliveryIds = deliveries.map(each => formatId('dlv', each.id));
  eventIds = deliveries.map(each => formatId('evt', each.eventId));
});
afterAll(() => server[Symbol.asyncDispose]());

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');

function send(query: string, variables = {}) {
  return post(server.url, server.attacker.key, query, variables);
}

/**
 * Counts the bytes of a response without parsing it, which would delay the receiver of the bystander in this process.
 */
async function readSize(query: string): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.attacker.key}` },
    body: JSON.stringify({ query }),
  });
  return (await response.arrayBuffer()).byteLength;
}

/** Checks that the server still runs with little memory, and that the attack did not affect the other tenant. */
function expectUnharmed(observed: Observation): void {
  const { isAlive, longestStallMs, rssBeforeBytes, peakRssBytes, bystander } = observed;
  expect(isAlive).toBe(true);
  expect(longestStallMs).toBeLessThan(1000);
  expect((peakRssBytes - rssBeforeBytes) / 2 ** 20).toBeLessThan(150);
  expect(bystander.failedPublishes).toBe(0);
  expect(bystander.slowestDeliveryMs).toBeLessThan(5000);
  expectMemoryReturned(observed);
}

async function attack(query: string, times = 3): Promise<{ results: Result[]; observed: Observation }> {
  let results: Result[] = [];
  const observed = await server.during(async () => {
    results = await Promise.all(Array.from({ length: times }, () => send(query)));
  });
  return { results, observed };
}

describe('a query whose response would exceed MAX_ANSWER_BYTES', () => {
  const page = (fields: string) => `{ deliveries(first: 100) { nodes { ${fields} } } }`;
  test.each<[string, () => string]>([
    ['payloads of a page under 12 aliases', () => page(aliases(12, 'event { payload }'))],
    ['payload texts of a page', () => page('event { payloadText }')],
    ['one payload in 100 aliases', () => `{ event(id: "${eventIds[0]}") { ${aliases(100, 'payload')} } }`],
    [
      'one payload through node(id) in 100 aliases',
      () => `{ ${aliases(100, `node(id: "${eventIds[0]}") { ... on Event { payloadText } }`)} }`,
    ],
    [
      'one payload through the deliveries of its event',
      () => `{ event(id: "${eventIds[0]}") { deliveries(first: 100) { nodes { event { payload } } } } }`,
    ],
    [
      'payloads through fragments',
      () =>
        `fragment F on Delivery { event { payload } } { deliveries(first: 100) { nodes { ...F ... on Delivery { b: event { payload } } } } }`,
    ],
    ['bodies of the attempts of a page', () => page('attempts { request { body } }')],
    [
      'bodies of responses that grow sixfold as JSON',
      () => `{ deliveries(first: 20) { nodes { attempts { response { body } } } } }`,
    ],
    [
      'bodies of the attempts of one delivery',
      () =>
        `{ delivery(id: "${deliveryIds[0]}") { ${aliases(5, 'attempts { request { body } response { body } }')} } }`,
    ],
    [
      'headers of the attempts of many deliveries',
      () =>
        `{ deliveries(first: 20) { nodes { attempts { request { headers { name value } } response { headers { name value } } } } } }`,
    ],
    [
      'payloads of the replays of replays',
      () =>
        `{ delivery(id: "${deliveryIds[0]}") { replays(first: 100) { event { payload } replayOf { replays(first: 5) { event { payloadText } } } } } }`,
    ],
    ['filters of bulk operations', () => `{ ${aliases(10, 'bulkOperations(first: 100) { nodes { filter } }')} }`],
    [
      'ranges of the filters of bulk operations, which are numbers',
      () =>
        `{ bulkOperations(first: 100) { nodes { deliveryFilter { ${aliases(20, 'responseStatuses { from to }')} } } } }`,
    ],
    [
      'enum values that are repeated under aliases of 240 characters',
      () =>
        `fragment F on Delivery { ${Array.from({ length: 90 }, (_, at) => `${'e'.repeat(238)}${at}: status`).join(' ')} }
        { ${aliases(8, 'deliveries(first: 100) { nodes { ...F } }')} }`,
    ],
    [
      'numbers under aliases of 20,000 characters',
      () => page(Array.from({ length: 90 }, (_, at) => `${'a'.repeat(20_000)}${at}: version`).join(' ')),
    ],
  ])('is rejected if it selects %s', async (_, query) => {
    const { results, observed } = await attack(query());
    expectUnharmed(observed);
    for (const { data, errors } of results) {
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    }
  });
});

describe('a query whose response stays within MAX_ANSWER_BYTES succeeds', () => {
  test.each<[string, () => string, number]>([
    ['60 payloads', () => '{ deliveries(first: 60) { nodes { event { payload } } } }', 60],
    ['one payload in 60 aliases', () => `{ event(id: "${eventIds[0]}") { ${aliases(60, 'payload')} } }`, 60],
  ])('if it selects %s, in three parallel requests', async (_, query, payloads) => {
    let sizes: number[] = [];
    const observed = await server.during(async () => {
      sizes = await Promise.all([1, 2, 3].map(() => readSize(query())));
    });
    expectUnharmed(observed);
    for (const size of sizes) expect(size).toBeGreaterThan(payloads * payload.length);
  });

  test('with every field that the limit counts, as it was stored', async () => {
    const { data } = await send(`{ delivery(id: "${deliveryIds[0]}") {
      event { payload payloadText } attempts(last: 1) { number request { body } response { body } } replays(first: 2) { id } } }`);
    expect(JSON.stringify(data.delivery.event.payload)).toBe(payload);
    expect(data.delivery.event.payloadText).toBe(payload);
    expect(data.delivery.attempts).toEqual([
      { number: attempts, request: { body: 'a'.repeat(262_144) }, response: { body: '\u0001'.repeat(65_536) } },
    ]);
    expect(data.delivery.replays).toHaveLength(2);
  });
});

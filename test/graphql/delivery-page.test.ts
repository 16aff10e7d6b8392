import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId, newUuid } from '../../src/ids.ts';
import { interpretedExecutions } from '../../src/server/compile-operation.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { aDelivery, anEndpoint, seedAttempts, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

let api: TestApi;
const endpoint = anEndpoint();
const failed = aDelivery({ endpointId: endpoint.id, status: 'FAILED', attemptCount: 4 });
const waiting = aDelivery({ endpointId: endpoint.id, status: 'RETRYING' });
const replay = aDelivery({ endpointId: endpoint.id, eventId: failed.eventId, replayOf: failed.id });
const all = [failed, waiting, replay];

beforeAll(async () => {
  api = await openTestApi();
  const { pool } = api.services;
  await seedEndpoints(pool, [endpoint]);
  await seedDeliveries(pool, all);
  await pool.query(
    `INSERT INTO event (id, tenant_id, is_test, type, payload) VALUES ($1, $2, false, 'payment.completed', '{"a": 1}')`,
    [failed.eventId, failed.tenantId],
  );
  await seedAttempts(
    pool,
    [1, 2, 3, 4].map(number => ({
      deliveryId: failed.id,
      number,
      startedAt: Date.now() - 1000 + number,
      requestMade: true,
      requestBody: Buffer.from(`request ${number}`),
      responseStatus: 500,
      responseBody: Buffer.from(`response ${number}`),
    })),
  );
});
afterAll(() => api[Symbol.asyncDispose]());

const fields = `fragment fields on Delivery {
  id status failureReason eventType attemptCount maxAttempts responseStatus isTest version
  error { code message } nextAttemptAt waitingFor { reason until }
  createdAt updatedAt deliveredAt failedAt lastFailedAt
  event { id type isTest createdAt payloadText payloadPreview deliveries { nodes { id } } }
  endpoint { id name }
  attempts { number trigger startedAt durationMs connectionRetried timings { queueMs } error { code }
    request { method url headers { name value } body } response { status headers { name value } body bodyTruncated }
    responseExcerpt }
  last: attempts(last: 2) { number } none: attempts(last: 0) { number }
  lastAttempt { number } replayOf { id event { id } attempts { number } } replays { id }
}`;
const inList = `query ($ids: [ID!]) { deliveries(filter: { ids: $ids }, first: 1) { nodes { ...fields } } } ${fields}`;
const alone = `query ($id: ID!) { delivery(id: $id) { ...fields } } ${fields}`;
const byNode = `query ($id: ID!) { node(id: $id) { ...fields } } ${fields}`;

async function readInList(id: string) {
  const { deliveries } = await api.ask(inList, { ids: [id] });
  return deliveries.nodes[0];
}

test.each([
  ['with attempts', failed],
  ['whose event was removed', waiting],
  ['that replays another', replay],
])(
  'delivery and node return the same fields as a list for a delivery %s, also when the operation is compiled',
  async (_name, { id: uuid }) => {
    const id = formatId('dlv', uuid);
    const listed = await readInList(id);
    expect(listed).toMatchObject({ id, event: { type: 'payment.completed' } });
    for (let execution = 0; execution < interpretedExecutions + 2; execution += 1) {
      expect((await api.ask(alone, { id })).delivery).toEqual(listed);
      expect((await api.ask(byNode, { id })).node).toEqual(listed);
    }
  },
);

test('Delivery.attempts returns the newest attempts in ascending order, and each alias has its own limit', async () => {
  const document = `query ($id: ID!) { delivery(id: $id) {
    attempts { number } two: attempts(last: 2) { number } none: attempts(last: 0) { number } } }`;
  const { delivery } = await api.ask(document, { id: formatId('dlv', failed.id) });
  expect(delivery).toEqual({
    attempts: [1, 2, 3, 4].map(number => ({ number })),
    two: [{ number: 3 }, { number: 4 }],
    none: [],
  });
});

test('Delivery.attempts rejects a limit that is too high with an error that names the argument', async () => {
  const document = 'query ($id: ID!) { delivery(id: $id) { attempts(last: 101) { number } } }';
  const { data, errors } = await api.send(document, { id: formatId('dlv', failed.id) });
  expect(data).toEqual({ delivery: null });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'last' } }]);
});

test('delivery returns the same nextAttemptAt as a list for a delivery that waits for a rate limit', async () => {
  const limited = anEndpoint();
  await seedEndpoints(api.services.pool, [limited]);
  const queue = [1, 2, 3].map(() => aDelivery({ endpointId: limited.id, nextAttemptAt: Date.now() - 60_000 }));
  await seedDeliveries(api.services.pool, queue);
  await api.services.pool.query('UPDATE endpoint SET rate_limit_per_second = 0.001 WHERE id = $1', [limited.id]);
  const document = `query ($id: ID!) { delivery(id: $id) { nextAttemptAt waitingFor { reason } } }`;
  const last = queue.map(({ id }) => id).sort()[2] as string;
  const { delivery } = await api.ask(document, { id: formatId('dlv', last) });
  expect(delivery.waitingFor).toEqual({ reason: 'RATE_LIMIT' });
  expect(Date.parse(delivery.nextAttemptAt)).toBeGreaterThan(Date.now() + 1_500_000);
});

test('delivery and event return null for an unknown id', async () => {
  const document = 'query ($d: ID!, $e: ID!) { delivery(id: $d) { id } event(id: $e) { id } node(id: $e) { id } }';
  const ids = { d: formatId('dlv', newUuid(Date.now())), e: formatId('evt', newUuid(Date.now())) };
  expect(await api.ask(document, ids)).toEqual({ delivery: null, event: null, node: null });
});

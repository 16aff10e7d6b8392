import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodePlainArray } from '../../../src/database/arrays.ts';
import { explainWait, loadWaitFacts, waitsStatement } from '../../../src/domain/deliveries/load-waits.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { openScene, type Scene, type SceneEndpoint } from '../scene.ts';

/* No sender runs, so that the deliveries stay as the test has written them. */
let scene: Scene;
let endpoint: SceneEndpoint;
let id: string;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  endpoint = await scene.createEndpoint();
  id = await publish();
});

const publish = () => scene.publishOne({ endpointIds: [endpoint.id] });
const write = (text: string, values: unknown[] = [endpoint.uuid]) => scene.services.pool.query(text, values);

async function readWait(deliveryId = id) {
  const facts = (await loadWaitFacts(scene.ctx, [deliveryId])).get(deliveryId);
  return facts ? explainWait((await scene.read(deliveryId)).nextAttemptAt, facts) : null;
}

/** Makes the deliveries of an endpoint overdue, as if no sender had claimed them for a minute. */
const makeOverdue = () => write("UPDATE delivery_live SET due_at = now() - interval '1 minute' WHERE endpoint_id = $1");

test('Delivery.waitingFor is null for a delivery that is due, scheduled or in flight', async () => {
  expect(await readWait()).toBeNull();
  await write("UPDATE delivery_live SET due_at = now() + interval '1 hour' WHERE endpoint_id = $1");
  expect(await readWait()).toBeNull();
  await write("UPDATE delivery_live SET status = 'PROCESSING' WHERE endpoint_id = $1");
  expect(await readWait()).toBeNull();
});

test('Delivery.waitingFor names the paused or disabled endpoint of a delivery, but not for a test event', async () => {
  for (const status of ['PAUSED', 'DISABLED'] as const) {
    await updateEndpoint(scene.ctx, endpoint.id, { status });
    expect(await readWait()).toEqual({ reason: `ENDPOINT_${status}`, until: null });
  }
  await write('UPDATE delivery_live SET is_test = true WHERE endpoint_id = $1');
  expect(await readWait()).toBeNull();
});

test('Delivery.waitingFor names a Retry-After header until its time is over, but not for a manual retry', async () => {
  const { rows } = await write(
    `UPDATE endpoint SET hold_until = date_trunc('seconds', now() + interval '1 hour') WHERE id = $1
     RETURNING date_part('epoch', hold_until) * 1000 AS until`,
  );
  expect(await readWait()).toEqual({ reason: 'RETRY_AFTER', until: rows[0].until });
  await write("UPDATE delivery_live SET trigger = 'MANUAL' WHERE endpoint_id = $1");
  expect(await readWait()).toBeNull();
});

test('Delivery.waitingFor names the FIFO order for every delivery of an ordered endpoint except the oldest', async () => {
  const second = await publish();
  await updateEndpoint(scene.ctx, endpoint.id, { ordering: 'FIFO' });
  expect(await readWait()).toBeNull();
  expect(await readWait(second)).toEqual({ reason: 'FIFO_ORDER', until: null });
});

test('Delivery.waitingFor names the rate limit and the time at which the delivery can be sent', async () => {
  const second = await publish();
  await updateEndpoint(scene.ctx, endpoint.id, { rateLimitPerSecond: 0.01 });
  const wait = await readWait(second);
  expect(wait?.reason).toBe('RATE_LIMIT');
  expect(wait?.until).toBeGreaterThan(Date.now() + 50_000);
});

test('Delivery.waitingFor names the unreachable endpoint of an overdue delivery', async () => {
  await makeOverdue();
  await write('INSERT INTO endpoint_health (endpoint_id, failing_since, last_failed_at) VALUES ($1, now(), now())');
  expect(await readWait()).toBeNull();
  const failed = await publish();
  await write("UPDATE delivery_live SET status = 'RETRYING', error_code = 'CONNECTION_REFUSED' WHERE id = $1", [
    failed,
  ]);
  expect(await readWait()).toEqual({ reason: 'ENDPOINT_UNREACHABLE', until: null });
});

test('Delivery.waitingFor names the concurrency limit of an overdue delivery', async () => {
  const sending = await publish();
  await write("UPDATE delivery_live SET status = 'PROCESSING' WHERE id = $1", [sending]);
  expect(await readWait()).toBeNull();
  await makeOverdue();
  expect(await readWait()).toEqual({ reason: 'CONCURRENCY', until: null });
  await write('UPDATE endpoint SET max_concurrency = 2 WHERE id = $1');
  expect(await readWait()).toBeNull();
  await write('UPDATE endpoint_in_flight SET in_flight = 2 WHERE endpoint_id = $1');
  expect(await readWait()).toEqual({ reason: 'CONCURRENCY', until: null });
});

test('loadWaits returns nothing to another tenant', async () => {
  await updateEndpoint(scene.ctx, endpoint.id, { status: 'PAUSED' });
  expect(await loadWaitFacts(await scene.createOtherTenant(), [id])).toEqual(new Map());
});

test('loadWaits reads the start of the queue once, by an index, for a page of deliveries of one endpoint', async () => {
  await write(
    `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
       is_test, event_type)
     SELECT gen_random_uuid(), d.tenant_id, d.endpoint_id, d.event_id, now() - i * interval '1 ms', now(), 'PENDING', 10,
       true, false, 'a' FROM delivery_live d, generate_series(1, 10000) AS i WHERE d.endpoint_id = $1`,
  );
  await scene.services.pool.query('ANALYZE delivery_live');
  const { rows } = await write('SELECT id FROM delivery_live WHERE endpoint_id = $1 LIMIT 100');
  const values = [scene.ctx.actor.tenantId, encodePlainArray(rows.map(row => row.id))];
  const plan = await scene.services.pool.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${waitsStatement.text}`,
    values,
  );
  const root = plan.rows[0]['QUERY PLAN'][0].Plan;
  expect(JSON.stringify(root)).not.toContain(
    '"Seq Scan","Parent Relationship":"Outer","Relation Name":"delivery_live"',
  );
  // The limit allows 100 index look-ups and 100 rows of the queue, out of 10,000 rows.
  expect(root['Shared Hit Blocks'] + root['Shared Read Blocks']).toBeLessThan(1500);
});

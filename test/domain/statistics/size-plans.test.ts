import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePartitions } from '../../../src/database/partitions.ts';
import { withClient } from '../../../src/database/pool.ts';
import { countStatement } from '../../../src/domain/deliveries/count-deliveries.ts';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import { type DeliveryKey, defaultOrder } from '../../../src/domain/deliveries/delivery-order.ts';
import { pageStatement } from '../../../src/domain/deliveries/page-statement.ts';
import { type ResolvedFilter, resolveSearch } from '../../../src/domain/deliveries/resolve-search.ts';
import { planSeries } from '../../../src/domain/statistics/count-series.ts';
import { endsStatement, groupsStatement } from '../../../src/domain/statistics/group-failures.ts';
import { latencyStatement } from '../../../src/domain/statistics/measure-latency.ts';
import { latencySeriesStatement } from '../../../src/domain/statistics/measure-latency-series.ts';
import { sumTallies } from '../../../src/domain/statistics/sum-tallies.ts';
import { formatId, uuidLowerBound, uuidTime } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../../fixtures/seed-deliveries.ts';
import { readRows } from './read-rows.ts';

/*
 * The test data: 40,000 finished deliveries over four weeks. A quarter goes to one failing endpoint: half of these got
 * no response, the other half one of a hundred 4xx codes. The others succeeded at 40 endpoints with one event type
 * each. Twelve further endpoints have 200 older deliveries each.
 */
const rows = 40_000;
const dayMs = 86_400_000;
const spanMs = 28 * dayMs;
/**
 * Noon of last week's Thursday, so that no range of whole weeks ends near the boundary of a partition. For the few rows
 * near a boundary, PostgreSQL may choose another plan, because these tables are small.
 */
const nowMs = Math.floor((Date.now() - 4 * dayMs) / (7 * dayMs)) * 7 * dayMs + dayMs / 2;
const good = anEndpoint();
const failing = anEndpoint();
const endpoints = [good, ...Array.from({ length: 39 }, () => anEndpoint())];
const idle = Array.from({ length: 12 }, () => anEndpoint());
const failed4xx = { responseStatuses: [{ from: 400, to: 499 }] };
/** The number of 4xx responses in a day: 5,000 over 28 days are 179. */
const of4xxInADay = 180;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await seedEndpoints(pool, [...endpoints, failing, ...idle]);
  await withClient(pool, client => ensurePartitions(client, { fromMs: nowMs - spanMs, untilMs: nowMs }));
  await pool.query(
    `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, failure_reason, error_code,
       max_attempts, response_status, duration_ms, updated_at, is_test, live)
     SELECT (lpad(to_hex($1::bigint - (n * $2::float8 / ${rows})::bigint), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid,
       $3, CASE WHEN n % 4 = 3 THEN $5 ELSE ($4::uuid[])[1 + n % 40] END, gen_random_uuid(), 'type.' || n % 4,
       (CASE WHEN n % 4 = 3 THEN 'FAILED' ELSE 'SUCCEEDED' END)::delivery_status,
       CASE WHEN n % 4 = 3 THEN 'EXHAUSTED'::failure_reason END,
       (CASE n % 8 WHEN 3 THEN 'HTTP_STATUS' WHEN 7 THEN 'CONNECT_TIMEOUT' END)::attempt_error_code,
       10, CASE n % 8 WHEN 7 THEN NULL WHEN 3 THEN 400 + n / 8 % 100 ELSE 200 END, n % 100, now(), false, false
     FROM generate_series(1, ${rows}) AS n`,
    [nowMs, spanMs, defaultTenantId, endpoints.map(each => each.id), failing.id],
  );
  await pool.query(
    `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, max_attempts, updated_at, is_test, live)
     SELECT (lpad(to_hex($1::bigint + n), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid, $2,
       ($3::uuid[])[1 + n % 12], gen_random_uuid(), 'type.0', 'SUCCEEDED', 10, now(), false, false
     FROM generate_series(1, 2400) AS n`,
    [nowMs - spanMs, defaultTenantId, idle.map(each => each.id)],
  );
  await sumTallies(pool);
  await pool.query('VACUUM ANALYZE');
});
afterAll(() => database[Symbol.asyncDispose]());

const resolve = (input: DeliveryFilterInput) =>
  resolveSearch(database.pool, defaultTenantId, checkFilter(input, 'filter', { endpointIds: null }));
const pageOf = (filter: ResolvedFilter, after: DeliveryKey | null = null) =>
  pageStatement(defaultTenantId, filter, defaultOrder, { size: 50, backward: false, after, before: null });

test.each<[string, DeliveryFilterInput]>([
  ['all failed deliveries', {}],
  ['one endpoint', { endpointIds: [formatId('ep', failing.id)] }],
  ['status FAILED', { statuses: ['FAILED'] }],
  ['failures without a response', { errorCodes: ['CONNECT_TIMEOUT'] }],
  ['one week', { createdAt: { from: new Date(nowMs - spanMs / 4) } }],
])('the first and last failure of each failure group are read by index look-ups, for %s', async (_, input) => {
  const filter = await resolve({ statuses: ['FAILED'], ...input });
  const statement = groupsStatement(defaultTenantId, filter, 20);
  if (!statement) throw new Error('nothing can match');
  const { rows: groups } = await database.pool.query(statement.text, statement.values);
  expect(groups[0]).toMatchObject({ errorCode: 'CONNECT_TIMEOUT', responseStatus: null });
  const read = await readRows(database.pool, endsStatement(defaultTenantId, filter, groups));
  // The limit allows the first and the last failure of each group, with one look-up in every partition.
  expect(read.history).toBeLessThanOrEqual(groups.length * 2 * 8);
});

test.each<[string, DeliveryFilterInput]>([
  [
    'an event type that the endpoint never receives',
    { endpointIds: [formatId('ep', good.id)], eventTypes: ['type.3'] },
  ],
  ['failures of an endpoint that has none', { endpointIds: [formatId('ep', good.id)], statuses: ['FAILED'] }],
  ['4xx responses of an event type that has none', { eventTypes: ['type.0'], ...failed4xx }],
  ['failed test events, of which there are none', { isTest: true, statuses: ['FAILED'] }],
])('a list, count and latency of %s read no finished delivery', async (_, input) => {
  const filter = await resolve(input);
  for (const statement of [
    pageOf(filter),
    countStatement(defaultTenantId, filter, 1000),
    latencyStatement(defaultTenantId, filter),
    latencySeriesStatement(defaultTenantId, filter, planSeries(filter, 60, nowMs)),
  ]) {
    expect((await readRows(database.pool, statement)).history).toBe(0);
  }
});

test('a list of deliveries includes those that are newer than the summed counts', async () => {
  const { pool } = database;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, max_attempts, updated_at, is_test, live)
       VALUES ($1, $2, $3, gen_random_uuid(), 'type.3', 'SUCCEEDED', 10, now(), false, false)`,
      [uuidLowerBound(nowMs), defaultTenantId, good.id],
    );
    const filter = await resolve({ endpointIds: [formatId('ep', good.id)], eventTypes: ['type.3'] });
    const statement = pageOf(filter);
    const found = await client.query(statement?.text ?? '', statement?.values);
    expect(found.rows.map(row => row.id)).toEqual([uuidLowerBound(nowMs)]);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

test('a page of endpoints that were idle for weeks reads only the newest delivery of each', async () => {
  const { pool } = database;
  const statement = pageOf(await resolve({ endpointIds: idle.map(each => formatId('ep', each.id)) }));
  // Each row is counted twice, once for each step of the plan that passes it on.
  expect((await readRows(pool, statement)).history).toBeLessThanOrEqual(2 * 51 * idle.length);
  const found = await pool.query(statement?.text ?? '', statement?.values);
  const all = await pool.query(
    'SELECT id FROM delivery_history WHERE endpoint_id = ANY ($1::uuid[]) ORDER BY id DESC LIMIT 51',
    [idle.map(each => each.id)],
  );
  expect(found.rows.map(row => row.id)).toEqual(all.rows.map(row => row.id));
});

test.each<[string, DeliveryFilterInput]>([
  ['deliveries with 4xx responses', failed4xx],
  ['deliveries of one endpoint with 4xx responses', { endpointIds: [formatId('ep', failing.id)], ...failed4xx }],
])('a page of %s reads only days with a match, at the start and far from it', async (_, input) => {
  const filter = await resolve(input);
  const deepId = uuidLowerBound(nowMs - spanMs / 2);
  for (const after of [null, [null, deepId] as const]) {
    const statement = pageOf(filter, after);
    // Half of the entries in the index of failures have no response.
    expect((await readRows(database.pool, statement)).history).toBeLessThanOrEqual(4 * of4xxInADay);
    const found = await database.pool.query(statement?.text ?? '', statement?.values);
    const all = await database.pool.query(
      `SELECT id FROM delivery_history WHERE response_status BETWEEN 400 AND 499 AND id < $1 ORDER BY id DESC LIMIT 51`,
      [after ? deepId : uuidLowerBound(nowMs + 1)],
    );
    expect(found.rows.map(row => row.id)).toEqual(all.rows.map(row => row.id));
    expect(uuidTime(found.rows[0].id)).toBeLessThan(after ? nowMs - spanMs / 2 : nowMs);
  }
});

test('a latency series of 4xx responses reads only the deliveries of its time range', async () => {
  const createdAt = { from: new Date(nowMs - 2 * 86_400_000) };
  const filter = await resolve({ createdAt, ...failed4xx });
  const statement = latencySeriesStatement(defaultTenantId, filter, planSeries(filter, 48, nowMs));
  const inTwoDays = Math.ceil((2 * rows) / 28);
  expect((await readRows(database.pool, statement)).history).toBeLessThanOrEqual(inTwoDays);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePartitions } from '../../../src/database/partitions.ts';
import { withClient } from '../../../src/database/pool.ts';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import { resolveSearch } from '../../../src/domain/deliveries/resolve-search.ts';
import { facetsStatement } from '../../../src/domain/statistics/count-facets.ts';
import { planSeries, seriesStatement } from '../../../src/domain/statistics/count-series.ts';
import { latencySeriesStatement } from '../../../src/domain/statistics/measure-latency-series.ts';
import { sumTallies } from '../../../src/domain/statistics/sum-tallies.ts';
import { formatId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../../fixtures/seed-deliveries.ts';
import { readRows } from './read-rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Math.floor(Date.now() / hourMs) * hourMs;
const weekMs = 168 * hourMs;
const endpoint = anEndpoint();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await seedEndpoints(pool, [endpoint]);
  await withClient(pool, client => ensurePartitions(client, { fromMs: nowMs - 2 * weekMs, untilMs: nowMs }));
  await pool.query(
    `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, max_attempts, response_status,
       duration_ms, updated_at, is_test, live)
     SELECT (lpad(to_hex($1::bigint - n * 40000::bigint), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid, $2, $3,
       gen_random_uuid(), 'type.' || n % 10, 'SUCCEEDED', 10, 200, n % 100, now(), false, false
     FROM generate_series(1, 30000) AS n`,
    [nowMs, defaultTenantId, endpoint.id],
  );
  await sumTallies(pool);
  await pool.query('VACUUM ANALYZE');
});
afterAll(() => database[Symbol.asyncDispose]());

const resolve = (input: DeliveryFilterInput) =>
  resolveSearch(database.pool, defaultTenantId, checkFilter(input, 'filter', { endpointIds: null }));
const from = new Date(nowMs - weekMs);

test.each<[string, DeliveryFilterInput]>([
  ['all deliveries', {}],
  ['the deliveries of one endpoint', { endpointIds: [formatId('ep', endpoint.id)] }],
  ['a time range of whole hours', { createdAt: { from } }],
  ['deliveries with a status code of 2xx', { statuses: ['SUCCEEDED'], responseStatuses: [{ from: 200, to: 299 }] }],
])('counts by facet of %s read no finished delivery, only the summed counts', async (_, input) => {
  const read = await readRows(database.pool, facetsStatement(defaultTenantId, await resolve(input)));
  expect(read.history).toBe(0);
  // The number of sums is small: ten dimension values a day for two weeks, and the hours of two incomplete days.
  expect(read.sums).toBeGreaterThan(0);
  expect(read.sums).toBeLessThan(700);
});

test('counts by facet of a time range that ends within hours read only the deliveries of these hours', async () => {
  const createdAt = { from: new Date(from.getTime() + 1000), to: new Date(nowMs - 1000) };
  const read = await readRows(database.pool, facetsStatement(defaultTenantId, await resolve({ createdAt })));
  expect(read.history).toBeLessThan(200);
  expect(read.history).toBeGreaterThan(0);
});

test('a series of a week reads the sums of hours, and a series of a month the sums of days', async () => {
  for (const [hours, most] of [
    [168, 1700],
    [330, 700],
  ] as const) {
    const filter = await resolve({ createdAt: { from: new Date(nowMs - hours * hourMs) } });
    const read = await readRows(
      database.pool,
      seriesStatement(defaultTenantId, filter, planSeries(filter, 200, nowMs)),
    );
    expect(read.history).toBe(0);
    expect(read.sums).toBeLessThanOrEqual(most);
  }
});

/** Ends of the time range: full hours, hours beside midnight, and half past midnight. */
const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
test.each([
  ['the current whole hour', nowMs],
  ['midnight', midnightMs],
  ['an hour before midnight', midnightMs - hourMs],
  ['an hour after midnight', midnightMs - dayMs + hourMs],
  ['half past midnight', midnightMs - dayMs + hourMs / 2],
])('a latency series that ends at %s reads at most a sample of each bucket', async (_, untilMs) => {
  // The buckets are days of 2,160 deliveries each.
  for (const hours of [168, 300]) {
    const createdAt = { from: new Date(untilMs - hours * hourMs), to: new Date(untilMs) };
    const filter = await resolve({ createdAt });
    const steps = planSeries(filter, Math.ceil(hours / 24), nowMs);
    const statement = latencySeriesStatement(defaultTenantId, filter, steps);
    const read = await readRows(database.pool, statement);
    expect(read.history).toBeLessThanOrEqual(steps.count * 500);
    const { rows } = await database.pool.query(statement?.text ?? '', statement?.values);
    expect(rows).toHaveLength(steps.count);
  }
});

import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePlainArray } from '../../../src/database/arrays.ts';
import { openPool } from '../../../src/database/pool.ts';
import {
  loadAttemptTexts,
  loadRequestBodies,
  loadResponseBodies,
} from '../../../src/domain/deliveries/read-attempt-bodies.ts';
import { loadAttempts, loadLastAttempts } from '../../../src/domain/deliveries/read-attempts.ts';
import { loadDeliveries, loadReplays } from '../../../src/domain/deliveries/read-deliveries.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../fixtures/postgres.ts';
import {
  aDelivery,
  anEndpoint,
  defaultTenantId,
  seedAttempts,
  seedDeliveries,
  seedEndpoints,
  uuidAt,
} from '../../fixtures/seed-deliveries.ts';
import { aReader } from './reader.ts';

const nowMs = Date.now();
const weekMs = 7 * 86_400_000;
const endpoint = anEndpoint();
const deliveries = Array.from({ length: 3000 }, (_, index) =>
  aDelivery({ id: uuidAt(nowMs - (index % 6) * weekMs), endpointId: endpoint.id, status: 'SUCCEEDED' }),
);
/** Ids of deliveries of a single week, two weeks ago. */
const ids = deliveries.filter((_, index) => index % 6 === 2).map(delivery => delivery.id);
const few = ids.slice(0, 20).sort();

let database: TestDatabase;
/** A pool with one connection, so that the test can explain the statements that a loader has prepared on it. */
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedEndpoints(database.pool, [endpoint]);
  await seedDeliveries(database.pool, deliveries);
  await seedAttempts(
    database.pool,
    ids.slice(0, 300).map(deliveryId => ({
      deliveryId,
      number: 1,
      startedAt: nowMs,
      requestMade: true,
      requestBody: null,
      responseStatus: 200,
      responseBody: null,
    })),
  );
  await database.pool.query('ANALYZE');
  const { connectionString } = database;
  pool = openPool({
    connectionString,
    max: 1,
    statementTimeoutMs: 5000,
    applicationName: 'livehook-test',
    log: silentLog,
  });
  await pool.query('SET plan_cache_mode = force_generic_plan');
  const reader = aReader(pool);
  for (const load of [loadDeliveries, loadLastAttempts]) await load(reader, few);
  for (const load of [loadReplays, loadAttempts]) await load(reader, few, 20);
  for (const load of [loadAttemptTexts, loadRequestBodies, loadResponseBodies]) {
    await load(reader, [{ deliveryId: few[0] ?? '', number: 1 }]);
  }
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

/**
 * Explains the generic plan of a prepared statement.
 * @returns the partitions that it reads, and the tables that it scans sequentially.
 */
async function explain(statement: string, values: readonly string[]) {
  const literals = values.map(value => `'${value}'`).join(', ');
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT TEXT) EXECUTE "${statement}" (${literals})`);
  const ran = rows.map(row => row['QUERY PLAN'] as string).filter(line => !line.includes('never executed'));
  const scans = ran.filter(line => / Scan .*on /.test(line));
  return {
    // Sequential scans of empty tables are allowed.
    sequential: scans.filter(line => line.includes('Seq Scan') && !line.includes('cost=0.00..0.0')),
    partitions: new Set(scans.flatMap(line => line.match(/(delivery_history|attempt|event)_p\d{8}(?= )/)?.[0] ?? [])),
  };
}

describe('a generic query plan', () => {
  const keys = [defaultTenantId, encodePlainArray(few), encodePlainArray(few.map(() => 1)), '1000000'];
  const own = [defaultTenantId, encodePlainArray(few), few[0] ?? '', few.at(-1) ?? ''];

  test.each([
    ['deliveries-load', own, 1],
    ['attempts-load', [...own, '50'], 2],
    ['attempt-texts-load', keys, 2],
    ['attempt-request-bodies-load', keys, 2],
    ['attempt-response-bodies-load', keys, 2],
  ])(
    'of the statement %s reads rows by id, only in the partitions of these ids',
    async (statement, values, partitions) => {
      const plan = await explain(statement, values);
      expect(plan.sequential).toEqual([]);
      expect(plan.partitions.size).toBe(partitions);
    },
  );

  test('of the statement `deliveries-replays` reads no partition from before the original deliveries', async () => {
    const plan = await explain('deliveries-replays', [...own, few[0] ?? '', '20', '{}']);
    expect(plan.sequential).toEqual([]);
    const oldest = [...plan.partitions].sort()[0];
    const [{ name }] = (
      await database.pool.query('SELECT tableoid::regclass::text AS name FROM delivery WHERE id = $1', [few[0]])
    ).rows;
    expect(oldest).toBe(name);
  });
});

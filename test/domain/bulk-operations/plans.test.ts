import type { QueryConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePlainArray } from '../../../src/database/arrays.ts';
import { ensurePartitions } from '../../../src/database/partitions.ts';
import { withClient } from '../../../src/database/pool.ts';
import { bulkCountStatement, bulkItemsStatement } from '../../../src/domain/bulk-operations/bulk-statements.ts';
import { expediteManyStatement } from '../../../src/domain/bulk-operations/expedite-deliveries.ts';
import { outcomesStatement } from '../../../src/domain/bulk-operations/load-outcomes.ts';
import { unclaimedStatement } from '../../../src/domain/bulk-operations/queue-limit.ts';
import { replayManyStatement } from '../../../src/domain/bulk-operations/replay-deliveries.ts';
import { restartManyStatement } from '../../../src/domain/bulk-operations/restart-deliveries.ts';
import { countStatement } from '../../../src/domain/deliveries/count-deliveries.ts';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import { defaultOrder } from '../../../src/domain/deliveries/delivery-order.ts';
import { pageStatement } from '../../../src/domain/deliveries/page-statement.ts';
import { resolveSearch } from '../../../src/domain/deliveries/resolve-search.ts';
import { formatId, newUuid, uuidLowerBound } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../../fixtures/seed-deliveries.ts';

/*
 * The test data: 60,000 finished deliveries over three weeks (1% of them failed), and 20,000 unfinished deliveries,
 * each with its event.
 */
const nowMs = Date.now();
const weekMs = 7 * 86_400_000;
const endpoints = Array.from({ length: 40 }, (_, index) => anEndpoint({ name: `endpoint ${index}` }));
const endpointIds = endpoints.map(each => each.id);
const all = { after: uuidLowerBound(nowMs - 4 * weekMs), until: uuidLowerBound(nowMs + 1000) };

const operationId = newUuid(nowMs);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedEndpoints(database.pool, endpoints);
  await withClient(database.pool, client => ensurePartitions(client, { fromMs: nowMs - 3 * weekMs, untilMs: nowMs }));
  const id = `(lpad(to_hex($1::bigint - (i * $2::float8 / $3)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
    || '8' || substr(md5(i::text), 4, 15))::uuid`;
  const seed = async (table: string, rows: number, spanMs: number) => {
    await database.pool.query(
      `INSERT INTO delivery_${table} (id, tenant_id, endpoint_id, event_id, event_type, status, failure_reason,
         max_attempts, due_at, updated_at, is_test, live)
       SELECT ${id}, $4::uuid, ($5::uuid[])[1 + i % 40], ${id}, 'type.' || i % 20,
         (CASE WHEN $6 THEN CASE WHEN i % 100 = 5 THEN 'RETRYING' ELSE 'PENDING' END
           WHEN i % 100 = 5 THEN 'FAILED' ELSE 'SUCCEEDED' END)::delivery_status,
         CASE WHEN NOT $6 AND i % 100 = 5 THEN 'EXHAUSTED'::failure_reason END, 10, now(), now(), false, $6
       FROM generate_series(1, $3::int) AS i`,
      [nowMs, spanMs, rows, defaultTenantId, endpointIds, table === 'live'],
    );
    await database.pool.query(
      `INSERT INTO event (id, tenant_id, is_test, type, payload)
       SELECT ${id}, $4, false, 'type', repeat('x', 500) FROM generate_series(1, $3::int) AS i ON CONFLICT DO NOTHING`,
      [nowMs, spanMs, rows, defaultTenantId],
    );
  };
  await seed('history', 60_000, 3 * weekMs);
  await seed('live', 20_000, 60_000);
  await database.pool.query('ANALYZE');
});
afterAll(() => database[Symbol.asyncDispose]());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs a statement and rolls it back.
 * @returns the large tables of which it read every row, and the number of blocks that it read.
 */
async function explain({ text, values }: QueryConfig) {
  return withClient(database.pool, async client => {
    await client.query('BEGIN');
    try {
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
      const root: PlanNode = rows[0]['QUERY PLAN'][0].Plan;
      const sequential: string[] = [];
      const visit = (node: PlanNode) => {
        const relation = node['Relation Name'];
        if (node['Actual Loops'] > 0 && node['Node Type'] === 'Seq Scan' && relation && isLarge(relation)) {
          sequential.push(relation);
        }
        node.Plans?.forEach(visit);
      };
      visit(root);
      return { sequential, blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'] };
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

/** Whether a relation is a partition of a future week, which is empty. */
const isFuture = (relation: string) =>
  relation.slice(-8) > new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');

const isLarge = (relation: string) => /^(delivery|event)/.test(relation);

const resolve = (input: DeliveryFilterInput) =>
  resolveSearch(database.pool, defaultTenantId, checkFilter(input, 'filter', { endpointIds: null }));

async function readIds(
  status: string,
  count: number,
): Promise<{ id: string; event_id: string; endpoint_id: string }[]> {
  const { rows } = await database.pool.query(
    'SELECT id, event_id, endpoint_id FROM delivery WHERE status = $1::delivery_status ORDER BY id LIMIT $2',
    [status, count],
  );
  return rows;
}

describe('the deliveries of one chunk of a bulk operation', () => {
  test.each<[string, DeliveryFilterInput, number]>([
    ['creation time', { createdAt: { from: new Date(nowMs - 3 * weekMs) } }, 2500],
    ['status FAILED', { statuses: ['FAILED'] }, 2500],
    ['one endpoint', { endpointIds: [formatId('ep', endpointIds[3] as string)] }, 2500],
    ['many endpoints', { endpointIds: endpointIds.slice(0, 20).map(id => formatId('ep', id)) }, 4000],
  ])(
    'are read from an index, starting at the end of the last chunk, for a filter by %s',
    async (_name, input, most) => {
      const statement = bulkItemsStatement(defaultTenantId, await resolve(input), all, 100);
      const plan = await explain(statement as QueryConfig);
      expect(plan.sequential).toEqual([]);
      expect(plan.blocks).toBeLessThan(most);
    },
  );

  test('are counted with an index that is limited to the time range', async () => {
    const window = { after: uuidLowerBound(nowMs - weekMs), until: uuidLowerBound(nowMs - weekMs + 3_600_000) };
    const statement = bulkCountStatement(defaultTenantId, await resolve({ statuses: ['FAILED', 'SUCCEEDED'] }), window);
    const plan = await explain(statement as QueryConfig);
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(200);
  });
});

describe('the deliveries of a bulk operation', () => {
  test('are listed and counted with an index, however many other rows exist', async () => {
    const rows = await readIds('FAILED', 300);
    const ids = rows.map(row => row.id);
    await withClient(database.pool, async client => {
      await client.query('UPDATE delivery SET bulk_operation_id = $1 WHERE id = ANY ($2)', [operationId, ids]);
      await client.query('ANALYZE delivery_history');
    });
    const filter = await resolve({ bulkOperationIds: [formatId('blk', operationId)] });
    const page = { size: 20, backward: false, after: null, before: null };
    const statements = [
      pageStatement(defaultTenantId, filter, defaultOrder, page),
      pageStatement(defaultTenantId, { ...filter, statuses: new Set(['FAILED']) }, defaultOrder, page),
      pageStatement(defaultTenantId, { ...filter, statuses: new Set(['SUCCEEDED']) }, defaultOrder, page),
      countStatement(defaultTenantId, filter, 10_001),
      { text: outcomesStatement.text, values: [defaultTenantId, encodePlainArray([operationId]), 10_001] },
    ];
    for (const statement of statements) {
      const plan = await explain(statement as QueryConfig);
      expect(plan.sequential.filter(name => !isFuture(name))).toEqual([]);
      // The limit allows a few blocks for each of the 300 rows, out of 80,000 rows in all.
      expect(plan.blocks).toBeLessThan(1500);
    }
  });
});

describe('the SQL statements of a bulk operation on 100 deliveries', () => {
  test('read only these deliveries and their events to retry FAILED deliveries', async () => {
    const ids = (await readIds('FAILED', 100)).map(row => row.id);
    const bounds = [ids[0], ids.at(-1)];
    const plan = await explain({
      text: restartManyStatement.text,
      values: [encodePlainArray(ids), ...bounds, defaultTenantId, 9, operationId],
    });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(100 * 60);
  });

  test('read only these deliveries to make RETRYING deliveries due now', async () => {
    const ids = (await readIds('RETRYING', 100)).map(row => row.id);
    const plan = await explain({
      text: expediteManyStatement.text,
      values: [encodePlainArray(ids), defaultTenantId, operationId],
    });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(100 * 60);
  });

  test('read only the events of these deliveries to replay them', async () => {
    const rows = await readIds('SUCCEEDED', 100);
    const column = (pick: (row: (typeof rows)[number]) => string) => encodePlainArray(rows.map(pick));
    const newIds = encodePlainArray(rows.map(() => crypto.randomUUID()));
    const values = [newIds, column(row => row.id), column(row => row.event_id), column(row => row.endpoint_id)];
    const plan = await explain({
      text: replayManyStatement.text,
      values: [...values, defaultTenantId, 9, operationId],
    });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(100 * 60);
  });

  test('look up each waiting delivery by its primary key', async () => {
    const ids = (await readIds('PENDING', 1000)).map(row => row.id);
    const plan = await explain({ text: unclaimedStatement.text, values: [encodePlainArray(ids)] });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(1000 * 8);
  });
});

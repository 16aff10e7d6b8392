import type { QueryConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensurePartitions } from '../../../src/database/partitions.ts';
import { withClient } from '../../../src/database/pool.ts';
import { countStatement } from '../../../src/domain/deliveries/count-deliveries.ts';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import { type DeliveryKey, type DeliveryOrder, defaultOrder } from '../../../src/domain/deliveries/delivery-order.ts';
import { pageStatement } from '../../../src/domain/deliveries/page-statement.ts';
import { resolveSearch } from '../../../src/domain/deliveries/resolve-search.ts';
import { sumTallies } from '../../../src/domain/statistics/sum-tallies.ts';
import { formatId, uuidLowerBound } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import { anEndpoint, defaultTenantId, seedEndpoints, uuidAt } from '../../fixtures/seed-deliveries.ts';

/*
 * The test data: 60,000 finished deliveries over three weeks and a backlog of 20,000. A tenth belongs to another
 * tenant, and 1% failed.
 */
const nowMs = Date.now();
const weekMs = 7 * 86_400_000;
const otherTenantId = '01900000-0000-7000-8000-00000000000f';
const busy = Array.from({ length: 40 }, (_, index) => anEndpoint({ name: `busy ${index}` }));
const rare = anEndpoint({ name: 'quiet:one' });
const idle = anEndpoint({ name: 'quiet:two' });
const eventId = uuidAt(nowMs - weekMs);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO event_type SELECT $1::uuid, 'type.' || n FROM generate_series(0, 19) AS n UNION SELECT $1::uuid, 'rare.type'`,
    [defaultTenantId],
  );
  await seedEndpoints(database.pool, [...busy, rare, idle]);
  await withClient(database.pool, client => ensurePartitions(client, { fromMs: nowMs - 3 * weekMs, untilMs: nowMs }));
  const seed = (table: string, rows: number, spanMs: number) =>
    database.pool.query(
      `INSERT INTO delivery_${table} (id, tenant_id, endpoint_id, event_id, event_type, status, failure_reason,
         response_status, error_code, duration_ms, max_attempts, due_at, updated_at, is_test, live)
       SELECT (lpad(to_hex($1::bigint - (i * $2::float8 / $3)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
           || '8' || substr(md5(i::text), 4, 15))::uuid,
         CASE WHEN i % 10 = 9 THEN $4::uuid ELSE $5::uuid END,
         CASE WHEN i % 20000 = 7 THEN $7::uuid ELSE ($6::uuid[])[1 + i % 40] END,
         gen_random_uuid(), CASE WHEN i % 20000 = 11 THEN 'rare.type' ELSE 'type.' || i % 20 END,
         (CASE WHEN $8 THEN 'PENDING' WHEN i % 100 = 5 THEN 'FAILED' ELSE 'SUCCEEDED' END)::delivery_status,
         CASE WHEN NOT $8 AND i % 100 = 5 THEN 'EXHAUSTED'::failure_reason END,
         CASE WHEN $8 OR i % 500 = 5 THEN NULL WHEN i % 100 = 5 THEN 400 + i % 177 ELSE 200 END,
         CASE WHEN NOT $8 AND i % 100 = 5 THEN 'HTTP_STATUS'::attempt_error_code END, CASE WHEN NOT $8 THEN i % 3000 + (i % 1000 = 17)::int * 10000 END, 10, now(), now(), false, $8
       FROM generate_series(1, $3::int) AS i`,
      [nowMs, spanMs, rows, otherTenantId, defaultTenantId, busy.map(each => each.id), rare.id, table === 'live'],
    );
  await seed('history', 60_000, 3 * weekMs);
  await seed('live', 20_000, 60_000);
  await sumTallies(database.pool);
  await database.pool.query('VACUUM delivery_tally');
  await database.pool.query('ANALYZE');
});
afterAll(() => database[Symbol.asyncDispose]());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs a statement.
 * @returns the indexes that it read with their tables, the sequential scans of deliveries, and the number of blocks.
 */
async function explain({ text, values }: QueryConfig) {
  const { rows } = await database.pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
  const root: PlanNode = rows[0]['QUERY PLAN'][0].Plan;
  const nodes: PlanNode[] = [];
  const visit = (node: PlanNode) => {
    if (node['Actual Loops'] > 0) nodes.push(node);
    node.Plans?.forEach(visit);
  };
  visit(root);
  const withRows = nodes.filter(node => node['Actual Rows'] > 0 || (node['Rows Removed by Filter'] ?? 0) > 0);
  return {
    sequential: withRows
      .filter(node => node['Node Type'] === 'Seq Scan')
      .flatMap(node => node['Relation Name']?.match(/^delivery_(live|history).*/)?.[0] ?? []),
    indexes: withRows.flatMap(node => node['Index Name']?.replace(/_p\d{8}/, '') ?? []),
    partitions: new Set(withRows.flatMap(node => node['Relation Name']?.match(/^delivery_history_p\d+/) ?? [])),
    historyRows: withRows
      .filter(node => node['Relation Name']?.startsWith('delivery_history'))
      .reduce(
        (sum, node) => sum + node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
        0,
      ),
    blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
  };
}

interface Options {
  readonly order?: DeliveryOrder;
  readonly after?: DeliveryKey;
  readonly backward?: boolean;
}

async function explainPage(
  input: DeliveryFilterInput,
  { order = defaultOrder, after, backward = false }: Options = {},
) {
  const filter = await resolveSearch(database.pool, defaultTenantId, checkFilter(input, 'filter', everything));
  const page = { size: 20, backward, after: after ?? null, before: null };
  const statement = pageStatement(defaultTenantId, filter, order, page);
  if (!statement) throw new Error('nothing can match');
  return explain(statement);
}

const everything = { endpointIds: null };
const idsOf = (...endpoints: { id: string }[]) => endpoints.map(endpoint => formatId('ep', endpoint.id));
const failedIndex = 'delivery_history_tenant_id_id_idx1';
const tenantIndex = 'delivery_history_tenant_id_id_idx';
const endpointIndex = 'delivery_history_endpoint_id_id_idx';
const reasonIndex = 'delivery_history_tenant_id_failure_reason_id_idx';
const errorIndex = 'delivery_history_tenant_id_error_code_id_idx';
const latencyIndex = 'delivery_history_tenant_id_duration_ms_id_idx';
const responseIndex = 'delivery_history_tenant_id_response_status_id_idx';

describe('the query for a page of deliveries', () => {
  test('reads only the ends of the newest partition and of the live table for the newest deliveries', async () => {
    const plan = await explainPage({});
    // The planner may read by the primary key instead of the index by tenant, because one tenant has most of the rows.
    expect(plan.historyRows).toBeLessThan(50);
    expect(plan).toMatchObject({ sequential: [], partitions: { size: 1 } });
    expect(plan.blocks).toBeLessThan(60);
  });

  test('starts at its cursor, in one partition, however far the page is from the first one', async () => {
    const plan = await explainPage({}, { after: [null, uuidLowerBound(nowMs - 2 * weekMs + 1)] });
    expect(plan).toMatchObject({ sequential: [], partitions: { size: 1 } });
    expect(plan.blocks).toBeLessThan(60);
  });

  test('without a filter is a prepared statement, which PostgreSQL still plans for its values each time', async () => {
    const filter = await resolveSearch(database.pool, defaultTenantId, checkFilter(null, 'filter', everything));
    const page = { size: 20, backward: false, after: null, before: null };
    const statement = pageStatement(defaultTenantId, filter, defaultOrder, page);
    expect(statement?.isPlain).toBe(true);
    const generic = await withClient(database.pool, async client => {
      // PostgreSQL decides after five runs of a prepared statement whether to use one generic plan for all values.
      for (let run = 0; run < 8; run += 1) await client.query({ name: 'plain', ...statement } as QueryConfig);
      return client.query(`SELECT generic_plans::int FROM pg_prepared_statements WHERE name = 'plain'`);
    });
    expect(generic.rows).toEqual([{ generic_plans: 0 }]);
  });

  test('reads only the partition of the week if the filter is one week', async () => {
    const from = new Date(nowMs - 2 * weekMs);
    const plan = await explainPage({ createdAt: { from, to: new Date(from.getTime() + 1000) } });
    expect(plan).toMatchObject({ sequential: [] });
    expect(plan.partitions.size).toBeLessThanOrEqual(1);
    expect(plan.blocks).toBeLessThan(30);
  });

  test('reads the index of endpoints for one endpoint, whether it has many deliveries, few or none', async () => {
    for (const endpoints of [[busy[0] ?? rare], [rare], [idle], [rare, idle]]) {
      const plan = await explainPage({ endpointIds: idsOf(...endpoints) });
      expect(plan.sequential).toEqual([]);
      expect(plan.indexes.filter(name => name.startsWith('delivery_history') && name !== endpointIndex)).toEqual([]);
      expect(plan.blocks).toBeLessThan(200);
    }
  });

  test('reads the index of the endpoints that a search finds if no event type can contain the text', async () => {
    const plan = await explainPage({ search: 'QUIET:' });
    expect(new Set(plan.indexes.filter(name => name.startsWith('delivery_history')))).toEqual(new Set([endpointIndex]));
    expect(plan.blocks).toBeLessThan(200);
  });

  test.each<[string, DeliveryFilterInput]>([
    ['status FAILED', { statuses: ['FAILED'] }],
    ['failure reason', { failureReasons: ['EXHAUSTED', 'GONE'] }],
    [
      'response status',
      {
        responseStatuses: [
          { from: 500, to: 599 },
          { from: 404, to: 404 },
        ],
      },
    ],
    ['error code', { statuses: ['FAILED', 'SUCCEEDED'], errorCodes: ['HTTP_STATUS'] }],
  ])('reads an index of failures for a filter by %s', async (_, input) => {
    const plan = await explainPage(input);
    expect(plan.sequential.filter(name => name !== 'delivery_live')).toEqual([]);
    expect(plan.indexes.filter(name => name === tenantIndex || name === endpointIndex)).toEqual([]);
    expect(plan.indexes.some(name => [failedIndex, reasonIndex, errorIndex].includes(name))).toBe(true);
  });

  test('reads only the history for failed deliveries, and only the live table for pending ones', async () => {
    expect((await explainPage({ statuses: ['FAILED'] })).indexes.join()).not.toContain('delivery_live');
    expect((await explainPage({ statuses: ['PENDING'] })).indexes.join()).not.toContain('delivery_history');
  });

  test.each<[string, DeliveryFilterInput]>([
    ['a rare event type', { eventTypes: ['rare.type'] }],
    ['a prefix of rare event types', { eventTypes: ['rare.*'] }],
    ['a search that matches a rare event type', { search: 'RARE' }],
    ['an unknown event type', { eventTypes: ['no.such'] }],
  ])('reads the index of event types for %s', async (_, input) => {
    const plan = await explainPage({ ...input, statuses: ['SUCCEEDED', 'FAILED'] });
    expect(plan.sequential).toEqual([]);
    expect(plan.historyRows).toBeLessThan(20);
    expect(plan.blocks).toBeLessThan(60);
  });

  test.each<DeliveryFilterInput>([{ search: 'no such thing' }, { search: 'nope' }, { eventTypes: ['no.such.*'] }])(
    'runs no statement for the filter %j, which matches no endpoint and no event type',
    async input => {
      const filter = await resolveSearch(database.pool, defaultTenantId, checkFilter(input, 'filter', everything));
      const page = { size: 20, backward: false, after: null, before: null };
      expect(pageStatement(defaultTenantId, filter, defaultOrder, page)).toBeNull();
    },
  );

  test.each<[string, DeliveryFilterInput]>([
    ['endpoint', { endpointIds: idsOf(busy[0] ?? rare) }],
    ['event type', { eventTypes: ['type.3'] }],
    ['endpoint and status', { endpointIds: idsOf(busy[5] ?? rare), statuses: ['FAILED'] }],
    ['event type and status', { eventTypes: ['type.5'], statuses: ['FAILED'] }],
    ['test events', { isTest: true }],
    ['an error code without deliveries', { errorCodes: ['TEMPLATE'], statuses: ['FAILED'] }],
    ['a failure reason without deliveries', { failureReasons: ['GONE'] }],
  ])('reads as few blocks far from the start as at the start for a filter by %s', async (_, input) => {
    const finished = { statuses: ['SUCCEEDED', 'FAILED'] as const, ...input };
    for (const after of [undefined, uuidLowerBound(nowMs - 2 * weekMs)]) {
      const plan = await explainPage(finished, after ? { after: [null, after] } : {});
      expect(plan.sequential).toEqual([]);
      expect(plan.historyRows).toBeLessThan(500);
      expect(plan.blocks).toBeLessThan(500);
    }
  });

  test.each<[DeliveryOrder['field'], DeliveryKey[0]]>([
    ['STATUS', 'SUCCEEDED'],
    ['STATUS', 'FAILED'],
    ['RESPONSE_STATUS', 200],
    ['RESPONSE_STATUS', 404],
    ['RESPONSE_STATUS', null],
    ['LATENCY', 1500],
    ['LATENCY', null],
  ])(
    'starts at its cursor in both directions if it is sorted by %s and the cursor has the value %s',
    async (field, value) => {
      for (const direction of ['ASC', 'DESC'] as const) {
        const after: DeliveryKey = [value, uuidLowerBound(nowMs - 1.5 * weekMs)];
        const plan = await explainPage({ statuses: ['SUCCEEDED', 'FAILED'] }, { order: { field, direction }, after });
        expect(plan.sequential).toEqual([]);
        expect(plan.historyRows).toBeLessThan(1000);
      }
    },
  );

  test('of one event reads only the deliveries from the millisecond of the event, and the index of replays', async () => {
    const plan = await explainPage({ eventIds: [formatId('evt', eventId)] });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(60);
  });

  test('of 1,000 events needs a few index look-ups for each event', async () => {
    const eventIds = Array.from({ length: 1000 }, (_, i) => formatId('evt', uuidAt(nowMs - i * 1_000_000)));
    const plan = await explainPage({ eventIds });
    expect(plan.sequential).toEqual([]);
    expect(plan.blocks).toBeLessThan(20_000);
  });

  test.each(['ASC', 'DESC'] as const)(
    'does not sort the history if it is sorted by status in the direction %s',
    async direction => {
      for (const backward of [false, true]) {
        const plan = await explainPage({}, { order: { field: 'STATUS', direction }, backward });
        expect(plan.sequential.filter(name => name !== 'delivery_live')).toEqual([]);
        expect(plan.indexes).toContain(failedIndex);
        const history = await explainPage(
          { statuses: ['SUCCEEDED', 'FAILED'] },
          { order: { field: 'STATUS', direction }, backward },
        );
        expect(history.historyRows).toBeLessThan(1000);
      }
    },
  );

  test.each([
    ['RESPONSE_STATUS', 'ASC', responseIndex],
    ['RESPONSE_STATUS', 'DESC', responseIndex],
    ['LATENCY', 'ASC', latencyIndex],
    ['LATENCY', 'DESC', latencyIndex],
  ] as const)(
    'does not sort the history if it is sorted by %s in the direction %s',
    async (field, direction, index) => {
      for (const backward of [false, true]) {
        const plan = await explainPage(
          { statuses: ['SUCCEEDED', 'FAILED'] },
          { order: { field, direction }, backward },
        );
        expect(plan.sequential).toEqual([]);
        expect(plan.indexes).toContain(index);
        expect(plan.historyRows).toBeLessThan(1000);
      }
    },
  );

  test('reads the index of latencies for slow deliveries', async () => {
    const plan = await explainPage({ statuses: ['SUCCEEDED', 'FAILED'], latencyMs: { from: 10_000 } });
    expect(plan.sequential).toEqual([]);
    expect(plan.indexes).toContain(latencyIndex);
    expect(plan.historyRows).toBeLessThan(200);
  });
});

describe('the query that counts deliveries', () => {
  test('reads fewer than 100 blocks when its limit is 101 rows', async () => {
    const filter = await resolveSearch(database.pool, defaultTenantId, checkFilter(null, 'filter', everything));
    const few = await explain(countStatement(defaultTenantId, filter, 101) as QueryConfig);
    expect(few.blocks).toBeLessThan(100);
  });
});

import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodePlainArray } from '../../src/database/arrays.ts';
import { listPartitions, partitionRange } from '../../src/database/partitions.ts';
import { keptPlans, openPool } from '../../src/database/pool.ts';
import type { NextStep } from '../../src/delivery.ts';
import {
  type ClaimedDelivery,
  claim,
  release,
  type Settlement,
  settle,
} from '../../src/domain/delivery-state/index.ts';
import { newUuid, uuidTime } from '../../src/ids.ts';
import { findLanes } from '../../src/sender/find-lanes.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../fixtures/postgres.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../fixtures/seed-deliveries.ts';

const endpointIds = Array.from({ length: 50 }, () => newUuid(Date.now()));
const rows = 1_000_000;

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openSenderPool(database);
  await seedEndpoints(
    pool,
    endpointIds.map(id => anEndpoint({ id })),
  );
  await seedQueue(pool, rows);
  await pool.query('VACUUM ANALYZE delivery_live');
}, 600_000);
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await pool.query("UPDATE delivery_live SET status = 'PENDING', lease_until = NULL WHERE status <> 'PENDING'");
  // An update can only be HOT if its page has free space, which VACUUM creates.
  await pool.query('VACUUM delivery_live');
});

/** Opens a pool with the settings of a sender and a single connection. */
function openSenderPool({ connectionString }: TestDatabase): Pool {
  return openPool({
    connectionString,
    max: 1,
    statementTimeoutMs: 600_000,
    applicationName: 'livehook-test-plans',
    settings: keptPlans,
    log: silentLog,
  });
}

/** Inserts due deliveries of this week and the previous one, distributed over 50 endpoints. */
async function seedQueue(pool: Pool, rows: number): Promise<void> {
  const weekAgo = Date.now() - 7 * 86_400_000;
  await pool.query(
    `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
       is_test, event_type)
     SELECT id, $2, ($3::uuid[])[1 + n % 50], id, now() - n * interval '1 ms', now(), 'PENDING', 10, true, false, 'a'
     FROM generate_series(1, $1) AS n,
       LATERAL (SELECT (lpad(to_hex(($4::bigint[])[1 + n % 2]), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id)`,
    [rows, defaultTenantId, encodePlainArray(endpointIds), [weekAgo, Date.now()]],
  );
  await pool.query(
    "INSERT INTO event (id, tenant_id, is_test, type, payload) SELECT event_id, tenant_id, false, 'a', '{}' FROM delivery_live",
  );
}

const requests = (slots: number) => endpointIds.map(endpointId => ({ endpointId, slots, after: null }));

const claimSome = async (slots = 4) => (await claim(pool, requests(slots), 10_000)).claimed;

const steps: readonly NextStep[] = [
  { status: 'SUCCEEDED' },
  { status: 'FAILED', failureReason: 'GONE', pauseEndpointMs: null },
  {
    ...{ status: 'RETRYING', delayMs: 1e6, scheduleDelayMs: null, scheduleStep: 1, interruptions: 0, maxAttempts: 9 },
    pauseEndpointMs: null,
  },
];

function finish({ delivery }: ClaimedDelivery, index: number): Settlement {
  return {
    claimed: delivery,
    endpointName: 'Shop',
    endpointUrl: 'https://shop.test/hook',
    attempt: {
      ...{ trigger: 'SCHEDULE', startedAt: Date.now(), durationMs: 5, queueMs: 1, error: null },
      request: { method: 'POST', url: 'https://shop.test/hook', headersJson: '[]', body: null, isSent: true },
      response: { status: 200, headersJson: '[]', body: null, excerpt: null, bodyTruncated: false },
    },
    next: steps[index % steps.length] as NextStep,
  };
}

/**
 * The updates that this session has made but not yet reported to the statistics, including those of the open
 * transaction.
 */
async function readUpdates(client: PoolClient): Promise<{ updated: number; hot: number }> {
  const { rows: found } = await client.query(
    `SELECT n_tup_upd::int AS updated, n_tup_hot_upd::int AS hot FROM pg_stat_xact_user_tables
     WHERE relname = 'delivery_live'`,
  );
  return found[0] ?? { updated: 0, hot: 0 };
}

interface Sent {
  readonly text: string;
  readonly values: unknown[];
}

/** Returns the statement that `run` would send, without sending it. */
async function capture(pool: Pool, run: () => Promise<unknown>): Promise<Sent> {
  const client = await pool.connect();
  const { query } = client;
  let sent: Sent | undefined;
  client.query = ((statement: Sent) => {
    sent = statement;
    return Promise.resolve({ rows: [] });
  }) as unknown as typeof query;
  client.release();
  try {
    await run();
  } finally {
    client.query = query;
  }
  if (!sent) throw new Error('nothing was sent');
  return { text: sent.text, values: sent.values };
}

/** Runs `look` with the statement that `run` would send, in a transaction that is rolled back. */
async function examine<T>(
  pool: Pool,
  run: () => Promise<unknown>,
  look: (client: PoolClient, sent: Sent) => Promise<T>,
): Promise<T> {
  const sent = await capture(pool, run);
  const own = await pool.connect();
  try {
    await own.query('BEGIN');
    return await look(own, sent);
  } finally {
    await own.query('ROLLBACK');
    own.release();
  }
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  /** The blocks that this node and the nodes below it have read. */
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Explains the statement that `run` would send as the sender executes it: prepared, with a generic plan. */
async function explain(run: () => Promise<unknown>, on = pool): Promise<PlanNode[]> {
  return examine(on, run, async (client, { text, values }) => {
    await client.query(`PREPARE probe AS ${text}`);
    try {
      return await explainPrepared(client, 'probe', values);
    } finally {
      await client.query('DEALLOCATE probe');
    }
  });
}

async function explainPrepared(
  executor: Pool | PoolClient,
  name: string,
  values: readonly unknown[],
): Promise<PlanNode[]> {
  const literals = values.map(value => escapeLiteral(String(value)));
  const list = literals.length === 0 ? '' : `(${literals.join(', ')})`;
  const { rows: plans } = await executor.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE ${name}${list}`);
  return flatten(plans[0]['QUERY PLAN'][0].Plan);
}

/** Checks that no node scans all unfinished deliveries, and that none reads more than `maxRows` rows. */
function expectIndexReads(nodes: readonly PlanNode[], maxRows: number): void {
  const reads = nodes.filter(
    node => node['Relation Name']?.startsWith('delivery_live') && node['Node Type'] !== 'ModifyTable',
  );
  expect(reads).not.toEqual([]);
  for (const read of reads) {
    expect(read['Node Type']).not.toBe('Seq Scan');
    const read_rows = (read['Actual Rows'] + (read['Rows Removed by Filter'] ?? 0)) * read['Actual Loops'];
    expect(read_rows).toBeLessThanOrEqual(maxRows);
  }
}

const indexesOf = (nodes: readonly PlanNode[]) => new Set(nodes.map(node => node['Index Name']).filter(Boolean));

describe('on a queue of a million due deliveries', () => {
  it('claiming 200 deliveries reads 200 index entries and updates rows by primary key', async () => {
    const nodes = await explain(() => claimSome());
    expectIndexReads(nodes, 200);
    expect(indexesOf(nodes)).toContain('delivery_live_lane');
    expect(indexesOf(nodes)).toContain('delivery_live_pkey');
  });

  it('claiming costs no more if other senders have claimed the first 20,000 deliveries', async () => {
    const claimed = await claimSome(400);
    const lasts = new Map(claimed.map(item => [item.delivery.endpointId, item]));
    const next = requests(4).map(request => {
      const last = lasts.get(request.endpointId);
      return { ...request, after: last ? { dueMs: last.dueAtMs, id: last.delivery.id } : null };
    });
    expectIndexReads(await explain(() => claim(pool, next, 10_000)), 200);
  });

  it('claiming is a HOT update, which writes no index', async () => {
    const stats = await examine(
      pool,
      () => claimSome(),
      async (client, { text, values }) => {
        const before = await readUpdates(client);
        await client.query(text, values);
        const after = await readUpdates(client);
        return { updated: after.updated - before.updated, hot: after.hot - before.hot };
      },
    );
    expect(stats).toEqual({ updated: 200, hot: 200 });
  });

  it('the search for endpoints with due deliveries takes a few index look-ups for each endpoint, not for each delivery', async () => {
    expectIndexReads(await explain(() => findLanes(pool)), 200);
  });

  it('writing the results of 200 attempts and releasing 200 claims finds each row by primary key', async () => {
    const claimed = await claimSome();
    const nodes = await explain(() => settle(pool, claimed.map(finish)));
    expectIndexReads(nodes, 200);
    expect(indexesOf(nodes)).toContain('delivery_live_pkey');
    const items = claimed.map(item => ({ claimed: item, target: { name: 'Shop', url: 'x' } }));
    expectIndexReads(await explain(() => release(pool, items)), 200);
  });

  it('writing results locks only the partitions of the weeks of the deliveries', async () => {
    const claimed = (await claimSome()).filter(item => uuidTime(item.delivery.id) > Date.now() - 3_600_000);
    expect(claimed.length).toBeGreaterThan(50);
    const locked = await examine(
      pool,
      () => settle(pool, claimed.map(finish)),
      async (client, { text, values }) => {
        await client.query(text, values);
        const { rows: found } = await client.query(
          `SELECT DISTINCT relation::regclass::text AS name FROM pg_locks
           WHERE pid = pg_backend_pid() AND relation::regclass::text ~ '^(event|attempt|delivery_history)_p[0-9]+$'
           ORDER BY 1`,
        );
        return found.map(row => row.name);
      },
    );
    const { fromMs } = partitionRange(Date.now());
    const current = (await listPartitions(pool)).filter(
      ({ fromMs: from, untilMs, table }) => from <= Date.now() && Date.now() < untilMs && table !== 'event',
    );
    expect(fromMs).toBeLessThan(Date.now());
    expect(locked).toEqual(current.map(partition => partition.name).sort());
  });
});

it.each([
  ['was empty', async () => {}],
  ['was empty, but its indexes were still large', churn],
])(
  'plans that the sender cached while the queue %s are still efficient when the queue is full',
  async (_, prepare) => {
    await using other = await createTestDatabase();
    const own = openSenderPool(other);
    try {
      await seedEndpoints(
        own,
        endpointIds.map(id => anEndpoint({ id })),
      );
      await prepare(own);
      const claimAll = () => claim(own, requests(4), 10_000);
      // The first statements get 200 deliveries that are not in the database, because the queue is empty when they are
      // planned.
      let claimed = Array.from({ length: 200 }, () => unknownDelivery());
      const statements = [
        claimAll,
        () => findLanes(own),
        () => settle(own, claimed.map(finish)),
        () =>
          release(
            own,
            claimed.map(item => ({ claimed: item, target: { name: 'Shop', url: 'x' } })),
          ),
      ];
      for (const [index, run] of statements.entries()) {
        const { text, values } = await capture(own, run);
        await own.query(`PREPARE probe_${index} AS ${text}`);
        await explainPrepared(own, `probe_${index}`, values);
      }
      await seedQueue(own, 50_000);
      for (const [index, run] of statements.entries()) {
        if (index === 2) claimed = (await claimAll()).claimed;
        const { values } = await capture(own, run);
        const nodes = await explainPrepared(own, `probe_${index}`, values);
        expectIndexReads(nodes, 200);
        expect(indexesOf(nodes)).toContain(index < 2 ? 'delivery_live_lane' : 'delivery_live_pkey');
      }
    } finally {
      await own.end();
    }
  },
  180_000,
);

/** Creates a claimed delivery that is not in the database. */
function unknownDelivery(): ClaimedDelivery {
  const delivery = { id: newUuid(Date.now()), attemptCount: 1, version: 2, eventType: 'a' };
  return { delivery } as ClaimedDelivery;
}

/**
 * Inserts 150,000 deliveries and deletes them again, so that the indexes stay large while the table statistics show few
 * rows.
 */
async function churn(pool: Pool): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await seedQueue(pool, 50_000);
    await pool.query('DELETE FROM delivery_live WHERE id NOT IN (SELECT id FROM delivery_live ORDER BY id LIMIT 5)');
    await pool.query('TRUNCATE event');
    if (round < 2) await pool.query('DELETE FROM delivery_live');
  }
  await pool.query('VACUUM ANALYZE delivery_live');
  await pool.query('DELETE FROM delivery_live');
}

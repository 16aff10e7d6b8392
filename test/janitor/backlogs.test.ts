import { type Client, escapeLiteral, type Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settleExpiredLeases, startSweep } from '../../src/domain/delivery-state/index.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { openScene, type Scene, type SceneEndpoint } from '../domain/scene.ts';
import { defaultTenantId } from '../fixtures/seed-deliveries.ts';

const waiting = 100_000;
/** The prefix of ids of this week. Ids with this prefix are in the order of their numbers. */
const idPrefix = `${Date.now().toString(16).padStart(12, '0')}70008000`;
const idOf = (number: string) => `('${idPrefix}' || lpad(to_hex(${number}), 12, '0'))::uuid`;

let scene: Scene;
let held: SceneEndpoint;
let fifo: SceneEndpoint;
beforeAll(async () => {
  scene = await openScene();
  held = await scene.createEndpoint();
  fifo = await scene.createEndpoint({ ordering: 'FIFO' });
  const { pool } = scene.services;
  await pool.query("UPDATE endpoint SET hold_until = now() + interval '1 h' WHERE id = $1", [held.uuid]);
  await pool.query(
    `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
       is_test, event_type)
     SELECT id, $2, ($3::uuid[])[1 + n % 2], id, now() - n * interval '1 ms', now(), 'PENDING', 10, true, false, 'a'
     FROM generate_series(1, $1) AS n, LATERAL (SELECT ${idOf('n')} AS id)`,
    [waiting * 2, defaultTenantId, [held.uuid, fifo.uuid]],
  );
  await pool.query('VACUUM ANALYZE delivery_live');
}, 180_000);
afterAll(() => scene[Symbol.asyncDispose]());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}
const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Counts the rows of unfinished deliveries that `run` reads. @returns the number of rows for each named statement. */
async function countReads(run: (pool: Pool) => Promise<unknown>): Promise<Record<string, number>> {
  const { pool } = scene.services;
  const sent: { name: string; text: string; values: unknown[] }[] = [];
  const client = await pool.connect();
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  Object.assign(client, {
    query: (first: unknown, ...rest: unknown[]) => {
      const { name } = Object(first) as { name?: string };
      if (name) sent.push(first as (typeof sent)[number]);
      return query(first, ...rest);
    },
  });
  client.release();
  await run(pool);
  const reads: Record<string, number> = {};
  for (const { name, text, values } of sent) {
    const literals = values.map(value => escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value)));
    await (query(`PREPARE probe AS ${text}`) as ReturnType<Client['query']>);
    const call = literals.length > 0 ? `probe (${literals.join(', ')})` : 'probe';
    const { rows } = await (query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${call}`) as Promise<{
      rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[];
    }>);
    await (query('DEALLOCATE probe') as Promise<unknown>);
    const nodes = rows[0]?.['QUERY PLAN'][0] ? flatten(rows[0]['QUERY PLAN'][0].Plan) : [];
    const live = nodes.filter(node => node['Relation Name'] === 'delivery_live' && node['Node Type'] !== 'ModifyTable');
    reads[name] = live.reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
  }
  return reads;
}

it('the search for expired leases reads a bounded number of rows of each backlog', async () => {
  const reads = await countReads(() => settleExpiredLeases(scene.services, startSweep()));
  // The limit allows 100 rows of each queue in three orders, and one row for each step of the search for queues.
  expect(reads['leases-search']).toBeLessThan(700);
  expect(reads['leases-sweep']).toBeLessThanOrEqual(5000);
});

it('the janitor finds an expired lease immediately at the front of its queue, and in a slower sweep anywhere else', async () => {
  const { pool } = scene.services;
  const expire = async (n: number) => {
    const { rows } = await pool.query(
      `UPDATE delivery_live SET status = 'PROCESSING', attempt_count = 1, version = 2, lease_until = now() - interval '1 s'
       WHERE id = ${idOf('$1::int')} RETURNING id`,
      [n],
    );
    return rows[0].id as string;
  };
  const sweep = startSweep();
  // The highest numbers have been due for the longest time, and the lowest numbers have the lowest ids. The search
  // covers both ends.
  for (const n of [waiting * 2, waiting * 2 - 1, 1, 2]) {
    const id = await expire(n);
    await settleExpiredLeases(scene.services, sweep);
    expect(await scene.read(id)).toMatchObject({ status: 'RETRYING', errorCode: 'INTERRUPTED' });
  }
  const deep = await expire(waiting);
  const rounds = (waiting * 2) / 5000 + 2;
  for (let round = 0; round < rounds && (await scene.read(deep)).status === 'PROCESSING'; round += 1) {
    await settleExpiredLeases(scene.services, sweep);
  }
  expect(await scene.read(deep)).toMatchObject({ status: 'RETRYING' });
});

it('the janitor ends deliveries of deleted endpoints a thousand rows at a time, however many other rows are waiting', async () => {
  const { pool } = scene.services;
  await pool.query('UPDATE endpoint SET deleted_at = now() WHERE id = $1', [held.uuid]);
  await pool.query(
    `DELETE FROM delivery_live WHERE endpoint_id = $1 AND id NOT IN (
       SELECT id FROM delivery_live WHERE endpoint_id = $1 ORDER BY due_at, id LIMIT 500)`,
    [held.uuid],
  );
  const reads = await countReads(() => endDeliveriesOfDeletedEndpoints(scene.services));
  expect(reads['endpoint-waiting']).toBeLessThanOrEqual(1000);
  const { rows } = await pool.query('SELECT count(*)::int FROM delivery_live WHERE endpoint_id = $1', [held.uuid]);
  expect(rows[0].count).toBe(0);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkFilter } from '../../../src/domain/deliveries/delivery-filter.ts';
import { listDeliveries } from '../../../src/domain/deliveries/list-deliveries.ts';
import { recordNextTokens } from '../../../src/domain/deliveries/next-attempt.ts';
import { deliveriesStatement } from '../../../src/domain/deliveries/read-deliveries.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { openScene, type Scene, type SceneEndpoint } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Publishes this many deliveries in order. @returns their ids. */
async function publishMany({ id, uuid }: SceneEndpoint, count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
  const text = 'SELECT id FROM delivery WHERE endpoint_id = $1 ORDER BY due_at, id';
  return (await scene.services.pool.query(text, [uuid])).rows.map(row => row.id);
}

/** Reads the seconds until each delivery is sent, rounded to tens. The rounded value is never -0. */
async function readWaits(ids: readonly string[]): Promise<number[]> {
  const { rows } = await scene.services.pool.query("SELECT date_part('epoch', now()) * 1000 AS now");
  const deliveries = await Promise.all(ids.map(scene.read));
  return deliveries.map(({ nextAttemptAt }) => Math.round(((nextAttemptAt ?? 0) - rows[0].now) / 10_000) * 10 || 0);
}

async function update(text: string, values: unknown[]): Promise<void> {
  await scene.services.pool.query(text, values);
}

it('nextAttemptAt of a rate-limited delivery follows the order of the queue, the next token and a changed limit', async () => {
  const endpoint = await scene.createEndpoint({ rateLimitPerSecond: 0.05 });
  const ids = await publishMany(endpoint, 4);
  expect(await readWaits(ids)).toEqual([0, 20, 40, 60]);
  await recordNextTokens(scene.services.pool, new Map([[endpoint.uuid, 20_000]]));
  expect(await readWaits(ids)).toEqual([20, 40, 60, 80]);

  // Manual retries and test events are sent first.
  await update("UPDATE delivery_live SET trigger = 'MANUAL' WHERE id = $1", [ids[3]]);
  expect(await readWaits(ids)).toEqual([40, 60, 80, 20]);
  await updateEndpoint(scene.ctx, endpoint.id, { ordering: 'FIFO' });
  expect(await readWaits(ids)).toEqual([20, 40, 60, 80]);
  await updateEndpoint(scene.ctx, endpoint.id, { ordering: 'NONE' });

  // A delivery in flight already has its rate limit token, so the others move up. A retry is not sent before it is due.
  await update("UPDATE delivery_live SET status = 'PROCESSING' WHERE id = $1", [ids[3]]);
  await update("UPDATE delivery_live SET due_at = now() + interval '500 s' WHERE id = $1", [ids[0]]);
  expect(await readWaits(ids.slice(0, 3))).toEqual([500, 20, 40]);

  await updateEndpoint(scene.ctx, endpoint.id, { rateLimitPerSecond: 0.1 });
  expect(await readWaits(ids.slice(0, 3))).toEqual([500, 10, 20]);
  for (const input of [{ rateLimitPerSecond: null }, { rateLimitPerSecond: 0.001, status: 'PAUSED' as const }]) {
    await updateEndpoint(scene.ctx, endpoint.id, input);
    expect(await readWaits(ids.slice(0, 3))).toEqual([500, 0, 0]);
  }
});

it('a list of deliveries has the same estimates of nextAttemptAt as each single delivery', async () => {
  const endpoint = await scene.createEndpoint({ rateLimitPerSecond: 0.05 });
  const ids = await publishMany(endpoint, 3);
  await recordNextTokens(scene.services.pool, new Map([[endpoint.uuid, 20_000]]));
  await update("UPDATE delivery_live SET status = 'PROCESSING' WHERE id = $1", [ids[2]]);
  const filter = { ...checkFilter(null, 'filter', scene.ctx.actor), endpointIds: new Set([endpoint.uuid]) };
  const { rows } = await listDeliveries(scene.ctx, { filter, page: {} });
  const single = await Promise.all(rows.map(({ id }) => scene.read(id)));
  const toSeconds = (time: number | null) => time && Math.round(time / 10_000) * 10;
  const seconds = rows.map(({ nextAttemptAt }) => toSeconds(nextAttemptAt));
  expect(seconds).toEqual(single.map(({ nextAttemptAt }) => toSeconds(nextAttemptAt)));
  expect(seconds).toEqual([null, expect.any(Number), expect.any(Number)]);
  expect((rows[1]?.nextAttemptAt ?? 0) - (rows[2]?.nextAttemptAt ?? 0)).toBe(20_000);
});

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Alias?: string;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Returns the largest number of rows that the list query reads to count the deliveries that are sent before one of the
 * listed ones.
 */
async function readMostCounted(endpoint: SceneEndpoint): Promise<number> {
  const { pool } = scene.services;
  const newest = 'SELECT id FROM delivery WHERE endpoint_id = $1 ORDER BY id DESC LIMIT 20';
  const ids = (await pool.query(newest, [endpoint.uuid])).rows.map(({ id }) => id);
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${deliveriesStatement.text}`, [
    scene.ctx.actor.tenantId,
    ids,
    ids.at(-1),
    ids[0],
  ]);
  let most = 0;
  const visit = (node: PlanNode) => {
    // The plan nodes that count deliveries have the alias `a`. The page itself has another alias.
    if (/^a(_\d+)?$/.test(node.Alias ?? '') && node['Actual Loops'] > 0) {
      expect(node['Index Name']).toBeDefined();
      most = Math.max(most, node['Actual Rows']);
    }
    node.Plans?.forEach(visit);
  };
  visit(rows[0]['QUERY PLAN'][0].Plan);
  return most;
}

it('a list of deliveries reads at most 500 earlier deliveries to estimate nextAttemptAt of one that waits for a rate limit, and none for others', async () => {
  const limited = await scene.createEndpoint({ rateLimitPerSecond: 1 });
  const unlimited = await scene.createEndpoint();
  for (const endpoint of [limited, unlimited]) {
    for (let count = 0; count < 2; count += 1) await publishMany(endpoint, 1000);
  }
  await scene.services.pool.query('ANALYZE');
  expect(await readMostCounted(limited)).toBe(500);
  expect(await readMostCounted(unlimited)).toBe(0);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePartitions } from '../../../src/database/partitions.ts';
import { withClient, withTransaction } from '../../../src/database/pool.ts';
import { healthStatement, loadHealth } from '../../../src/domain/endpoints/load-health.ts';
import { newUuid, uuidLowerBound } from '../../../src/ids.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../../fixtures/seed-deliveries.ts';
import { openScene, type Scene } from '../scene.ts';

const hourMs = 3_600_000;
const historyRows = 60_000;
const queueRows = 12_000;
/** The first endpoint has a long queue, and the last one has no deliveries. */
const endpoints = Array.from({ length: 20 }, () => anEndpoint());
const ids = endpoints.map(endpoint => endpoint.id);
const [busy = '', quiet = ''] = [ids[0], ids[19]];

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  const { pool } = scene.services;
  await seedEndpoints(pool, endpoints);
  const now = Date.now();
  await withClient(pool, client => ensurePartitions(client, { fromMs: now - 24 * hourMs, untilMs: now + 1 }));
  // Inserts deliveries over two days, a 20th of them in the last hour. A tenth of the deliveries of each endpoint
  // failed, and every 50th was canceled.
  await pool.query(
    `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, updated_at, finished_at, status, failure_reason,
       attempt_count, max_attempts, live, is_test, event_type, duration_ms)
     SELECT (overlay(overlay(lpad(to_hex(($3::float8 - n * $4::float8)::bigint), 12, '0') placing '-' from 9 for 0)
         placing '-7000-8000-' from 14 for 0) || lpad(to_hex(n), 12, '0'))::uuid,
       $1, ($2::uuid[])[1 + n % 19], gen_random_uuid(), now(), now(),
       CASE WHEN n / 19 % 10 = 0 THEN 'FAILED' ELSE 'SUCCEEDED' END::delivery_status,
       CASE WHEN n / 19 % 50 = 0 THEN 'CANCELED' WHEN n / 19 % 10 = 0 THEN 'EXHAUSTED' END::failure_reason,
       1, 1, false, false, 'a', n / 19 % 100
     FROM generate_series(1, ${historyRows}) AS n`,
    [defaultTenantId, ids, now, (20 * hourMs) / historyRows],
  );
  await pool.query(
    `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live, is_test,
       event_type)
     SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), now() - n * interval '1 ms', now(), 'PENDING', 3, true, false, 'a'
     FROM generate_series(1, ${queueRows}) AS n`,
    [defaultTenantId, busy],
  );
  await pool.query('ANALYZE delivery_history, delivery_live');
}, 180_000);
afterAll(() => scene[Symbol.asyncDispose]());

describe('the health of a page of endpoints', () => {
  it('includes the attempts of the last hour, without canceled deliveries', async () => {
    const health = await loadHealth(scene.ctx, ids);
    expect(health.size).toBe(20);
    const one = health.get(busy);
    // The last hour has 3,000 deliveries, distributed over 19 endpoints.
    expect(one?.sampleSize).toBeGreaterThan(140);
    expect(one?.sampleSize).toBeLessThan(160);
    expect(one?.successRate).toBeGreaterThan(0.9);
    expect(one?.successRate).toBeLessThan(0.94);
    expect(one?.p95LatencyMs).toBeGreaterThan(85);
    expect(one?.oldestDueAgeSeconds).toBeGreaterThanOrEqual(12);
    expect(health.get(quiet)).toEqual({
      sampleSize: 0,
      successRate: null,
      p95LatencyMs: null,
      backlog: 0,
      oldestDueAgeSeconds: null,
      failingSince: null,
      isFailing: false,
      warnedAt: null,
      disablesAt: null,
    });
  });

  it('counts the backlog of an endpoint up to a limit', async () => {
    expect((await loadHealth(scene.ctx, [busy])).get(busy)?.backlog).toBe(10_001);
  });

  it('reads a bounded number of rows, by indexes', async () => {
    const { pool } = scene.services;
    const values = [ids, defaultTenantId, 432_000, uuidLowerBound(Date.now() - hourMs)];
    const { rows } = await withTransaction(pool, async client => {
      // Uses the same planner setting as every database session of the API.
      await client.query('SET LOCAL enable_seqscan = off');
      return client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${healthStatement.text}`, values);
    });
    const nodes = flatten(rows[0]['QUERY PLAN'][0].Plan);
    const rowsOf = (node: PlanNode) =>
      (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    const read = (relation: string) =>
      nodes.filter(node => node['Relation Name']?.startsWith(relation)).reduce((sum, node) => sum + rowsOf(node), 0);
    const sequential = nodes.filter(
      node => node['Node Type'] === 'Seq Scan' && /^delivery/.test(node['Relation Name'] ?? ''),
    );
    // Sequential scans of empty partitions are allowed.
    expect(sequential.filter(node => rowsOf(node) > 0)).toEqual([]);
    // The limits allow the 3,000 deliveries of the last hour (rounded up by the plan for each endpoint) out of 60,000,
    // and the bounded part of the queue.
    expect(read('delivery_history')).toBeLessThan(3600);
    expect(read('delivery_live')).toBeLessThan(10_600);
  });

  it('does not include the deliveries of another tenant', async () => {
    expect(await loadHealth(await scene.createOtherTenant(), ids)).toEqual(new Map());
  });
});

describe('an endpoint that fails', () => {
  const fail = async (fields: {
    sinceHours: number;
    warnedHours?: number;
    seconds?: number | null;
    status?: string;
  }) => {
    const endpoint = anEndpoint({ id: newUuid(Date.now()) });
    const { pool } = scene.services;
    await seedEndpoints(pool, [endpoint]);
    await pool.query('UPDATE endpoint SET disable_after_seconds = $2, status = $3 WHERE id = $1', [
      endpoint.id,
      fields.seconds ?? null,
      fields.status ?? 'ENABLED',
    ]);
    await pool.query(
      `INSERT INTO endpoint_health (endpoint_id, failing_since, last_failed_at, warned_at)
       VALUES ($1, now() - $2 * interval '1 h', now(), now() - $3::float8 * interval '1 h')`,
      [endpoint.id, fields.sinceHours, fields.warnedHours ?? null],
    );
    const health = (await loadHealth(scene.ctx, [endpoint.id])).get(endpoint.id);
    const forecastHours = health?.disablesAt ? (health.disablesAt - Date.now()) / hourMs : null;
    return { health, forecastHours };
  };

  it('is expected to be disabled disableAfterSeconds after its first failure, and not sooner than half of that after the warning', async () => {
    expect((await fail({ sinceHours: 20 })).forecastHours).toBeCloseTo(100, 1);
    expect((await fail({ sinceHours: 200 })).forecastHours).toBeCloseTo(60, 1);
    expect((await fail({ sinceHours: 200, warnedHours: 10 })).forecastHours).toBeCloseTo(50, 1);
    expect((await fail({ sinceHours: 1, seconds: 7200 })).forecastHours).toBeCloseTo(1, 1);
  });

  it('counts as failing only after five minutes or five failed attempts', async () => {
    const isFailing = async (sinceHours: number) => (await fail({ sinceHours })).health?.isFailing;
    expect(await isFailing(4 / 60)).toBe(false);
    expect(await isFailing(6 / 60)).toBe(true);

    const { pool } = scene.services;
    const endpoint = anEndpoint({ id: newUuid(Date.now()) });
    await seedEndpoints(pool, [endpoint]);
    await pool.query(
      "INSERT INTO endpoint_health (endpoint_id, failing_since, last_failed_at) VALUES ($1, now() - interval '1 min', now())",
      [endpoint.id],
    );
    /** Adds a delivery whose attempts began at these times, in seconds before now. */
    const failedAttempts = async (...startedAgo: number[]) => {
      const id = newUuid(Date.now());
      await pool.query(
        `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, last_failed_at, status,
           attempt_count, max_attempts, live, is_test, event_type)
         VALUES ($4, $1, $2, gen_random_uuid(), now() + interval '1 h', now(), now(), 'RETRYING', $3, 10,
           true, false, 'a')`,
        [defaultTenantId, endpoint.id, startedAgo.length, id],
      );
      await pool.query(
        `INSERT INTO attempt (delivery_id, number, started_at, duration_ms, trigger, error_code, response_truncated)
         SELECT $1, n, now() - ago * interval '1 s', 10, 'SCHEDULE', 'HTTP_STATUS', false
         FROM unnest($2::int[]) WITH ORDINALITY AS t (ago, n)`,
        [id, startedAgo],
      );
      return (await loadHealth(scene.ctx, [endpoint.id])).get(endpoint.id)?.isFailing;
    };
    // The endpoint has succeeded after the first nine attempts of this delivery.
    expect(await failedAttempts(9000, 8000, 7000, 6000, 5000, 4000, 3000, 2000, 1000, 5)).toBe(false);
    expect(await failedAttempts(20, 10)).toBe(false);
    expect(await failedAttempts(5)).toBe(false);
    expect(await failedAttempts(5)).toBe(true);
  });

  it('has no forecast if disableAfterSeconds is 0 (never), or if the endpoint is not enabled', async () => {
    const { health, forecastHours } = await fail({ sinceHours: 20, seconds: 0 });
    expect(forecastHours).toBeNull();
    expect(Date.now() - (health?.failingSince ?? 0)).toBeGreaterThan(19 * hourMs);
    expect((await fail({ sinceHours: 20, status: 'PAUSED' })).forecastHours).toBeNull();
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

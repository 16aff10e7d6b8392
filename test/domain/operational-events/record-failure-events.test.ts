import { expect, it } from 'vitest';
import { withTransaction } from '../../../src/database/pool.ts';
import { listensToFailures } from '../../../src/domain/operational-events/record-failure-events.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../../fixtures/seed-deliveries.ts';
import { openScene } from '../scene.ts';

it('the check whether any endpoint subscribes to operational events does not read endpoints without this subscription', async () => {
  await using scene = await openScene();
  const { pool } = scene.services;
  const listener = await scene.createEndpoint({ eventTypes: ['a', 'livehook.delivery.*'] });
  await seedEndpoints(
    pool,
    Array.from({ length: 5000 }, () => anEndpoint()),
  );
  await pool.query('ANALYZE endpoint');
  const plan = await withTransaction(pool, async client => {
    // Uses the same planner setting as every database session of a sender.
    await client.query('SET LOCAL enable_seqscan = off');
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT TEXT) SELECT e.id FROM endpoint e WHERE e.tenant_id = $1 AND ${listensToFailures}`,
      [defaultTenantId],
    );
    return rows.map(row => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toContain('endpoint_failure_listener');
  expect(plan).not.toContain('Rows Removed by Filter');
  const { rows } = await pool.query(`SELECT id FROM endpoint WHERE ${listensToFailures}`);
  expect(rows).toEqual([{ id: listener.uuid }]);
});

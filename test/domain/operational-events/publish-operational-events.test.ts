import { expect, it } from 'vitest';
import { FailedRows } from '../../../src/domain/failed-rows.ts';
import { publishOperationalEvents } from '../../../src/domain/operational-events/publish-operational-events.ts';
import { silentLog } from '../../fixtures/postgres.ts';
import { defaultTenantId } from '../../fixtures/seed-deliveries.ts';
import { openScene } from '../scene.ts';

it('an operational event that cannot be published stays queued, and the others are published', async () => {
  await using scene = await openScene();
  const { pool } = scene.services;
  const listener = await scene.createEndpoint({ eventTypes: ['livehook.*'] });
  const insert = async (details: string) => {
    const { rows } = await pool.query(
      "INSERT INTO operational_event (tenant_id, endpoint_id, type, details) VALUES ($1, $2, 'livehook.endpoint.disabled', $3) RETURNING id",
      [defaultTenantId, listener.uuid, details],
    );
    return rows[0];
  };
  const published = async () =>
    (await pool.query("SELECT payload::jsonb ->> 'reason' AS reason FROM event ORDER BY id")).rows.map(
      row => row.reason,
    );
  const failed = new FailedRows('operational_event', silentLog);
  await insert('{"reason": "first"}');
  const bad = await insert('null');
  await insert('{"reason": "second"}');
  await publishOperationalEvents(scene.services, failed);
  expect(await published()).toEqual(['first', 'second']);
  expect((await pool.query('SELECT id FROM operational_event')).rows).toEqual([bad]);
  expect(failed.waitingIds()).toEqual([bad.id]);

  await insert('{"reason": "third"}');
  await publishOperationalEvents(scene.services, failed);
  expect(await published()).toEqual(['first', 'second', 'third']);

  // After the row is repaired, a new process, which does not know that it failed before, publishes it.
  await pool.query('UPDATE operational_event SET details = \'{"reason": "repaired"}\'');
  await publishOperationalEvents(scene.services, new FailedRows('operational_event', silentLog));
  expect(await published()).toEqual(['first', 'second', 'third', 'repaired']);
  expect((await pool.query('SELECT id FROM operational_event')).rows).toEqual([]);
});

it('an operational event that a process of the previous version records under the old table name is published', async () => {
  await using scene = await openScene();
  const { pool } = scene.services;
  const listener = await scene.createEndpoint({ eventTypes: ['livehook.*'] });
  await pool.query(
    `INSERT INTO news (tenant_id, endpoint_id, type, details)
     SELECT $1, $2, 'livehook.endpoint.disabled', jsonb_build_object('reason', reason) FROM unnest('{old,new}'::text[]) AS reason`,
    [defaultTenantId, listener.uuid],
  );
  // Processes of the previous version publish events in this way: they lock the rows, and delete those that are
  // published.
  const { rows } = await pool.query(
    'SELECT n.id FROM news n JOIN endpoint e ON e.id = n.endpoint_id ORDER BY n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED',
  );
  await pool.query(
    'DELETE FROM news WHERE ctid = ANY (ARRAY(SELECT ctid FROM news WHERE id = ANY ($1::bigint[]) LIMIT 200))',
    [rows.map(row => row.id)],
  );
  await publishOperationalEvents(scene.services, new FailedRows('operational_event', silentLog));
  const published = await pool.query("SELECT payload::jsonb ->> 'reason' AS reason FROM event");
  expect(published.rows).toEqual([{ reason: 'new' }]);
});

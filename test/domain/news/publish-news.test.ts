import { expect, it } from 'vitest';
import { FailedRows } from '../../../src/domain/failed-rows.ts';
import { publishNews } from '../../../src/domain/news/publish-news.ts';
import { silentLog } from '../../fixtures/postgres.ts';
import { defaultTenantId } from '../../fixtures/seed-deliveries.ts';
import { openScene } from '../scene.ts';

it('an operational event that cannot be published stays, and the others are published', async () => {
  await using scene = await openScene();
  const { pool } = scene.services;
  const listener = await scene.createEndpoint({ eventTypes: ['livehook.*'] });
  const insert = async (details: string) => {
    const { rows } = await pool.query(
      "INSERT INTO news (tenant_id, endpoint_id, type, details) VALUES ($1, $2, 'livehook.endpoint.disabled', $3) RETURNING id",
      [defaultTenantId, listener.uuid, details],
    );
    return rows[0];
  };
  const published = async () =>
    (await pool.query("SELECT payload::jsonb ->> 'reason' AS reason FROM event ORDER BY id")).rows.map(
      row => row.reason,
    );
  const failed = new FailedRows('news', silentLog);
  await insert('{"reason": "first"}');
  const bad = await insert('null');
  await insert('{"reason": "second"}');
  await publishNews(scene.services, failed);
  expect(await published()).toEqual(['first', 'second']);
  expect((await pool.query('SELECT id FROM news')).rows).toEqual([bad]);
  expect(failed.waitingIds()).toEqual([bad.id]);

  await insert('{"reason": "third"}');
  await publishNews(scene.services, failed);
  expect(await published()).toEqual(['first', 'second', 'third']);

  // A process that knows nothing of the failure tries the row again, and a repaired one goes out.
  await pool.query('UPDATE news SET details = \'{"reason": "repaired"}\'');
  await publishNews(scene.services, new FailedRows('news', silentLog));
  expect(await published()).toEqual(['first', 'second', 'third', 'repaired']);
  expect((await pool.query('SELECT id FROM news')).rows).toEqual([]);
});

import { expect, test, vi } from 'vitest';
import { watchSnapshots } from '../../src/janitor/watch-snapshots.ts';
import type { Logger } from '../../src/log.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';

test('watchSnapshots records how long the oldest transaction has held its database snapshot, and logs a warning if that is too long', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const warn = vi.fn();
  const record = vi.fn();
  const watch = (warnAfterSeconds: number) =>
    watchSnapshots({ pool, log: { warn } as unknown as Logger, record, warnAfterSeconds });
  await watch(0);
  expect(record).toHaveBeenLastCalledWith(0);
  expect(warn).not.toHaveBeenCalled();

  const reader = await pool.connect();
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const { rows } = await reader.query('SELECT pg_backend_pid() AS pid');
  await watch(3600);
  expect(record.mock.lastCall?.[0]).toBeGreaterThan(0);
  expect(warn).not.toHaveBeenCalled();
  await watch(0);
  const details = expect.objectContaining({ pid: rows[0].pid, applicationName: 'livehook-test' });
  expect(warn).toHaveBeenCalledExactlyOnceWith(details, expect.stringContaining('old snapshot'));

  await reader.query('COMMIT');
  reader.release();
  await watch(0);
  expect(record).toHaveBeenLastCalledWith(0);
});

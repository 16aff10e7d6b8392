import { expect, test, vi } from 'vitest';
import { watchInbox } from '../../src/janitor/watch-inbox.ts';
import type { Logger } from '../../src/log.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';

test('watchInbox records how many events published from SQL are waiting, and logs a warning if the oldest has waited too long', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const warn = vi.fn();
  const record = vi.fn();
  const watch = (warnAfterSeconds: number) =>
    watchInbox({ pool, log: { warn } as unknown as Logger, record, warnAfterSeconds });
  await watch(0);
  expect(record).toHaveBeenLastCalledWith({ events: 0, oldestSeconds: 0 });
  expect(warn).not.toHaveBeenCalled();

  await pool.query("SELECT livehook.publish_event('default', 'a.b', '1') FROM generate_series(1, 3)");
  await watch(3600);
  expect(record.mock.lastCall?.[0]).toMatchObject({ events: 3 });
  expect(record.mock.lastCall?.[0].oldestSeconds).toBeGreaterThan(0);
  expect(warn).not.toHaveBeenCalled();
  await watch(0);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ events: 3 }),
    expect.stringContaining('livehook.publish_event'),
  );
});

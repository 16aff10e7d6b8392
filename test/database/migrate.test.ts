import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyMigrations, areMigrationsApplied, MigrationConflictError } from '../../src/database/migrate.ts';
import { ensurePartitions, partitionRange } from '../../src/database/partitions.ts';
import { withClient } from '../../src/database/pool.ts';
import { sumTallies } from '../../src/domain/statistics/sum-tallies.ts';
import { formatId, newUuid } from '../../src/ids.ts';
import { createTestDatabase, silentLog as log } from '../fixtures/postgres.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { anEndpoint, defaultTenantId, seedEndpoints } from '../fixtures/seed-deliveries.ts';

async function makeMigrations(migrations: Record<string, string>): Promise<string> {
  const directory = await makeTestDirectory('migrations');
  await addMigrations(directory, migrations);
  return directory;
}

async function addMigrations(directory: string, migrations: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(path.join(directory, name), { recursive: true });
    await writeFile(path.join(directory, name, 'migration.sql'), sql);
  }
}

describe('applyMigrations', () => {
  test('applies the migrations of the project once, even from two processes at once', async () => {
    await using database = await createTestDatabase({ empty: true });
    expect(await areMigrationsApplied(database.pool)).toBe(false);
    const applied = await Promise.all([1, 2, 3].map(() => applyMigrations(database.pool, { log })));
    expect(applied.flat()).toEqual((await readdir('prisma/migrations')).filter(name => /^\d/.test(name)).sort());
    expect(await areMigrationsApplied(database.pool)).toBe(true);
    expect(await applyMigrations(database.pool, { log })).toEqual([]);
    const { rows } = await database.pool.query('SELECT name FROM tenant');
    expect(rows).toEqual([{ name: 'default' }]);
  });

  test('keeps the rows of an older version, and includes them in the statistics of the new version', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { pool } = database;
    const directory = await makeMigrations({});
    await cp('prisma/migrations/20261121000000_init', path.join(directory, '20261121000000_init'), { recursive: true });
    await applyMigrations(pool, { log, directory });
    await withClient(pool, client => ensurePartitions(client, partitionRange(Date.now())));
    const endpoint = anEndpoint();
    await seedEndpoints(pool, [endpoint]);
    for (const [type, status, attempts] of [
      ['a.b', 'SUCCEEDED', 1],
      ['a.b', 'SUCCEEDED', 3],
      ['c.d', 'FAILED', 2],
    ]) {
      await pool.query(
        `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, attempt_count, max_attempts, updated_at, is_test, live)
         VALUES ($1, $2, $3, gen_random_uuid(), $4, $5, $6, 10, now(), false, false)`,
        [newUuid(Date.now()), defaultTenantId, endpoint.id, type, status, attempts],
      );
    }
    expect(await applyMigrations(pool, { log })).not.toContain('20261121000000_init');
    await sumTallies(pool);
    const { rows } = await pool.query(
      'SELECT event_type AS type, status, count, failed_attempts, first_successes FROM delivery_count c JOIN delivery_series s ON s.id = c.series_id WHERE hours = 24 ORDER BY type',
    );
    expect(rows).toEqual([
      { type: 'a.b', status: 'SUCCEEDED', count: 2, failed_attempts: 2, first_successes: 1 },
      { type: 'c.d', status: 'FAILED', count: 1, failed_attempts: 2, first_successes: 0 },
    ]);
    expect((await pool.query('SELECT type FROM event_type ORDER BY type')).rows).toEqual([
      { type: 'a.b' },
      { type: 'c.d' },
    ]);
  });

  test('fills in the status time of existing endpoints and the actor of existing bulk operations', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { pool } = database;
    const directory = await makeMigrations({});
    const names = (await readdir('prisma/migrations')).filter(name => /^\d/.test(name) && name < '20261126');
    for (const name of names)
      await cp(path.join('prisma/migrations', name), path.join(directory, name), { recursive: true });
    await applyMigrations(pool, { log, directory });
    const endpoint = anEndpoint();
    await seedEndpoints(pool, [endpoint]);
    await pool.query("UPDATE endpoint SET updated_at = '2026-11-01T00:00:00Z'");
    const [byKey, byRoot, keyId] = [newUuid(Date.now()), newUuid(Date.now()), newUuid(Date.now())];
    for (const [id, apiKeyId] of [
      [byKey, keyId],
      [byRoot, null],
    ] as const) {
      await pool.query(
        `INSERT INTO bulk_operation (id, tenant_id, kind, filter, counted_to, position) VALUES ($1, $2, 'RETRY', '{}', $1, $1)`,
        [id, defaultTenantId],
      );
      await pool.query(
        `INSERT INTO audit_entry (id, tenant_id, api_key_id, action, target_ids, changes)
         VALUES ($1, $2, $3, 'BULK_RETRY_STARTED', $4, '{}')`,
        [newUuid(Date.now()), defaultTenantId, apiKeyId, [formatId('blk', id)]],
      );
    }
    await applyMigrations(pool, { log });
    const since = await pool.query('SELECT status_changed_at AS at FROM endpoint');
    expect(since.rows).toEqual([{ at: new Date('2026-11-01T00:00:00Z') }]);
    const by = await pool.query('SELECT id, api_key_id AS "apiKeyId" FROM bulk_operation ORDER BY id');
    expect(by.rows).toEqual([
      { id: byKey, apiKeyId: keyId },
      { id: byRoot, apiKeyId: null },
    ]);
  });

  test('applies only new migrations, in order', async () => {
    await using database = await createTestDatabase({ empty: true });
    const directory = await makeMigrations({
      '2_column': 'ALTER TABLE a ADD COLUMN c int',
      '1_table': 'CREATE TABLE a (b int)',
    });
    expect(await applyMigrations(database.pool, { log, directory })).toEqual(['1_table', '2_column']);
    await addMigrations(directory, { '3_index': 'CREATE INDEX ON a (c); CREATE INDEX ON a (b)' });
    expect(await areMigrationsApplied(database.pool, directory)).toBe(false);
    expect(await applyMigrations(database.pool, { log, directory })).toEqual(['3_index']);
    expect(await areMigrationsApplied(database.pool, directory)).toBe(true);
  });

  test('rolls back a migration that fails, and can run it again', async () => {
    await using database = await createTestDatabase({ empty: true });
    const directory = await makeMigrations({ '1_half': 'CREATE TABLE a (b int); CREATE TABLE a (b int)' });
    await expect(applyMigrations(database.pool, { log, directory })).rejects.toThrow('already exists');
    const { rows } = await database.pool.query("SELECT to_regclass('a') AS a");
    expect(rows).toEqual([{ a: null }]);
    await addMigrations(directory, { '1_half': 'CREATE TABLE a (b int)' });
    expect(await applyMigrations(database.pool, { log, directory })).toEqual(['1_half']);
  });

  test('rejects a migration whose file was changed after it was applied', async () => {
    await using database = await createTestDatabase({ empty: true });
    const directory = await makeMigrations({ '1_table': 'CREATE TABLE a (b int)' });
    await applyMigrations(database.pool, { log, directory });
    await addMigrations(directory, { '1_table': 'CREATE TABLE a (b text)', '2_more': 'CREATE TABLE c (d int)' });
    await expect(applyMigrations(database.pool, { log, directory })).rejects.toThrow(MigrationConflictError);
    expect((await database.pool.query("SELECT to_regclass('c') AS c")).rows).toEqual([{ c: null }]);
  });

  test('rejects a database that a newer version has migrated', async () => {
    await using database = await createTestDatabase({ empty: true });
    const newer = await makeMigrations({ '1_table': 'CREATE TABLE a (b int)', '2_newer': 'CREATE TABLE c (d int)' });
    const older = await makeTestDirectory('migrations');
    await cp(path.join(newer, '1_table'), path.join(older, '1_table'), { recursive: true });
    await applyMigrations(database.pool, { log, directory: newer });
    await expect(applyMigrations(database.pool, { log, directory: older })).rejects.toThrow('2_newer');
    // A process of the older version that is still running stays ready.
    expect(await areMigrationsApplied(database.pool, older)).toBe(true);
  });

  test('rejects a migration that `prisma migrate deploy` left unfinished, until it is marked as rolled back', async () => {
    await using database = await createTestDatabase({ empty: true });
    const directory = await makeMigrations({ '1_table': 'CREATE TABLE a (b int)' });
    await applyMigrations(database.pool, { log, directory });
    await database.pool.query('DROP TABLE a; UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(applyMigrations(database.pool, { log, directory })).rejects.toThrow('failed midway');
    await database.pool.query('UPDATE _prisma_migrations SET rolled_back_at = now()');
    expect(await applyMigrations(database.pool, { log, directory })).toEqual(['1_table']);
  });
});

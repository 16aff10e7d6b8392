import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Logger } from '../log.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { transact, withAdvisoryLock, withDisposableClient } from './pool.ts';
import { createInSchemaOf } from './table-schema.ts';

const lockPollMs = 200;

const defaultDirectory = path.resolve(import.meta.dirname, '../../prisma/migrations');

/**
 * The table in which Prisma records migrations, with the same columns, so that `prisma migrate status` and `deploy`
 * still work.
 */
const createTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** The SHA-256 of `sql`, in hex. */
  readonly checksum: string;
}

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** The database's migrations differ from those of this version in a way that an operator has to resolve. */
export class MigrationConflictError extends Error {}

/**
 * Applies the migrations of `prisma/migrations` that the database does not have, in the order of their names, each in
 * one transaction together with its record. If several processes start at once, one applies them and the others wait.
 * Returns the applied names.
 *
 * @throws MigrationConflictError, with nothing applied, if the file of an applied migration was changed, if a migration
 *   failed under `prisma migrate deploy`, or if a newer version has migrated the database.
 */
export async function applyMigrations(
  pool: Pool,
  options: { readonly log: Logger; readonly directory?: string; readonly signal?: AbortSignal },
): Promise<string[]> {
  const migrations = await readMigrations(options.directory ?? defaultDirectory);
  const { log, signal } = options;
  // It polls for the lock instead of waiting for it in the server, so that aborting `signal` ends the wait.
  for (;;) {
    signal?.throwIfAborted();
    const applied = await withAdvisoryLock(pool, advisoryLocks.migrations, () =>
      withDisposableClient(pool, client => applyPending(client, migrations, log)),
    );
    if (applied) return applied.result;
    await delay(lockPollMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function applyPending(client: PoolClient, migrations: readonly Migration[], log: Logger): Promise<string[]> {
  await transact(client, async () => {
    await createInSchemaOf(client, '_prisma_migrations');
    await client.query(createTable);
  });
  const applied = await readApplied(client);
  checkApplied(migrations, applied);
  const appliedNames = new Set(applied.map(row => row.migration_name));
  const pending = migrations.filter(migration => !appliedNames.has(migration.name));
  for (const migration of pending) {
    await transact(client, async () => {
      // A migration of a large table may take long, so it runs without a statement timeout.
      await client.query('SET LOCAL statement_timeout = 0');
      await createInSchemaOf(client, '_prisma_migrations');
      await applyMigration(client, migration);
    });
    log.info({ migration: migration.name }, 'applied a database migration');
  }
  return pending.map(migration => migration.name);
}

/**
 * Whether the database has every migration of this version. It only reads and never waits for a lock, so it suits a
 * readiness check.
 */
export async function areMigrationsApplied(pool: Pool, directory: string = defaultDirectory): Promise<boolean> {
  const names = (await readMigrations(directory)).map(migration => migration.name);
  const exists = await pool.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found");
  if (!exists.rows[0].found) return false;
  const { rows } = await pool.query(
    `SELECT count(DISTINCT migration_name) AS applied FROM _prisma_migrations
     WHERE migration_name = ANY ($1) AND finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    [names],
  );
  return rows[0].applied === names.length;
}

/**
 * Lists every migration of this version in order, and whether the database has it. It only reads and never waits for a
 * lock.
 *
 * @throws MigrationConflictError as `applyMigrations` does.
 */
export async function readMigrationStatus(
  connection: Pick<ClientBase, 'query'>,
): Promise<readonly { readonly name: string; readonly isApplied: boolean }[]> {
  const migrations = await readMigrations(defaultDirectory);
  const exists = await connection.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found");
  const applied = exists.rows[0].found ? await readApplied(connection) : [];
  checkApplied(migrations, applied);
  const names = new Set(applied.map(row => row.migration_name));
  return migrations.map(({ name }) => ({ name, isApplied: names.has(name) }));
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
  return Promise.all(
    names.sort().map(async name => {
      const sql = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readApplied(client: Pick<ClientBase, 'query'>): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows;
}

function checkApplied(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const known = new Map(migrations.map(migration => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new MigrationConflictError(
        `The database has migration ${name}, which this version of Livehook does not know: run the newer version.`,
      );
    }
    if (!finished) {
      throw new MigrationConflictError(`Migration ${name} failed midway: see "prisma migrate resolve".`);
    }
    if (checksum !== migration.checksum) {
      throw new MigrationConflictError(
        `Migration ${name} was changed after it was applied: restore the file and write a new migration.`,
      );
    }
  }
}

async function applyMigration(client: ClientBase, migration: Migration): Promise<void> {
  await client.query(migration.sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}

import type { Command } from '@commander-js/extra-typings';
import type { Pool } from 'pg';
import { LivehookError } from '../../client/index.ts';
import { readSettings } from '../../config/read-settings.ts';
import { loadConfig } from '../../config.ts';
import { describeStartError } from '../../start-error.ts';
import { configOption } from '../config-option.ts';
import { exitCodes, SilentExit, UsageError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export function addMigrate(program: Command, session: Session): void {
  const migrate = program
    .command('migrate')
    .description('Show or apply the migrations of the database in DATABASE_URL.');
  migrate
    .command('status')
    .description('List the migrations. Exits with 5 if some are not applied.')
    .option(...configOption)
    .action(({ config }) =>
      withPool(config, async pool => {
        const { readMigrationStatus } = await import('../../database/migrate.ts');
        const migrations = await readMigrationStatus(pool);
        for (const migration of migrations) {
          session.print(migration, `${migration.isApplied ? 'applied' : 'pending'}  ${migration.name}`);
        }
        if (migrations.some(({ isApplied }) => !isApplied)) throw new SilentExit(exitCodes.different);
      }),
    );
  migrate
    .command('up')
    .description('Apply the migrations that are pending, and end. Waits while another process applies them.')
    .option(...configOption)
    .action(({ config }) =>
      withPool(config, async pool => {
        const { applyMigrations } = await import('../../database/migrate.ts');
        const { createLogger } = await import('../../log.ts');
        const applied = await applyMigrations(pool, { log: createLogger('warn') });
        for (const name of applied) session.print({ name, isApplied: true }, `applied  ${name}`);
        session.inform(applied.length === 0 ? 'The database is up to date.' : `${applied.length} migrations applied.`);
      }),
    );
}

async function withPool(file: string | undefined, run: (pool: Pool) => Promise<void>): Promise<void> {
  const { texts } = await readSettings({ environment: process.env, file });
  const { database } = loadConfig(texts, { requiresSecrets: false });
  if (database.url === null) {
    throw new UsageError('Set DATABASE_URL. The embedded database is migrated when the server starts.');
  }
  const { openPool } = await import('../../database/pool.ts');
  const { MigrationConflictError } = await import('../../database/migrate.ts');
  const { createLogger } = await import('../../log.ts');
  const pool = openPool({
    connectionString: database.url,
    // One connection for the lock, one for the migrations, and one that watches for long statements.
    max: 3,
    settings: {},
    statementTimeoutMs: database.statementTimeoutMs,
    applicationName: 'livehook-migrate',
    log: createLogger('warn'),
  });
  try {
    await run(pool);
  } catch (error) {
    if (error instanceof SilentExit) throw error;
    const code = error instanceof MigrationConflictError ? 'INVALID_STATE' : 'UNAVAILABLE';
    throw new LivehookError(code, describeStartError(error, database.url), { cause: error });
  } finally {
    await pool.end();
  }
}

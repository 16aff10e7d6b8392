import { loadConfig } from '../../src/config.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { openPool } from '../../src/database/pool.ts';
import { createLogger } from '../../src/log.ts';

/**
 * Applies the migrations of this version to `DATABASE_URL` and ends. Processes of the server do the same at their start;
 * run this before them to keep a long migration out of a rollout. Waits while another process migrates. Exits with 1 and
 * a message on standard error if the configuration is wrong or a migration fails.
 */
const config = loadConfig(process.env);
const connectionString = config.database.url;
if (connectionString === null) throw new Error('DATABASE_URL: required to migrate a database');
const log = createLogger(config.logLevel);
const pool = openPool({
  connectionString,
  max: 1,
  settings: {},
  statementTimeoutMs: config.database.statementTimeoutMs,
  applicationName: 'livehook-migrate',
  log,
});
try {
  const applied = await applyMigrations(pool, { log });
  log.info({ migrations: applied }, applied.length === 0 ? 'the database is up to date' : 'the database was migrated');
} finally {
  await pool.end();
}

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { Client } from 'pg';
import type { Config } from '../../config.ts';
import { findEmbeddedPostgres } from '../../database/embedded.ts';
import { MigrationConflictError, readMigrationStatus } from '../../database/migrate.ts';
import { clockSkewMs, describeError, describeSkew, type Finding, fail, ok, warn } from './finding.ts';

const minVersion = 150_000;
const timeoutMs = 5000;
/** The number of database connections that one process with all roles opens, plus a few for administrators. */
const connectionsOfProcess = 45;

/** Checks PostgreSQL: version, settings, clock and migrations. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const { url } = config.database;
  if (url !== null) return connectAndCheck(url, config);
  if (!existsSync(config.dataDir)) {
    return [ok('database', `embedded; ${config.dataDir} is created at the first start`)];
  }
  const embedded = await findEmbeddedPostgres(await realpath(config.dataDir));
  if (embedded !== null) return connectAndCheck(embedded, config);
  const advice = 'Start the server to check its database too.';
  return [warn('database', `the embedded PostgreSQL in ${config.dataDir} is not running`, advice)];
}

async function connectAndCheck(connectionString: string, config: Config): Promise<Finding[]> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'livehook-doctor',
  });
  // A lost connection rejects the running query. Without this listener, it would also end the process.
  client.on('error', () => undefined);
  const advice = 'Check DATABASE_URL, that PostgreSQL runs, and that this machine may connect to it.';
  try {
    await client.connect();
  } catch (error) {
    return [fail('database', describeError(error), advice)];
  }
  try {
    return [
      await checkVersion(client),
      ...(await checkSettings(client, config)),
      await checkClock(client),
      await checkMigrations(client),
    ];
  } catch (error) {
    return [fail('database', describeError(error), advice)];
  } finally {
    await client.end();
  }
}

async function checkVersion(client: Client): Promise<Finding> {
  const { rows } = await client.query("SELECT current_setting('server_version_num')::int AS number, version()");
  const [{ number, version }] = rows;
  const text = String(version).split(' on ')[0] ?? '';
  if (number >= minVersion) return ok('database', text);
  return fail('database', text, 'Upgrade to PostgreSQL 15 or newer.');
}

/** For each setting: the value that Livehook needs, and the consequence of another value. */
const settings = [
  { name: 'fsync', good: ['on'], level: 'fail', loss: 'a crash of the machine can destroy the database' },
  { name: 'full_page_writes', good: ['on'], level: 'fail', loss: 'a crash of the machine can destroy pages' },
  { name: 'autovacuum', good: ['on'], level: 'fail', loss: 'the queue tables grow without end' },
  {
    name: 'synchronous_commit',
    good: ['on', 'local', 'remote_write', 'remote_apply'],
    level: 'warn',
    loss: 'a crash can lose events that a publisher was told are stored',
  },
  { name: 'transaction_read_only', good: ['off'], level: 'fail', loss: 'nothing can be written: this is a replica' },
  { name: 'server_encoding', good: ['UTF8'], level: 'fail', loss: 'payloads cannot be stored' },
] as const;

async function checkSettings(client: Client, config: Config): Promise<Finding[]> {
  const names = [...settings.map(({ name }) => name), 'max_connections'];
  const { rows } = await client.query('SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name', [
    names,
  ]);
  const values = new Map<string, string>(rows.map(({ name, value }) => [name, value]));
  const findings: Finding[] = settings.flatMap(({ name, good, level, loss }) => {
    const value = values.get(name) ?? '';
    if ((good as readonly string[]).includes(value)) return [];
    return [{ name: 'settings', level, text: `${name} = ${value}: ${loss}`, advice: `Set ${name} = ${good[0]}.` }];
  });
  const { apiConnections, publishConnections } = config.database;
  const needed = connectionsOfProcess - 24 + apiConnections + publishConnections;
  const max = Number(values.get('max_connections'));
  if (max < needed) {
    const text = `max_connections = ${max}, and one process opens up to ${needed}`;
    findings.push(warn('settings', text, 'Raise max_connections, or lower API_DATABASE_CONNECTIONS.'));
  }
  return findings.length > 0 ? findings : [ok('settings', `max_connections = ${max}; fsync, autovacuum and others on`)];
}

async function checkClock(client: Client): Promise<Finding> {
  const sentMs = Date.now();
  const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
  return describeSkew('database clock', clockSkewMs(Number(rows[0].ms), sentMs, Date.now()));
}

async function checkMigrations(client: Client): Promise<Finding> {
  try {
    const migrations = await readMigrationStatus(client);
    const pending = migrations.filter(({ isApplied }) => !isApplied);
    if (pending.length === 0) return ok('migrations', `all ${migrations.length} are applied`);
    const advice = 'Run "livehook migrate up", or start the server, which applies them.';
    return warn('migrations', `${pending.length} of ${migrations.length} are not applied`, advice);
  } catch (error) {
    if (!(error instanceof MigrationConflictError)) throw error;
    return fail('migrations', error.message, 'Run the version of Livehook that belongs to this database.');
  }
}

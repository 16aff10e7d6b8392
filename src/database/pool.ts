import { setTimeout as delay } from 'node:timers/promises';
import { type ClientBase, Pool, type PoolClient, type PoolConfig, type QueryResultRow, TypeOverrides, types } from 'pg';
import type { Logger } from '../log.ts';
import { answerMarginMs, DatabaseClient, type DatabaseClientConfig } from './database-client.ts';
import { isUnavailable } from './failures.ts';
import { type FairLimits, FairPool } from './fair-pool.ts';

export interface PoolOptions {
  readonly connectionString: string;
  /** The largest number of connections held at once. */
  readonly max: number;
  /** A statement that runs longer is canceled (SQLSTATE 57014). 0 means no limit. */
  readonly statementTimeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Settings of each session that override the defaults. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Whether the connections lead to a pooler that assigns server sessions for one transaction at a time, such as
   * PgBouncer with `pool_mode = transaction`. `settings` are not used, statements are not prepared under a name, and
   * cancel requests enforce the statement timeout. Default: false. See `inspectDatabase`.
   */
  readonly usesTransactionPooler?: boolean | undefined;
  /** Whether the server can limit the duration of transactions (PostgreSQL 17 and newer). Default: false, which sets no limit. */
  readonly hasTransactionTimeout?: boolean | undefined;
  /** Default: tenants are not limited. */
  readonly fairLimits?: FairLimits | undefined;
  readonly log: Logger;
}

/**
 * Session settings that keep one generic plan for each statement, because planning each time costs 12 us a delivery. They are for
 * the pools of the sender and of publishing alone. test/sender/plans.test.ts fails without `enable_seqscan` and `enable_sort`.
 * A generic plan assumes ten entries in every array, for which nested loops seem cheap. With 500 entries they are quadratic.
 *
 * Plans end with their connection, after `keptPlansSeconds`. PostgreSQL replaces them earlier when a table was analyzed or
 * vacuumed.
 */
export const keptPlans = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_nestloop: 'off',
  enable_sort: 'off',
};

/** A connection with these settings is replaced after this time. */
const keptPlansSeconds = 60;

const transactionPoolers = new WeakSet<Pool>();

/** How long to wait for a free or new connection before failing: at most as long as a statement may take. */
const connectTimeoutMs = { min: 1_000, max: 5_000 };

/**
 * Opens a pool that Prisma and the named statements share. A `timestamptz` is read as `Date`, a `bigint` as a number
 * (an error beyond 2^53), and JSON is parsed. Connections are opened on first use. Close it with `pool.end()`.
 *
 * A connection that fails while idle is logged and replaced, so that a database restart does not end the process. A
 * connection without an answer within the statement timeout and a second is destroyed, and all idle ones with it,
 * because they may be silent too. After an outage, nothing waits longer than that.
 */
export function openPool(options: PoolOptions): Pool {
  const { statementTimeoutMs, fairLimits, usesTransactionPooler = false } = options;
  const idle = new Set<DatabaseClient>();
  const config: PoolConfig & DatabaseClientConfig = {
    Client: DatabaseClient as unknown as NonNullable<PoolConfig['Client']>,
    answerTimeoutMs: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + answerMarginMs,
    usesTransactionPooler,
    onSilence() {
      options.log.warn(
        { connections: idle.size + 1 },
        'the database gave no answer in time; its connections are replaced',
      );
      for (const client of idle) client.destroy();
    },
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.applicationName,
    ...(usesTransactionPooler ? pooledSession : directSession(options)),
    connectionTimeoutMillis: Math.min(
      Math.max(statementTimeoutMs || connectTimeoutMs.max, connectTimeoutMs.min),
      connectTimeoutMs.max,
    ),
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: options.settings === keptPlans ? keptPlansSeconds : 0,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: typeParsers,
  };
  const pool = fairLimits === undefined ? new Pool(config) : new FairPool(config, fairLimits);
  trackIdleClients(pool, idle);
  if (usesTransactionPooler) transactionPoolers.add(pool);
  // Logs only the message, because pg-pool attaches the client with its password to the error.
  pool.on('error', ({ message }) => {
    if (!pool.ending) options.log.warn({ reason: message }, 'an idle database connection failed');
  });
  return pool;
}

/**
 * A transaction that takes longer is ended, so that its snapshot does not keep VACUUM from removing dead rows. It is much
 * longer than the statements of a transaction together may take.
 */
const transactionTimeoutMs = 300_000;

function directSession({ statementTimeoutMs, settings, hasTransactionTimeout }: PoolOptions): PoolConfig {
  const limitMs = statementTimeoutMs === 0 ? 0 : Math.max(transactionTimeoutMs, statementTimeoutMs);
  return {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    // JIT costs short statements more than it saves.
    options: toOptions({
      timezone: 'UTC',
      jit: 'off',
      ...(hasTransactionTimeout && { transaction_timeout: String(limitMs) }),
      ...settings,
    }),
  };
}

/** SQL that lets transactions take any time. It does nothing before PostgreSQL 17, which has no `transaction_timeout`. */
function removeTransactionTimeout(scope: 'session' | 'transaction'): string {
  return `CASE WHEN current_setting('server_version_num')::int >= 170000
    THEN set_config('transaction_timeout', '0', ${scope === 'transaction'}) END`;
}

/** PgBouncer forwards the time zone of a client to each server session, and no other setting that is used here. */
const pooledSession: PoolConfig = {
  async onConnect(client) {
    await client.query("SET timezone TO 'UTC'");
  },
};

/** Whether the pool was opened with `usesTransactionPooler`. */
export function isTransactionPooler(pool: Pool): boolean {
  return transactionPoolers.has(pool);
}

/** An unusual statement timeout. Reading it back shows whether session settings reach the server. */
const probeTimeoutMs = 4_321;

/** What `openPool` has to know about the server. */
export type DatabaseFeatures = Required<Pick<PoolOptions, 'usesTransactionPooler' | 'hasTransactionTimeout'>>;

/**
 * Inspects the server. A pooler that assigns server sessions by transaction is recognized because it rejects the session
 * settings of a connection, or ignores them.
 *
 * @throws the error of `pg` if the database cannot be reached.
 */
export async function inspectDatabase(
  options: Pick<PoolOptions, 'connectionString' | 'applicationName' | 'log'>,
): Promise<DatabaseFeatures> {
  const pool = openPool({ ...options, max: 1, statementTimeoutMs: probeTimeoutMs });
  try {
    const { rows } = await pool.query<{ timeout: string; version: number }>(
      "SELECT current_setting('statement_timeout') AS timeout, current_setting('server_version_num')::int AS version",
    );
    const usesTransactionPooler = rows[0]?.timeout !== `${probeTimeoutMs}ms`;
    return { usesTransactionPooler, hasTransactionTimeout: (rows[0]?.version ?? 0) >= 170_000 };
  } catch (error) {
    if (error instanceof Error && error.message.includes('unsupported startup parameter')) {
      return { usesTransactionPooler: true, hasTransactionTimeout: false };
    }
    throw error;
  } finally {
    await pool.end();
  }
}

function trackIdleClients(pool: Pool, idle: Set<DatabaseClient>): void {
  const add = (client: PoolClient) => idle.add(client as unknown as DatabaseClient);
  const remove = (client: PoolClient) => idle.delete(client as unknown as DatabaseClient);
  pool.on('release', (_error, client) => add(client));
  pool.on('acquire', remove);
  pool.on('remove', remove);
}

function toOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

const typeParsers = new TypeOverrides();
typeParsers.setTypeParser(types.builtins.INT8, text => {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`bigint ${text} does not fit a number`);
  return number;
});

/**
 * Passes a connection to `use`. It returns to the pool with its prepared statements, also after a failed statement,
 * unless the connection itself failed. `pool.query` would close it after any error.
 */
export async function withClient<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // Without a listener, a connection that breaks while in use would end the process. The statement reports the error
  // too.
  client.on('error', ignore);
  let failure: unknown;
  try {
    return await use(client);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(isUnavailable(failure));
  }
}

/**
 * Runs `run` while this process holds the advisory lock `key`. A separate transaction on a second connection holds the
 * lock, so that poolers that assign sessions by transaction keep it.
 *
 * @returns null if another process holds it.
 */
export function withAdvisoryLock<T>(
  pool: Pool,
  key: number,
  run: () => Promise<T>,
): Promise<{ readonly result: T } | null> {
  return withTransaction(pool, async client => {
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    // Without parameters, because a portal of the extended protocol would hold its snapshot as long as `run` takes.
    const { rows } = await client.query(
      `SELECT pg_try_advisory_xact_lock(${Math.trunc(key)}) AS locked, ${removeTransactionTimeout('transaction')}`,
    );
    return rows[0].locked ? { result: await run() } : null;
  });
}

/** The interval of checks of the session of a statement without a time limit. */
const sessionCheckMs = 1_000;

/** The limit of such a statement behind a transaction pooler, because its server session is not known. */
const longestPooledStatementMs = 3_600_000;

/**
 * Passes a connection to `use` and closes it afterwards, so that session settings may be left changed. It is for
 * statements without a time limit. Another connection checks every second whether the server still works on them. If it
 * does not, the connection is destroyed and `use` gets an error that `isUnavailable` recognizes.
 *
 * Through a transaction pooler a setting must be LOCAL to a transaction, and each statement has a limit of an hour.
 */
export async function withDisposableClient<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  client.on('error', ignore);
  const ending = new AbortController();
  let watching = Promise.resolve();
  try {
    if (isTransactionPooler(pool)) {
      (client as unknown as DatabaseClient).answerTimeoutMs = longestPooledStatementMs;
      return await use(client);
    }
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid, ${removeTransactionTimeout('session')}`,
    );
    // The check needs a second connection.
    if (rows[0] && pool.options.max > 1) watching = watchSession(pool, client, rows[0].pid, ending.signal);
    return await use(client);
  } finally {
    ending.abort();
    // The server has then released the locks of the session.
    client.release(true);
    await Promise.all([watching, (client as unknown as DatabaseClient).ended]);
  }
}

/** Runs until the signal aborts. Never rejects. */
async function watchSession(pool: Pool, client: PoolClient, pid: number, signal: AbortSignal): Promise<void> {
  const watched = client as unknown as DatabaseClient;
  watched.answerTimeoutMs = 0;
  let missing = 0;
  while (!signal.aborted) {
    await delay(sessionCheckMs, undefined, { signal, ref: false }).catch(ignore);
    if (signal.aborted || !watched.isRunning) continue;
    const isActive = await isSessionActive(pool, pid);
    // A single miss may be the moment between two statements.
    missing = isActive === false ? missing + 1 : 0;
    if (isActive === null || missing > 1) return watched.destroy();
  }
}

/** Returns null if the database does not answer, or only with an error. */
async function isSessionActive(pool: Pool, pid: number): Promise<boolean | null> {
  try {
    const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle'", [pid]);
    return rows.length > 0;
  } catch {
    // The caller of the watched statement notices the loss of its own connection.
    return null;
  }
}

function ignore(): void {}

/**
 * Runs `run` in a transaction, which is committed when it resolves and rolled back when it rejects. If the answer of
 * the commit is lost (`isUnavailable`), it may have succeeded.
 */
export function withTransaction<T>(pool: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, client => transact(client, () => run(client)));
}

/** Like `withTransaction`, on a connection that is outside a transaction. */
export async function transact<T>(client: ClientBase, run: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await run();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A broken connection cannot roll back, and does not need to.
    await client.query('ROLLBACK').catch(ignore);
    throw error;
  }
}

export interface Statement<Values extends readonly unknown[], Row extends QueryResultRow> {
  (executor: Pool | ClientBase, values: Values): Promise<Row[]>;
  readonly statementName: string;
  readonly text: string;
}

/**
 * Defines a named statement, which resolves to its rows. Each connection prepares it once under `name` (unique, at most
 * 63 bytes) and then sends only the values. Through a transaction pooler the whole statement is sent each time.
 */
export function defineStatement<Values extends readonly unknown[], Row extends QueryResultRow>(definition: {
  readonly name: string;
  readonly text: string;
}): Statement<Values, Row> {
  const { name, text } = definition;
  async function execute(executor: Pool | ClientBase, values: Values): Promise<Row[]> {
    if (executor instanceof Pool) return withClient(executor, client => execute(client, values));
    return (await executor.query<Row>({ name, text, values: values as unknown as unknown[] })).rows;
  }
  return Object.assign(execute, { statementName: name, text });
}

import { setTimeout as delay } from 'node:timers/promises';
import { type ClientBase, Pool, type PoolClient, type PoolConfig, type QueryResultRow, TypeOverrides, types } from 'pg';
import type { Logger } from '../log.ts';
import { answerMarginMs, DatabaseClient, type DatabaseClientConfig } from './database-client.ts';
import { isUnavailable } from './failures.ts';
import { type FairLimits, FairPool } from './fair-pool.ts';

export interface PoolOptions {
  readonly connectionString: string;
  /** The largest number of open connections. */
  readonly max: number;
  /** A statement that runs longer is canceled (SQLSTATE 57014). 0 means no limit. */
  readonly statementTimeoutMs: number;
  /** The name of the connections in `pg_stat_activity`. */
  readonly applicationName: string;
  /** PostgreSQL settings of each session, which override those that the pool sets. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Whether the connections lead to a pooler that assigns a server session for one transaction at a time, such as
   * PgBouncer with `pool_mode = transaction`. If so, `settings` are not used, statements are not prepared under a name,
   * and cancel requests enforce the statement timeout. `inspectDatabase` finds it out. Default: false.
   */
  readonly usesTransactionPooler?: boolean | undefined;
  /**
   * Whether the server can limit the duration of transactions (PostgreSQL 17 and newer). Default: false, which sets no
   * limit.
   */
  readonly hasTransactionTimeout?: boolean | undefined;
  /** How tenants share the pool. Default: tenants are not limited. */
  readonly fairLimits?: FairLimits | undefined;
  readonly log: Logger;
}

/**
 * Session settings that make PostgreSQL cache one generic plan for each statement, because planning costs 12 us per
 * delivery. Only the pools of the sender and of publishing use them. A generic plan assumes arrays of ten entries and
 * would choose nested loops, which are quadratic with 500. test/sender/plans.test.ts fails without `enable_seqscan` and
 * `enable_sort`.
 *
 * A cached plan ends with its connection, or when its table is analyzed or vacuumed.
 */
export const keptPlans = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_nestloop: 'off',
  enable_sort: 'off',
};

/** Connections with `keptPlans` are replaced after about this time, so that plans adapt to tables that have grown. */
const keptPlansSeconds = 60;

const transactionPoolers = new WeakSet<Pool>();

/** The longest wait for a free or new connection is the statement timeout, but at least `min` and at most `max`. */
const connectTimeoutMs = { min: 1_000, max: 5_000 };

/**
 * Opens a pool that Prisma and the named statements share. A `timestamptz` is read as `Date`, a `bigint` as a number
 * (an error beyond 2^53), and JSON is parsed. Connections are opened on first use. `pool.end()` closes it.
 *
 * A connection that fails while idle is logged and replaced, so that a database restart does not end the process. If a
 * statement gets no answer within its timeout plus a second, its connection and all idle ones are destroyed, because
 * their server is probably gone too. No later statement then waits on a dead connection.
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
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: typeParsers,
  };
  const pool = fairLimits === undefined ? new Pool(config) : new FairPool(config, fairLimits);
  if (options.settings === keptPlans) varyLifetimes(pool);
  trackIdleClients(pool, idle);
  if (usesTransactionPooler) transactionPoolers.add(pool);
  // Only the message is logged, because pg-pool attaches the client to the error, with its password.
  pool.on('error', ({ message }) => {
    if (!pool.ending) options.log.warn({ reason: message }, 'an idle database connection failed');
  });
  return pool;
}

/**
 * PostgreSQL ends a transaction after this time, because its snapshot keeps VACUUM from removing dead rows. All
 * statements of one transaction together take much less.
 */
const transactionTimeoutMs = 300_000;

function directSession({ statementTimeoutMs, settings, hasTransactionTimeout }: PoolOptions): PoolConfig {
  const limitMs = statementTimeoutMs === 0 ? 0 : Math.max(transactionTimeoutMs, statementTimeoutMs);
  return {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    // JIT compilation costs short statements more time than it saves.
    options: toOptions({
      timezone: 'UTC',
      jit: 'off',
      ...(hasTransactionTimeout && { transaction_timeout: String(limitMs) }),
      ...settings,
    }),
  };
}

/**
 * Returns SQL that removes the time limit of transactions. It does nothing before PostgreSQL 17, which has no
 * `transaction_timeout`.
 */
function removeTransactionTimeout(scope: 'session' | 'transaction'): string {
  return `CASE WHEN current_setting('server_version_num')::int >= 170000
    THEN set_config('transaction_timeout', '0', ${scope === 'transaction'}) END`;
}

/**
 * Session settings behind a transaction pooler. Of the settings used here, PgBouncer forwards only the time zone to
 * each server session.
 */
const pooledSession: PoolConfig = {
  async onConnect(client) {
    await client.query("SET timezone TO 'UTC'");
  },
};

/** Whether the pool was opened with `usesTransactionPooler`. */
export function isTransactionPooler(pool: Pool): boolean {
  return transactionPoolers.has(pool);
}

/**
 * An unusual statement timeout in ms. If reading it back returns another value, session settings do not reach the
 * server.
 */
const probeTimeoutMs = 4_321;

/** The features of the server that `openPool` needs to know. */
export type DatabaseFeatures = Required<Pick<PoolOptions, 'usesTransactionPooler' | 'hasTransactionTimeout'>>;

/**
 * Inspects the server. A transaction pooler is recognized because it rejects the session settings of a connection, or
 * ignores them.
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

/**
 * Gives each connection its own lifetime, within 25% of `keptPlansSeconds`, so that connections that were opened
 * together do not end together.
 */
function varyLifetimes(pool: Pool): void {
  // The pool reads the option for each new connection.
  Object.defineProperty(pool.options, 'maxLifetimeSeconds', {
    get: () => keptPlansSeconds * (0.75 + Math.random() / 2),
  });
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
 * Passes a connection to `use`, then returns it to the pool with its prepared statements. A failed statement does not
 * close the connection, as it would with `pool.query`. Only a failure of the connection itself does.
 */
export async function withClient<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // Without a listener, a connection that breaks while in use would end the process. The pending statement rejects with
  // the same error.
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
 * Runs `run` while this process has the advisory lock `key`. A transaction on a separate connection contains the lock,
 * because a transaction pooler would lose a session lock.
 *
 * @returns null if another process has the lock.
 */
export function withAdvisoryLock<T>(
  pool: Pool,
  key: number,
  run: () => Promise<T>,
): Promise<{ readonly result: T } | null> {
  return withTransaction(pool, async client => {
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    // The statement has no parameters, because with the extended protocol its snapshot would stay open until `run`
    // ends.
    const { rows } = await client.query(
      `SELECT pg_try_advisory_xact_lock(${Math.trunc(key)}) AS locked, ${removeTransactionTimeout('transaction')}`,
    );
    return rows[0].locked ? { result: await run() } : null;
  });
}

/** The time in ms between two checks that the server still works on a statement without a time limit. */
const sessionCheckMs = 1_000;

/**
 * The time limit in ms of a statement of `withDisposableClient` behind a transaction pooler, where the server session
 * of the statement is unknown and cannot be checked.
 */
const longestPooledStatementMs = 3_600_000;

/**
 * Passes a connection to `use` and closes it afterwards, so that `use` may change session settings. It is for
 * statements without a time limit. Another connection checks every second whether the server still works on them. If it
 * does not, the connection is destroyed and `use` gets an error that `isUnavailable` recognizes.
 *
 * Behind a transaction pooler, settings must be LOCAL to a transaction, and each statement has a limit of an hour.
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
    // With a single connection there is no check, because it needs a second connection.
    if (rows[0] && pool.options.max > 1) watching = watchSession(pool, client, rows[0].pid, ending.signal);
    return await use(client);
  } finally {
    ending.abort();
    // Waits until the connection is closed. By then the server has released the session's locks.
    client.release(true);
    await Promise.all([watching, (client as unknown as DatabaseClient).ended]);
  }
}

/**
 * Destroys the connection when the server no longer works on its statement. Runs until the signal aborts. Never
 * rejects.
 */
async function watchSession(pool: Pool, client: PoolClient, pid: number, signal: AbortSignal): Promise<void> {
  const watched = client as unknown as DatabaseClient;
  watched.answerTimeoutMs = 0;
  let missing = 0;
  while (!signal.aborted) {
    await delay(sessionCheckMs, undefined, { signal, ref: false }).catch(ignore);
    if (signal.aborted || !watched.isRunning) continue;
    const isActive = await isSessionActive(pool, pid);
    // One missing observation may be the pause between two statements, so only the second in a row counts.
    missing = isActive === false ? missing + 1 : 0;
    if (isActive === null || missing > 1) return watched.destroy();
  }
}

/** Whether the server session runs a statement. Null if the check itself fails. */
async function isSessionActive(pool: Pool, pid: number): Promise<boolean | null> {
  try {
    const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle'", [pid]);
    return rows.length > 0;
  } catch {
    // The error is dropped, because null makes the caller destroy the watched connection, whose statement then fails.
    return null;
  }
}

function ignore(): void {}

/**
 * Runs `run` in a transaction, which is committed when it resolves and rolled back when it rejects. If the connection
 * is lost during the commit (`isUnavailable`), the transaction may have been committed.
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
    // A ROLLBACK on a broken connection fails, which is harmless: the server rolls back by itself.
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
 * 63 bytes) and then sends only the values. Behind a transaction pooler, the whole statement is sent each time.
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

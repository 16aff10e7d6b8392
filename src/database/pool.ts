import { setTimeout as delay } from 'node:timers/promises';
import { type ClientBase, Pool, type PoolClient, type PoolConfig, type QueryResultRow, TypeOverrides, types } from 'pg';
import type { Logger } from '../log.ts';
import { answerMarginMs, DatabaseClient, type DatabaseClientConfig } from './database-client.ts';
import { isUnavailable } from './failures.ts';
import { type FairLimits, FairPool } from './fair-pool.ts';

export interface PoolOptions {
  readonly connectionString: string;
  /** The most connections held at once. */
  readonly max: number;
  /** A statement that runs longer is canceled (SQLSTATE 57014). 0: no limit. */
  readonly statementTimeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Settings of each session, over ours. Default: none. With `keptPlans`, plans are also made anew as said there. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * The connections lead to a pooler that lends server sessions for one transaction at a time, such as PgBouncer with
   * `pool_mode = transaction`. `settings` are not used, statements are not prepared under a name, and the statement timeout
   * is kept by requests to cancel. Default: false. See `detectTransactionPooler`.
   */
  readonly usesTransactionPooler?: boolean | undefined;
  /** Default: tenants are not limited. */
  readonly fairLimits?: FairLimits | undefined;
  readonly log: Logger;
}

/**
 * Session settings for the statements of the hot paths: a plan is made once and kept. Planned anew each time, a claim and
 * its settling cost 12 us a delivery at 200 a statement.
 *
 * A kept plan takes every array for ten entries and joins them by nested loops (settling 370 results took 229 ms), or scans
 * a table that was nearly empty. With those off it hashes what is in memory. So these statements reach a table by
 * `= ANY (ARRAY (...))`, by a LATERAL with a LIMIT, or by a scalar subquery; an EXISTS on one equality may be hashed.
 * With sorting off as well, the index that has the order is taken.
 *
 * Which of two indexes has an id is still told by their sizes, which say nothing in a drained queue: a claim by a plan from
 * then took 97 ms of a backlog of 100,000 (PostgreSQL 15), and 2 by one that was made when it had come. So plans are made
 * anew every `planLifetimeMs`, and after whatever took longer than `slowUseMs`, but not more often than `leastPlanAgeMs`:
 * where something takes that long for a good reason, planning a claim each time takes another 5.
 */
export const keptPlans = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_nestloop: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
};

const planLifetimeMs = 5000;
const slowUseMs = 50;
const leastPlanAgeMs = 500;

interface Plans {
  /** performance.now() */
  readonly madeAtMs: number;
  lifetimeMs: number;
}

/** Of the connections of the pools that keep them. */
const plansOf = new WeakMap<PoolClient, Plans>();
const planKeepers = new WeakSet<Pool>();
const transactionPoolers = new WeakSet<Pool>();

/** How long to wait for a connection, a free one or a new one, before failing: at most as long as a statement may take. */
const connectTimeoutMs = { min: 1_000, max: 5_000 };

/**
 * A pool of connections, shared by Prisma and by the named statements. A `timestamptz` is read as `Date`, a `bigint` as
 * a number (an error beyond 2^53), JSON parsed. Nothing is connected until it is used; close with `pool.end()`.
 *
 * A connection that fails while idle is logged and replaced: a database that restarts does not end the process. One that
 * gives no answer within the statement timeout and a second is destroyed, and with it those that are idle: what made it
 * silent may have silenced them. So after an outage nothing waits for longer than that.
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
  trackIdleClients(pool, idle);
  if (usesTransactionPooler) transactionPoolers.add(pool);
  else if (options.settings?.plan_cache_mode === keptPlans.plan_cache_mode) planKeepers.add(pool);
  // Not the error itself: pg-pool hangs the client on it, with the password.
  pool.on('error', ({ message }) => {
    if (!pool.ending) options.log.warn({ reason: message }, 'an idle database connection failed');
  });
  return pool;
}

function directSession({ statementTimeoutMs, settings }: PoolOptions): PoolConfig {
  return {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    // JIT costs short statements more than it saves.
    options: toOptions({ timezone: 'UTC', jit: 'off', ...settings }),
  };
}

/** PgBouncer follows a client's time zone from one server session to the next, and no other setting that is used here. */
const pooledSession: PoolConfig = {
  async onConnect(client) {
    await client.query("SET timezone TO 'UTC'");
  },
};

/** Whether `usesTransactionPooler` was set for the pool. */
export function isTransactionPooler(pool: Pool): boolean {
  return transactionPoolers.has(pool);
}

/** A statement timeout that nobody else sets: what the server says of it tells whether session settings arrive there. */
const probeTimeoutMs = 4_321;

/**
 * Whether the connections lead to a pooler that lends server sessions by transaction: it refuses the session settings of a
 * connection, or ignores them.
 *
 * @throws what `pg` throws where the database cannot be reached.
 */
export async function detectTransactionPooler(
  options: Pick<PoolOptions, 'connectionString' | 'applicationName' | 'log'>,
): Promise<boolean> {
  const pool = openPool({ ...options, max: 1, statementTimeoutMs: probeTimeoutMs });
  try {
    const { rows } = await pool.query<{ statement_timeout: string }>('SHOW statement_timeout');
    return rows[0]?.statement_timeout !== `${probeTimeoutMs}ms`;
  } catch (error) {
    if (error instanceof Error && error.message.includes('unsupported startup parameter')) return true;
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
 * Lends a connection to `use`. It goes back to the pool with what it has prepared, also after a statement that failed,
 * unless the connection itself is the failure: `pool.query` would close it after any error.
 */
export async function withClient<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // Without a listener, a connection that breaks while lent would end the process; the statement reports it as well.
  client.on('error', ignore);
  let failure: unknown;
  const keepsPlans = planKeepers.has(pool);
  try {
    if (keepsPlans) await discardOldPlans(client);
    const startedMs = performance.now();
    const result = await use(client);
    if (keepsPlans && performance.now() - startedMs > slowUseMs) suspectPlans(client);
    return result;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(isUnavailable(failure));
  }
}

async function discardOldPlans(client: PoolClient): Promise<void> {
  const nowMs = performance.now();
  const plans = plansOf.get(client);
  if (plans && nowMs - plans.madeAtMs < plans.lifetimeMs) return;
  plansOf.set(client, { madeAtMs: nowMs, lifetimeMs: planLifetimeMs });
  if (plans) await client.query('DISCARD PLANS');
}

function suspectPlans(client: PoolClient): void {
  const plans = plansOf.get(client);
  if (plans) plans.lifetimeMs = leastPlanAgeMs;
}

/**
 * Runs `run` while this process alone holds the advisory lock `key`. A transaction of its own holds the lock, on a second
 * connection, so that poolers that lend sessions by transaction keep it as well.
 *
 * @returns null where another process holds it.
 */
export function withAdvisoryLock<T>(
  pool: Pool,
  key: number,
  run: () => Promise<T>,
): Promise<{ readonly result: T } | null> {
  return withTransaction(pool, async client => {
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    // Without parameters: a portal of the extended protocol would hold its snapshot for as long as `run` takes.
    const { rows } = await client.query(`SELECT pg_try_advisory_xact_lock(${Math.trunc(key)}) AS locked`);
    return rows[0].locked ? { result: await run() } : null;
  });
}

/** How often the session of a statement without a time limit is looked up. */
const sessionCheckMs = 1_000;

/** A statement behind a transaction pooler has this limit instead, as the session that works on it is not known. */
const longestPooledStatementMs = 3_600_000;

/**
 * Lends a connection whose session settings may be left behind: it is closed afterwards. It is for statements that take what
 * they take, under a `statement_timeout` of their own, so they have no limit on this side either. Instead, another
 * connection looks every second whether the server still works on them. Where it does not, the connection is destroyed and
 * `use` sees a failure that `isUnavailable` recognizes.
 *
 * Through a transaction pooler a setting has to be LOCAL to a transaction, and each statement has a limit of an hour.
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
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // The check needs a second connection.
    if (rows[0] && pool.options.max > 1) watching = watchSession(pool, client, rows[0].pid, ending.signal);
    return await use(client);
  } finally {
    ending.abort();
    // The server has released the session's locks by then.
    client.release(true);
    await Promise.all([watching, (client as unknown as DatabaseClient).ended]);
  }
}

/** Until the signal aborts. Never rejects. */
async function watchSession(pool: Pool, client: PoolClient, pid: number, signal: AbortSignal): Promise<void> {
  const watched = client as unknown as DatabaseClient;
  watched.answerTimeoutMs = 0;
  let missing = 0;
  while (!signal.aborted) {
    await delay(sessionCheckMs, undefined, { signal, ref: false }).catch(ignore);
    if (signal.aborted || !watched.isRunning) continue;
    const isActive = await isSessionActive(pool, pid);
    // Once may be the moment between two statements.
    missing = isActive === false ? missing + 1 : 0;
    if (isActive === null || missing > 1) return watched.destroy();
  }
}

/** Null where the database does not answer, or only with an error. */
async function isSessionActive(pool: Pool, pid: number): Promise<boolean | null> {
  try {
    const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle'", [pid]);
    return rows.length > 0;
  } catch {
    // The caller of the watched statement is told, by the loss of its connection.
    return null;
  }
}

function ignore(): void {}

/**
 * Runs `run` in a transaction: committed when it resolves, rolled back when it rejects.
 * Where the commit's own answer is lost (`isUnavailable`), it may have happened.
 */
export function withTransaction<T>(pool: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, client => transact(client, () => run(client)));
}

/** `withTransaction` on a connection one already has, outside a transaction. */
export async function transact<T>(client: ClientBase, run: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await run();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A broken connection cannot roll back, and need not.
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
 * A named statement: each connection prepares it once, under `name` (unique among all, at most 63 bytes), and from
 * then on sends the values alone; through a transaction pooler it is sent whole each time. Resolves to its rows.
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

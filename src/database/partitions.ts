import type { ClientBase, Pool, PoolClient } from 'pg';
import { uuidLowerBound } from '../ids.ts';
import type { Logger } from '../log.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { answerMarginMs, type DatabaseClient } from './database-client.ts';
import { isStatementTimeout } from './failures.ts';
import { isTransactionPooler, transact, withAdvisoryLock, withDisposableClient } from './pool.ts';
import { createInSchemaOf } from './table-schema.ts';

/**
 * The tables that have a partition for each week, from Monday 00:00 UTC to the next. The time in a row's UUIDv7 selects
 * its partition; for attempts, the id of the delivery does. All three have the same bounds: `event_p20261116` starts on
 * 2026-11-16.
 */
export const partitionedTables = ['event', 'delivery_history', 'attempt'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** The first Monday after the Unix epoch is 1970-01-05. */
const firstMondayMs = 4 * dayMs;

export interface Partition {
  readonly table: PartitionedTable;
  readonly name: string;
  /** The bounds in Unix milliseconds: `fromMs` inclusive, `untilMs` exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** `detaching`: DETACH CONCURRENTLY was interrupted. `detached`: a separate table that only has to be dropped. */
  readonly state: 'attached' | 'detaching' | 'detached';
}

/**
 * Returns the range for which partitions must exist: one week back and four weeks ahead, which tolerates skewed clocks.
 */
export function partitionRange(nowMs: number): { fromMs: number; untilMs: number } {
  return { fromMs: nowMs - weekMs, untilMs: nowMs + 4 * weekMs };
}

/**
 * Creates the missing partitions between the two moments (Unix milliseconds; `untilMs` exclusive) and returns their
 * names. It may run several times and concurrently. Readers and writers are not blocked: each table is created
 * separately and then attached, which does not lock the parent table exclusively.
 */
export async function ensurePartitions(
  client: ClientBase,
  range: { readonly fromMs: number; readonly untilMs: number },
): Promise<string[]> {
  const wanted = partitionedTables.flatMap(table =>
    mondaysBetween(range.fromMs, range.untilMs).map(fromMs => ({ table, fromMs, name: partitionName(table, fromMs) })),
  );
  const missing = (existing: readonly Partition[]) => {
    const names = new Set(existing.map(partition => partition.name));
    return wanted.filter(partition => !names.has(partition.name));
  };
  if (missing(await listPartitions(client)).length === 0) return [];

  return transact(client, async () => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.createPartitions]);
    await createInSchemaOf(client, 'event');
    const made = missing(await listPartitions(client));
    for (const { table, name, fromMs } of made) {
      const [from, until] = [uuidLowerBound(fromMs), uuidLowerBound(fromMs + weekMs)];
      await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
      await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${until}')`);
    }
    return made.map(partition => partition.name);
  });
}

/** Lists all partitions, oldest first, including those whose removal was interrupted. */
export async function listPartitions(client: ClientBase | Pool): Promise<Partition[]> {
  const { rows } = await client.query<{ table: PartitionedTable; name: string; detaching: boolean | null }>(
    `SELECT parent.relname AS table, child.relname AS name, inhdetachpending AS detaching
     FROM unnest($1::text[]) AS wanted (name)
     JOIN pg_class parent ON parent.oid = to_regclass(wanted.name)
     JOIN pg_class child ON child.relnamespace = parent.relnamespace AND child.relkind = 'r'
      AND child.relname ~ ('^' || wanted.name || '_p[0-9]{8}$')
     LEFT JOIN pg_inherits ON inhrelid = child.oid
     ORDER BY right(child.relname, 8), parent.relname`,
    [partitionedTables],
  );
  return rows.map(({ table, name, detaching }) => {
    const fromMs = Date.parse(name.replace(/^.*_p(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
    const state = detaching === null ? 'detached' : detaching ? 'detaching' : 'attached';
    return { table, name, fromMs, untilMs: fromMs + weekMs, state };
  });
}

export interface DropPartitionsOptions {
  /**
   * Partitions that end at or before this moment (Unix milliseconds) are dropped. Must be earlier than
   * `partitionRange`.
   */
  readonly beforeMs: number;
  readonly log: Logger;
  /** How long the removal of one partition may wait for transactions that still read it, in ms. Default: 10,000. */
  readonly lockTimeoutMs?: number;
  /** Aborting it stops the removal between two partitions. */
  readonly signal?: AbortSignal;
}

/**
 * Drops old partitions, oldest first, and returns their names. It never blocks other statements: DETACH CONCURRENTLY
 * waits up to `lockTimeoutMs` for readers, and statements that arrive meanwhile do not queue behind it. The next call
 * finishes a removal that timed out or was interrupted by a crash. Does nothing while another call runs.
 */
export async function dropPartitionsBefore(pool: Pool, options: DropPartitionsOptions): Promise<string[]> {
  const dropping = await withAdvisoryLock(pool, advisoryLocks.dropPartitions, () =>
    withDisposableClient(pool, client => dropUnlocked(pool, client, options)),
  );
  return dropping?.result ?? [];
}

async function dropUnlocked(pool: Pool, client: PoolClient, options: DropPartitionsOptions): Promise<string[]> {
  const { beforeMs, log, lockTimeoutMs = 10_000, signal } = options;
  const isPooled = isTransactionPooler(pool);
  if (!isPooled) await client.query(`SET statement_timeout = 0; SET lock_timeout = ${Math.trunc(lockTimeoutMs)}`);
  // DETACH CONCURRENTLY cannot run in a transaction, and a transaction pooler keeps no settings outside one. The
  // client's own time limit replaces `lock_timeout`.
  else (client as unknown as DatabaseClient).answerTimeoutMs = lockTimeoutMs + answerMarginMs;
  const dropped: string[] = [];
  const blocked = new Set<PartitionedTable>();
  for (const partition of await listPartitions(client)) {
    // PostgreSQL can detach only one partition of a table at a time, so a blocked one postpones the table's other
    // partitions.
    if (partition.untilMs > beforeMs || blocked.has(partition.table)) continue;
    signal?.throwIfAborted();
    try {
      await dropPartition(client, partition);
      dropped.push(partition.name);
      log.info({ partition: partition.name }, 'dropped a partition');
    } catch (error) {
      if (!isLockFailure(error) && !(isPooled && isStatementTimeout(error))) throw error;
      blocked.add(partition.table);
      log.warn({ partition: partition.name }, 'a partition is still being read; it is dropped later');
    }
  }
  return dropped;
}

async function dropPartition(client: ClientBase, { table, name, state }: Partition): Promise<void> {
  if (state === 'attached') await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name} CONCURRENTLY`);
  if (state === 'detaching') await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name} FINALIZE`);
  await client.query(`DROP TABLE ${name}`);
}

/** Whether the error is a lock timeout or a deadlock. */
function isLockFailure(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '55P03' || code === '40P01';
}

function mondaysBetween(fromMs: number, untilMs: number): number[] {
  const mondays: number[] = [];
  const first = Math.floor((fromMs - firstMondayMs) / weekMs) * weekMs + firstMondayMs;
  for (let monday = first; monday < untilMs; monday += weekMs) mondays.push(monday);
  return mondays;
}

function partitionName(table: PartitionedTable, fromMs: number): string {
  return `${table}_p${new Date(fromMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

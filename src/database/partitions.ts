import type { ClientBase, Pool, PoolClient } from 'pg';
import { uuidLowerBound } from '../ids.ts';
import type { Logger } from '../log.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { answerMarginMs, type DatabaseClient } from './database-client.ts';
import { isStatementTimeout } from './failures.ts';
import { isTransactionPooler, transact, withAdvisoryLock, withDisposableClient } from './pool.ts';
import { createInSchemaOf } from './table-schema.ts';

/**
 * `event`, `delivery_history` and `attempt` have a partition for each week, from Monday 00:00 UTC to the next, by the
 * time in their UUIDv7 (for attempts, that of the delivery). All three have the same bounds: `event_p20261116` starts
 * on 2026-11-16.
 */
export const partitionedTables = ['event', 'delivery_history', 'attempt'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** 1970-01-05 was the first Monday. */
const firstMondayMs = 4 * dayMs;

export interface Partition {
  readonly table: PartitionedTable;
  readonly name: string;
  /** Unix milliseconds: `fromMs` inclusive, `untilMs` exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** `detaching`: DETACH CONCURRENTLY was interrupted. `detached`: a separate table that is about to be dropped. */
  readonly state: 'attached' | 'detaching' | 'detached';
}

/** The range for which partitions must exist: a week back and four weeks ahead, so that skewed clocks find theirs. */
export function partitionRange(nowMs: number): { fromMs: number; untilMs: number } {
  return { fromMs: nowMs - weekMs, untilMs: nowMs + 4 * weekMs };
}

/**
 * Creates the missing partitions between the two moments (unix milliseconds; `untilMs` exclusive) and returns their
 * names. Idempotent, also when it runs concurrently. Readers and writers are not blocked: a table is created separately
 * and then attached, which takes no exclusive lock on its parent.
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

/** All partitions, oldest first, including those whose drop was interrupted. */
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
  /** Partitions that end at or before this moment (unix milliseconds) are dropped. Keep it before `partitionRange`. */
  readonly beforeMs: number;
  readonly log: Logger;
  /** How long each drop may wait for transactions that still read the table. Default: 10,000. */
  readonly lockTimeoutMs?: number;
  /** Aborting stops between two partitions. */
  readonly signal?: AbortSignal;
}

/**
 * Drops old partitions, oldest first, and returns their names. It blocks nobody, however long a reader takes: DETACH
 * CONCURRENTLY waits up to `lockTimeoutMs` without queueing others behind itself. The next call continues what was not
 * done in that time or was interrupted by a crash. Does nothing while another call runs.
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
  // DETACH CONCURRENTLY cannot run in a transaction, so a setting cannot reach it through a transaction pooler.
  else (client as unknown as DatabaseClient).answerTimeoutMs = lockTimeoutMs + answerMarginMs;
  const dropped: string[] = [];
  const blocked = new Set<PartitionedTable>();
  for (const partition of await listPartitions(client)) {
    // A table can have only one partition that is being detached.
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

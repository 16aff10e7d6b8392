import { LRUCache } from 'lru-cache';
import type { PoolClient } from 'pg';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { warnSparingly } from '../warn-sparingly.ts';

/** The wait in ms after the first failure of a row. It doubles after each further failure. */
const firstRetryMs = 5_000;
const maxRetryMs = 3_600_000;
const maxRememberedRows = 10_000;

/**
 * Remembers rows of a queue table that could not be processed. A row stays in its table and is tried again after 5 s,
 * then 10 s, and so on, up to once an hour. Each process remembers on its own, and tries all rows again after a
 * restart.
 */
export class FailedRows {
  readonly #rows = new LRUCache<number, { readonly failures: number; readonly retryAtMs: number }>({
    max: maxRememberedRows,
  });
  readonly #report: ReturnType<typeof warnSparingly>;
  readonly #table: string;

  /** @param table the name of the table, for log messages. */
  constructor(table: string, log: Logger) {
    this.#table = table;
    this.#report = warnSparingly(log, 'error');
  }

  /** Returns the ids of failed rows whose next attempt is not due yet. */
  waitingIds(): number[] {
    const nowMs = performance.now();
    return [...this.#rows.entries()].filter(([, { retryAtMs }]) => retryAtMs > nowMs).map(([id]) => id);
  }

  /** Adds a failure of a row. Logs it at level error, at most one line every 10 s. */
  add(id: number, error: unknown): void {
    const failures = (this.#rows.get(id)?.failures ?? 0) + 1;
    const delayMs = Math.min(firstRetryMs * 2 ** (failures - 1), maxRetryMs);
    this.#rows.set(id, { failures, retryAtMs: performance.now() + delayMs });
    this.#report(`a row of ${this.#table} could not be processed; it is skipped and tried again later`, {
      err: error,
      row: id,
      failures,
    });
  }

  delete(rows: readonly { readonly id: number }[]): void {
    for (const { id } of rows) this.#rows.delete(id);
  }
}

/** Whether the database or the feed is unavailable, so that the same work can succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof UnavailableError || isUnavailable(error);
}

/**
 * Processes rows in order, in the client's transaction. If that fails, it splits them into halves until the rows that
 * cause the failure are alone. These are added to `failed`, and their changes are rolled back.
 *
 * @returns the results of the parts that succeeded.
 * @throws the error of `process` if the database or the feed is unavailable, or if a single row exceeds the statement
 *   timeout.
 */
export async function processRows<Row extends { readonly id: number }, Result>(
  client: PoolClient,
  rows: readonly Row[],
  failed: FailedRows,
  process: (rows: readonly Row[]) => Promise<Result>,
): Promise<Result[]> {
  const [first] = rows;
  if (!first) return [];
  await client.query('SAVEPOINT part');
  try {
    const result = await process(rows);
    await client.query('RELEASE SAVEPOINT part');
    failed.delete(rows);
    return [result];
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (rows.length === 1) {
      failed.add(first.id, error);
      if (isStatementTimeout(error)) throw error;
    }
    await client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
    if (rows.length === 1) return [];
  }
  const middle = rows.length >> 1;
  return [
    ...(await processRows(client, rows.slice(0, middle), failed, process)),
    ...(await processRows(client, rows.slice(middle), failed, process)),
  ];
}

/**
 * Creates a function that logs errors of a loop, at most one line every 10 s. While the database or the feed is
 * unavailable, it logs a warning, otherwise an error.
 *
 * @param work (of the returned function) the work that failed, such as `announcing the outbox`.
 */
export function reportLoopErrors(log: Logger): (work: string, error: unknown) => void {
  const warn = warnSparingly(log);
  const alarm = warnSparingly(log, 'error');
  return (work, error) => {
    if (isDatabaseAway(error)) warn(`${work} waits for the database or the feed`, { err: error });
    else alarm(`${work} failed; it will be tried again`, { err: error });
  };
}

import type { Pool } from 'pg';
import { keptPlans, openPool } from '../../src/database/pool.ts';
import type { Services } from '../../src/domain/context.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { openTestServices } from '../fixtures/services.ts';
import { type Mutation, mutateStatements } from './mutation.ts';

/** The environment of the runs: services with a separate database, and the connections of the senders. */
export interface Workbench extends AsyncDisposable {
  readonly services: Services;
  readonly senderPool: Pool;
  /** The names of the statements that were sent with an inserted bug. */
  readonly mutated: ReadonlySet<string>;
}

/** @param mutation a bug to insert into the statements from now on. */
export async function openWorkbench(mutation?: Mutation): Promise<Workbench> {
  await using opening = new AsyncDisposableStack();
  const services = opening.use(await openTestServices());
  const { connectionString } = services.pool.options;
  if (connectionString === undefined) throw new Error('the pool was opened without a connection string');
  const senderPool = openPool({
    connectionString,
    max: 4,
    statementTimeoutMs: 5000,
    applicationName: 'livehook-test-model',
    settings: keptPlans,
    log: silentLog,
  });
  opening.defer(() => senderPool.end());
  const mutated = new Set<string>();
  if (mutation) for (const pool of [services.pool, senderPool]) mutateStatements(pool, mutation, mutated);
  const opened = opening.move();
  return { services, senderPool, mutated, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

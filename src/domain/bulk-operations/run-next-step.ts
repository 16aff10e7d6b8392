import { isStatementTimeout, isUnavailable } from '../../database/failures.ts';
import { withClient } from '../../database/pool.ts';
import type { Services } from '../context.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { parseStoredFilter } from './bulk-operation-row.ts';
import { bulkCountStatement } from './bulk-statements.ts';
import {
  type BulkStep,
  claimNextStep,
  narrowWindow,
  nextWindow,
  postponeStep,
  recordCounted,
  recordFailed,
} from './bulk-step.ts';
import { runChunk } from './run-chunk.ts';

/** SQLSTATEs of a deadlock and of a serialization failure. Running the chunk again normally succeeds. */
const collisionStates = new Set(['40P01', '40001']);

/**
 * Runs the next step of a bulk operation of any tenant. The first steps count deliveries, the others process them in
 * chunks. Several processes may call this at the same time. If one dies during a step, another continues after 10 s.
 *
 * A bug is logged and ends the operation as FAILED. While the database is unavailable the operation does not change.
 *
 * @returns false if no step is due.
 * @throws the error of `pg` if the database is unavailable.
 */
export async function runNextStep(services: Services): Promise<boolean> {
  const { pool, feed, log } = services;
  const step = await claimNextStep(pool);
  if (!step) return false;
  try {
    await runStep(services, step);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (isStatementTimeout(error)) await narrowWindow(pool, step);
    else if (isCollision(error)) await postponeStep(pool, step);
    else {
      log.error({ err: error, operation: step.id, position: step.position }, 'a bulk operation failed');
      await recordFailed(pool, step);
    }
  }
  feed.notifyBulkOperations([step.id]);
  return true;
}

async function runStep(services: Services, step: BulkStep): Promise<void> {
  const filter = await resolveSearch(services.pool, step.tenantId, parseStoredFilter(step.filter));
  if (step.countedTo === step.id) await runChunk(services, step, filter);
  else await count(services, step, filter);
}

async function count({ pool }: Services, step: BulkStep, filter: ResolvedFilter): Promise<void> {
  const window = nextWindow(step, step.countedTo);
  const statement = bulkCountStatement(step.tenantId, filter, window);
  const counted = statement
    ? await withClient(pool, client => client.query<{ value: number }>(statement.text, statement.values))
    : null;
  await recordCounted(pool, step, statement ? window.until : step.id, counted?.rows[0]?.value ?? 0);
}

function isCollision(error: unknown): boolean {
  return collisionStates.has((error as { readonly code?: string } | null)?.code ?? '');
}

import { isStatementTimeout, isUnavailable } from '../../database/failures.ts';
import { withClient } from '../../database/pool.ts';
import type { Services } from '../context.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { parseStoredFilter } from './bulk-operation-row.ts';
import { bulkCountStatement } from './bulk-statements.ts';
import {
  giveBackTurn,
  narrowWindow,
  nextWindow,
  noteCounted,
  noteFailed,
  type OperationTurn,
  takeTurn,
} from './operation-turn.ts';
import { runChunk } from './run-chunk.ts';

/** Deadlock and serialization failure: the same chunk goes through next time. */
const collisionStates = new Set(['40P01', '40001']);

/**
 * Carries one bulk operation, of any tenant, one step further: a stretch of deliveries is counted or, once all are, a
 * chunk is done. Any number of processes may call it at any time; one that dies in it holds the operation up for 10 s.
 *
 * A bug ends the operation as FAILED and is logged. While the database is away the operation stays as it was.
 *
 * @returns whether an operation had a turn; false: none is due.
 * @throws what `pg` throws where the database is away.
 */
export async function runTurn(services: Services): Promise<boolean> {
  const { pool, feed, log } = services;
  const turn = await takeTurn(pool);
  if (!turn) return false;
  try {
    await step(services, turn);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (isStatementTimeout(error)) await narrowWindow(pool, turn);
    else if (isCollision(error)) await giveBackTurn(pool, turn);
    else {
      log.error({ err: error, operation: turn.id, position: turn.position }, 'a bulk operation failed');
      await noteFailed(pool, turn);
    }
  }
  feed.touchOperations([turn.id]);
  return true;
}

async function step(services: Services, turn: OperationTurn): Promise<void> {
  const filter = await resolveSearch(services.pool, turn.tenantId, parseStoredFilter(turn.filter));
  if (turn.countedTo === turn.id) await runChunk(services, turn, filter);
  else await count(services, turn, filter);
}

async function count({ pool }: Services, turn: OperationTurn, filter: ResolvedFilter): Promise<void> {
  const window = nextWindow(turn, turn.countedTo);
  const statement = bulkCountStatement(turn.tenantId, filter, window);
  const counted = statement
    ? await withClient(pool, client => client.query<{ value: number }>(statement.text, statement.values))
    : null;
  await noteCounted(pool, turn, statement ? window.until : turn.id, counted?.rows[0]?.value ?? 0);
}

function isCollision(error: unknown): boolean {
  return collisionStates.has((error as { readonly code?: string } | null)?.code ?? '');
}

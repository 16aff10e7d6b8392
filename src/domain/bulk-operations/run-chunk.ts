import type { ClientBase } from 'pg';
import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { defineStatement, withClient, withTransaction } from '../../database/pool.ts';
import { InvalidStateError } from '../../errors.ts';
import { newUuid, uuidTime } from '../../ids.ts';
import type { Services } from '../context.ts';
import { payloadPurged, requireUsableEndpoint } from '../deliveries/find-delivery.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import type { BulkChange } from './bulk-change.ts';
import { type BulkItem, bulkItemsStatement } from './bulk-statements.ts';
import { expediteDeliveries } from './expedite-deliveries.ts';
import { nextWindow, noteAdvanced, type OperationTurn } from './operation-turn.ts';
import { nextReleaseSize, paceMs, readWaiting } from './pace.ts';
import { replayDeliveries } from './replay-deliveries.ts';
import { restartDeliveries } from './restart-deliveries.ts';

/** Errors that an operation keeps. */
const maxErrors = 10_000;

interface ItemError {
  readonly id: string;
  readonly error: InvalidStateError;
}

/** The operation was canceled, or somebody else has its turn: the chunk is undone. */
class TurnLost extends Error {}

/**
 * Does the next chunk of an operation that is counted. What is done, the counts and the position are one transaction,
 * so that the next process repeats nothing and misses nothing. Then the changes are announced, and the senders notified.
 *
 * @returns false where the turn was lost, and nothing has changed.
 */
export async function runChunk(services: Services, turn: OperationTurn, filter: ResolvedFilter): Promise<boolean> {
  const { pool } = services;
  const waiting = await readWaiting(pool, turn.released);
  const releaseSize = nextReleaseSize(turn.releaseSize, waiting.length);
  const room = Math.max(0, releaseSize - waiting.length);
  const window = nextWindow(turn, turn.position);
  const statement = bulkItemsStatement(turn.tenantId, filter, window, room);
  const isIdle = statement !== null && room === 0;
  const items =
    statement && !isIdle
      ? (await withClient(pool, client => client.query<BulkItem>(statement.text, statement.values))).rows
      : [];
  const position = isIdle ? turn.position : items.length < room || !statement ? window.until : lastId(items);
  const { usable, errors } = sortOut(turn, items);

  const committed = withTransaction(pool, async client => {
    const changes = await applyTo(client, services, turn, usable);
    const released = changes.flatMap(change => change.released);
    await keepErrors(client, turn, errors);
    const isNoted = await noteAdvanced(client, turn, {
      position,
      done: released.length,
      failed: errors.length,
      skipped: items.length - errors.length - released.length,
      released: [...waiting, ...released],
      releaseSize,
      pauseMs: isIdle || released.length > 0 ? paceMs : 0,
      isWindowDone: position === window.until,
    });
    if (!isNoted) throw new TurnLost();
    return changes;
  });
  const changes = await committed.catch(error => {
    if (error instanceof TurnLost) return null;
    throw error;
  });
  for (const change of changes ?? []) {
    services.announcer.announce(change.announcement);
    const endpointIds = [...new Set(change.endpointIds)];
    services.feed.notifySenders(endpointIds.map(endpointId => ({ endpointId, tenantId: turn.tenantId, count: null })));
  }
  return changes !== null;
}

function lastId(items: readonly BulkItem[]): string {
  return (items.at(-1) as BulkItem).id;
}

/** By the rules of the single verbs: what can be tried, and what can not. The rest is skipped. */
function sortOut({ kind }: OperationTurn, items: readonly BulkItem[]) {
  const usable: BulkItem[] = [];
  const errors: ItemError[] = [];
  for (const item of items) {
    if (kind === 'RETRY' && item.status !== 'FAILED' && item.status !== 'RETRYING') continue;
    const error = findError(kind, item);
    if (error) errors.push({ id: item.id, error });
    else usable.push(item);
  }
  return { usable, errors };
}

function findError(kind: OperationTurn['kind'], item: BulkItem): InvalidStateError | null {
  try {
    requireUsableEndpoint({ status: item.endpointStatus, deletedAt: item.endpointDeletedAt });
  } catch (error) {
    if (error instanceof InvalidStateError) return error;
    throw error;
  }
  // What is RETRYING has all it needs, if need be a copy.
  const needsPayload = kind === 'REPLAY' || item.status === 'FAILED';
  return needsPayload && !item.hasPayload ? payloadPurged() : null;
}

async function applyTo(
  client: ClientBase,
  { limits, clock }: Services,
  turn: OperationTurn,
  items: readonly BulkItem[],
): Promise<BulkChange[]> {
  const { id: operationId, tenantId, kind } = turn;
  const defaultScheduleLength = limits.defaultRetryScheduleSeconds.length;
  if (kind === 'REPLAY') {
    // Behind the operation's own id, whatever this process's clock says: its replays are not in it.
    const newId = () => newUuid(Math.max(clock.now(), uuidTime(turn.id) + 1));
    return [await replayDeliveries(client, { operationId, tenantId, items, defaultScheduleLength, newId })];
  }
  const idsIn = (status: BulkItem['status']) => items.filter(item => item.status === status).map(item => item.id);
  return [
    await restartDeliveries(client, { operationId, tenantId, ids: idsIn('FAILED'), defaultScheduleLength }),
    await expediteDeliveries(client, { operationId, tenantId, ids: idsIn('RETRYING') }),
  ];
}

const errorsStatement = defineStatement<[operationId: string, ids: string, codes: string, messages: string], never>({
  name: 'bulk-errors',
  text: `
INSERT INTO bulk_operation_error (operation_id, delivery_id, code, message)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[])`,
});

async function keepErrors(client: ClientBase, turn: OperationTurn, errors: readonly ItemError[]): Promise<void> {
  const kept = errors.slice(0, Math.max(0, maxErrors - turn.failed));
  if (kept.length === 0) return;
  await errorsStatement(client, [
    turn.id,
    encodePlainArray(kept.map(({ id }) => id)),
    encodePlainArray(kept.map(({ error }) => error.code)),
    encodeTextArray(kept.map(({ error }) => error.message)),
  ]);
}

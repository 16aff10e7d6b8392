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
import { type BulkStep, nextWindow, recordProgress } from './bulk-step.ts';
import { expediteDeliveries } from './expedite-deliveries.ts';
import { checkIntervalMs, nextQueueLimit, readUnclaimed } from './queue-limit.ts';
import { replayDeliveries } from './replay-deliveries.ts';
import { restartDeliveries } from './restart-deliveries.ts';

/** The largest number of errors that are stored for one bulk operation. */
const maxErrors = 10_000;

interface ItemError {
  readonly id: string;
  readonly error: InvalidStateError;
}

/** Rolls the chunk back, because the operation was canceled or another process has claimed the step. */
class StepLostError extends Error {}

/**
 * Processes the next chunk of an operation whose deliveries have been counted. One transaction changes the deliveries,
 * the counts and the position, so that each delivery is processed exactly once. Afterwards the changes are announced
 * and senders are notified.
 *
 * @returns false, with nothing changed, if another process has claimed the step or the operation was canceled.
 */
export async function runChunk(services: Services, step: BulkStep, filter: ResolvedFilter): Promise<boolean> {
  const { pool } = services;
  const unclaimed = await readUnclaimed(pool, step.queuedIds);
  const queueLimit = nextQueueLimit(step.queueLimit, unclaimed.length);
  const limit = Math.max(0, queueLimit - unclaimed.length);
  const window = nextWindow(step, step.position);
  const statement = bulkItemsStatement(step.tenantId, filter, window, limit);
  const isIdle = statement !== null && limit === 0;
  const items =
    statement && !isIdle
      ? (await withClient(pool, client => client.query<BulkItem>(statement.text, statement.values))).rows
      : [];
  const position = isIdle ? step.position : items.length < limit || !statement ? window.until : lastId(items);
  const { usable, errors } = classifyItems(step, items);

  const committed = withTransaction(pool, async client => {
    const changes = await applyChanges(client, services, step, usable);
    const queued = changes.flatMap(change => change.queuedIds);
    await storeErrors(client, step, errors);
    const isRecorded = await recordProgress(client, step, {
      position,
      done: queued.length,
      failed: errors.length,
      skipped: items.length - errors.length - queued.length,
      queuedIds: [...unclaimed, ...queued],
      queueLimit,
      pauseMs: isIdle || queued.length > 0 ? checkIntervalMs : 0,
      isWindowDone: position === window.until,
    });
    if (!isRecorded) throw new StepLostError();
    return changes;
  });
  const changes = await committed.catch(error => {
    if (error instanceof StepLostError) return null;
    throw error;
  });
  for (const change of changes ?? []) {
    services.announcer.announce(change.announcement);
    const endpointIds = [...new Set(change.endpointIds)];
    services.feed.notifySenders(endpointIds.map(endpointId => ({ endpointId, tenantId: step.tenantId, count: null })));
  }
  return changes !== null;
}

function lastId(items: readonly BulkItem[]): string {
  return (items.at(-1) as BulkItem).id;
}

/**
 * Divides the deliveries by the rules of `retryDelivery` and `replayDelivery` into those to change and those with an
 * error. A delivery that a RETRY does not apply to is in neither list, and counts as skipped.
 */
function classifyItems({ kind }: BulkStep, items: readonly BulkItem[]) {
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

function findError(kind: BulkStep['kind'], item: BulkItem): InvalidStateError | null {
  try {
    requireUsableEndpoint({ status: item.endpointStatus, deletedAt: item.endpointDeletedAt });
  } catch (error) {
    if (error instanceof InvalidStateError) return error;
    throw error;
  }
  // A RETRYING delivery whose event retention has deleted has its own copy of the payload.
  const needsPayload = kind === 'REPLAY' || item.status === 'FAILED';
  return needsPayload && !item.hasPayload ? payloadPurged() : null;
}

async function applyChanges(
  client: ClientBase,
  { limits, clock }: Services,
  step: BulkStep,
  items: readonly BulkItem[],
): Promise<BulkChange[]> {
  const { id: operationId, tenantId, kind } = step;
  const defaultScheduleLength = limits.defaultRetryScheduleSeconds.length;
  if (kind === 'REPLAY') {
    // The ids of replays must be greater than the operation's id, even if this process's clock is behind. Otherwise the
    // operation would find its own replays and replay them again.
    const newId = () => newUuid(Math.max(clock.now(), uuidTime(step.id) + 1));
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

async function storeErrors(client: ClientBase, step: BulkStep, errors: readonly ItemError[]): Promise<void> {
  const stored = errors.slice(0, Math.max(0, maxErrors - step.failed));
  if (stored.length === 0) return;
  await errorsStatement(client, [
    step.id,
    encodePlainArray(stored.map(({ id }) => id)),
    encodePlainArray(stored.map(({ error }) => error.code)),
    encodeTextArray(stored.map(({ error }) => error.message)),
  ]);
}

import type { PoolClient } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { ensurePartitions } from '../../database/partitions.ts';
import { defineStatement, withClient, withTransaction } from '../../database/pool.ts';
import { uuidTime } from '../../ids.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { Services } from '../context.ts';
import { type FailedRows, processRows } from '../failed-rows.ts';
import { insertEvents } from './insert-events.ts';
import { fingerprintOf } from './insert-once.ts';
import { createEvent } from './publish-events.ts';
import { insertWithNewTypes } from './register-event-types.ts';
import { lockRouting, type RoutingTable } from './routing.ts';

/** An event that an application has written with the SQL function `livehook.publish_event`, and committed. */
interface InboxRow {
  readonly id: number;
  readonly tenantId: string;
  readonly eventId: string;
  readonly type: string;
  readonly payload: string;
  readonly idempotencyKey: string | null;
  readonly endpointIds: readonly string[] | null;
}

const chunk = 100;
const maxChunkBytes = 8 * 2 ** 20;
/** Events up to this age, in ms, always find their partitions, because the janitor creates those of the last week. */
const readyPartitionsMs = 6 * 86_400_000;

const takeStatement = defineStatement<[skipped: string], InboxRow>({
  name: 'event-inbox-take',
  text: `
WITH oldest AS MATERIALIZED (
  SELECT i.id, octet_length(i.payload) AS bytes
  FROM event_inbox i JOIN tenant t ON t.id = i.tenant_id AND t.deleted_at IS NULL
  WHERE i.id <> ALL ($1::bigint[]) ORDER BY i.id LIMIT ${chunk}
), sized AS MATERIALIZED (
  SELECT id, sum(bytes) OVER (ORDER BY id) - bytes AS bytes_before FROM oldest
)
SELECT i.id, i.tenant_id AS "tenantId", i.event_id AS "eventId", i.type, i.payload, i.idempotency_key AS "idempotencyKey",
  i.endpoint_ids AS "endpointIds"
FROM event_inbox i
WHERE i.id = ANY (ARRAY (SELECT id FROM sized WHERE bytes_before < ${maxChunkBytes}))
ORDER BY i.id FOR UPDATE OF i SKIP LOCKED`,
});

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'event-inbox-delete',
  text: 'DELETE FROM event_inbox WHERE id = ANY ($1::bigint[])',
});

const keyStatement = defineStatement<[tenantId: string, key: string, eventId: string, fingerprint: Buffer], never>({
  name: 'event-inbox-key',
  text: 'UPDATE idempotency_key SET fingerprint = $4 WHERE tenant_id = $1 AND key = $2 AND event_id = $3',
});

/**
 * Publishes the events that applications have written with `livehook.publish_event`. Each is published exactly once,
 * because the same transaction deletes it from the inbox. Several processes may call this at the same time.
 *
 * @param failed the rows that could not be published before. Those whose next attempt is not due are skipped.
 */
export async function publishInbox(services: Services, failed: FailedRows): Promise<void> {
  for (;;) {
    const { published, announcements } = await withTransaction(services.pool, client =>
      publishChunk(services, client, failed),
    );
    for (const announcement of announcements) announceCreated(services, announcement);
    if (published === 0) return;
  }
}

async function publishChunk(services: Services, client: PoolClient, failed: FailedRows) {
  const rows = await takeStatement(client, [encodePlainArray(failed.waitingIds())]);
  await preparePartitions(services, rows);
  let published = 0;
  const parts = await processRows(client, rows, failed, async part => {
    const announcements: Announcement[] = [];
    for (const [tenantId, ofTenant] of Map.groupBy(part, row => row.tenantId)) {
      announcements.push(await publishFor(services, client, tenantId, ofTenant));
    }
    await deleteStatement(client, [encodePlainArray(part.map(row => row.id))]);
    published += part.length;
    return announcements;
  });
  return { published, announcements: parts.flat() };
}

/** Creates the partitions of old events, which may not exist if no process has run for a long time. */
async function preparePartitions({ pool, clock }: Services, rows: readonly InboxRow[]): Promise<void> {
  const now = clock.now();
  const oldest = Math.min(now, ...rows.map(({ eventId }) => uuidTime(eventId)));
  if (oldest > now - readyPartitionsMs) return;
  await withClient(pool, client => ensurePartitions(client, { fromMs: oldest, untilMs: now }));
}

async function publishFor(
  services: Services,
  client: PoolClient,
  tenantId: string,
  rows: readonly InboxRow[],
): Promise<Announcement> {
  await lockRouting(client, tenantId);
  const table = await services.routing.read(tenantId, true);
  const events = rows.map(row => createInboxEvent(services, row, table));
  const announcement = await insertWithNewTypes(services, tenantId, () =>
    insertEvents(client, tenantId, table.revision, events),
  );
  if (!announcement) throw new Error('the routing changed although it was locked');
  for (const { idempotencyKey, eventId, ...input } of rows) {
    if (idempotencyKey === null) continue;
    await keyStatement(client, [tenantId, idempotencyKey, eventId, fingerprintOf(input, services.encryption)]);
  }
  return announcement;
}

/**
 * Creates the event of an inbox row. Endpoints that were deleted or disabled after it was published do not receive it.
 */
function createInboxEvent(services: Services, row: InboxRow, table: RoutingTable) {
  const isOpen = (id: string) => (table.routes.get(id)?.status ?? 'DISABLED') !== 'DISABLED';
  const endpointIds = row.endpointIds?.filter(isOpen) ?? null;
  return createEvent(services, row.tenantId, { ...row, endpointIds, path: '' }, table, row.eventId);
}

import type { PoolClient } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { Services } from '../context.ts';
import { insertEvents } from '../events/insert-events.ts';
import { createEvent } from '../events/publish-events.ts';
import { lockRouting } from '../events/routing.ts';
import { type FailedRows, processRows } from '../failed-rows.ts';
import { type OperationalEventRow, writeOperationalEvent } from './write-operational-event.ts';

const chunk = 100;
/** After this many attempts that failed because the routing changed, the routing is locked for the next attempt. */
const maxUnlockedAttempts = 1;

const takeStatement = defineStatement<[skipped: string], OperationalEventRow>({
  name: 'operational-events-take',
  text: `
SELECT o.id, o.tenant_id AS "tenantId", o.endpoint_id AS "endpointId", e.name AS "endpointName", o.type,
  o.occurred_at AS "occurredAt", o.details
FROM operational_event o JOIN endpoint e ON e.id = o.endpoint_id
WHERE o.id <> ALL ($1::bigint[])
ORDER BY o.id LIMIT ${chunk} FOR UPDATE OF o SKIP LOCKED`,
});

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'operational-events-delete',
  text: 'DELETE FROM operational_event WHERE id = ANY ($1::bigint[])',
});

/**
 * Publishes the recorded operational events as `livehook.*` events of their tenants. One transaction publishes an event
 * and deletes its record, so that each is published exactly once. Several processes may call this at the same time.
 *
 * @param failed the records that could not be published before. Those whose next attempt is not due are skipped.
 */
export async function publishOperationalEvents(services: Services, failed: FailedRows): Promise<void> {
  for (;;) {
    const { taken, announcements } = await withTransaction(services.pool, client =>
      publishChunk(services, client, failed),
    );
    for (const announcement of announcements) announceCreated(services, announcement);
    if (taken < chunk) return;
  }
}

/** Publishes one chunk. `taken` is the number of records that were read, or 0 if none of them could be published. */
async function publishChunk(services: Services, client: PoolClient, failed: FailedRows) {
  const rows = await takeStatement(client, [encodePlainArray(failed.waitingIds())]);
  const published = await processRows(client, rows, failed, async part => {
    const announcements: Announcement[] = [];
    for (const [tenantId, ofTenant] of Map.groupBy(part, row => row.tenantId)) {
      announcements.push(await publishForTenant(services, client, tenantId, ofTenant));
    }
    await deleteStatement(client, [encodePlainArray(part.map(row => row.id))]);
    return announcements;
  });
  return { taken: published.length > 0 ? rows.length : 0, announcements: published.flat() };
}

async function publishForTenant(
  services: Services,
  client: PoolClient,
  tenantId: string,
  rows: readonly OperationalEventRow[],
): Promise<Announcement> {
  for (let attempt = 0; attempt <= maxUnlockedAttempts; attempt += 1) {
    if (attempt === maxUnlockedAttempts) await lockRouting(client, tenantId);
    const table = await services.routing.read(tenantId, attempt > 0);
    const events = rows.map(row => {
      const input = { type: row.type, payload: writeOperationalEvent(row), endpointIds: null, path: '' };
      return createEvent(services, tenantId, input, table);
    });
    const announcement = await insertEvents(client, tenantId, table.revision, events);
    if (announcement) return announcement;
  }
  throw new Error('the routing changed although it was locked');
}

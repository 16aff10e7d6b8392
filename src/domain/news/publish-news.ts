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
import { type NewsRow, writeNews } from './write-news.ts';

const chunk = 100;
/** After this many rounds the routing is locked, so that it cannot change under the insert. */
const maxOptimisticRounds = 1;

const takeStatement = defineStatement<[skipped: string], NewsRow>({
  name: 'news-take',
  text: `
SELECT n.id, n.tenant_id AS "tenantId", n.endpoint_id AS "endpointId", e.name AS "endpointName", n.type,
  n.occurred_at AS "occurredAt", n.details
FROM news n JOIN endpoint e ON e.id = n.endpoint_id
WHERE n.id <> ALL ($1::bigint[])
ORDER BY n.id LIMIT ${chunk} FOR UPDATE OF n SKIP LOCKED`,
});

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'news-delete',
  text: 'DELETE FROM news WHERE id = ANY ($1::bigint[])',
});

/**
 * Publishes what has happened as `livehook.*` events of their tenants: each exactly once, as it is taken and published in
 * one transaction. Any number may run beside each other. The feed and the senders hear of it as of any event.
 *
 * @param failed the rows that could not be published before. Those whose next try is not due are skipped.
 */
export async function publishNews(services: Services, failed: FailedRows): Promise<void> {
  for (;;) {
    const { taken, announcements } = await withTransaction(services.pool, client =>
      publishChunk(services, client, failed),
    );
    for (const announcement of announcements) announceCreated(services, announcement);
    if (taken < chunk) return;
  }
}

/** `taken` is 0 where no row could be published. */
async function publishChunk(services: Services, client: PoolClient, failed: FailedRows) {
  const rows = await takeStatement(client, [encodePlainArray(failed.waitingIds())]);
  const published = await processRows(client, rows, failed, async part => {
    const announcements: Announcement[] = [];
    for (const [tenantId, news] of Map.groupBy(part, row => row.tenantId)) {
      announcements.push(await publishFor(services, client, tenantId, news));
    }
    await deleteStatement(client, [encodePlainArray(part.map(row => row.id))]);
    return announcements;
  });
  return { taken: published.length > 0 ? rows.length : 0, announcements: published.flat() };
}

async function publishFor(
  services: Services,
  client: PoolClient,
  tenantId: string,
  news: readonly NewsRow[],
): Promise<Announcement> {
  for (let round = 0; round <= maxOptimisticRounds; round += 1) {
    if (round === maxOptimisticRounds) await lockRouting(client, tenantId);
    const table = await services.routing.read(tenantId, round > 0);
    const events = news.map(row => {
      const input = { type: row.type, payload: writeNews(row), endpointIds: null, path: '' };
      return createEvent(services, tenantId, input, table);
    });
    const announcement = await insertEvents(client, tenantId, table.revision, events);
    if (announcement) return announcement;
  }
  throw new Error('the routing changed although it was locked');
}

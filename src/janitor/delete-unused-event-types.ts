import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';

const chunk = 1000;

const deleteStatement = defineStatement<[unusedSince: Date], { type: string }>({
  name: 'event-types-delete-unused',
  text: `
DELETE FROM event_type WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM event_type t WHERE last_used_at < $1
    AND (SELECT true FROM delivery_history d WHERE d.tenant_id = t.tenant_id AND d.event_type = t.type LIMIT 1) IS NULL
  LIMIT ${chunk} FOR UPDATE SKIP LOCKED
)) RETURNING type`,
});

/**
 * How much older than the retention the last use of a type must be. Partitions contain a week, so an event may be kept
 * up to 7 days longer. A type's last use is stored by day, which adds one more.
 */
const slackMs = 8 * 86_400_000;

/**
 * Deletes event types that have no event or delivery left, in chunks, so that they no longer count in a tenant's quota.
 *
 * @param keptFromMs Unix milliseconds; retention deletes everything older.
 */
export async function deleteUnusedEventTypes(pool: Pool, keptFromMs: number): Promise<void> {
  const unusedSince = new Date(keptFromMs - slackMs);
  while ((await deleteStatement(pool, [unusedSince])).length === chunk);
}

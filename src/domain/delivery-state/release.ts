import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { toPreviousState } from '../deliveries/announce-change.ts';
import type { ClaimedDelivery } from './claim.ts';
import { decrementInFlight } from './in-flight.ts';

const releaseStatement = defineStatement<
  [ids: string, numbers: string, versions: string],
  { id: string; nowMs: number; outboxId: number }
>({
  name: 'release',
  text: `
WITH released AS (
  UPDATE delivery_live d SET status = 'RETRYING', lease_until = NULL, attempt_count = attempt_count - 1,
    version = d.version + 1, updated_at = now()
  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS r (id, number, version)
  WHERE d.id = ANY ($1::uuid[]) AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number
    AND d.version = r.version
  RETURNING d.id, d.endpoint_id, d.is_counted, d.version, d.status
), ${decrementInFlight('released')}, announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(version), array_agg(status), array_agg('PROCESSING'::delivery_status)
  FROM released HAVING count(*) > 0
  RETURNING id
)
SELECT r.id, round(date_part('epoch', now()) * 1000) AS "nowMs", announced.id AS "outboxId" FROM released r, announced`,
});

export interface ReleasedItem {
  readonly claimed: ClaimedDelivery;
  /** The endpoint of the delivery. Null if it could not be read. */
  readonly target: { readonly name: string; readonly url: string } | null;
}

/**
 * Releases deliveries whose request was not written. They become RETRYING, are due as before the claim, and their next
 * attempt has the same number. Deliveries whose lease was lost are not changed.
 *
 * @returns the transitions to announce. Empty if an endpoint is not known; the outbox recovery then announces all of
 *   them.
 */
export async function release(pool: Pool, items: readonly ReleasedItem[]): Promise<Announcement> {
  const rows = await releaseStatement(pool, [
    encodePlainArray(items.map(item => item.claimed.delivery.id)),
    encodePlainArray(items.map(item => item.claimed.delivery.attemptCount)),
    // The version distinguishes claims: after a release, the next claim has the same attempt number, and a repeated
    // release must not end it.
    encodePlainArray(items.map(item => item.claimed.delivery.version)),
  ]);
  if (items.some(item => item.target === null)) return { outboxId: null, transitions: [] };
  const byId = new Map(items.map(item => [item.claimed.delivery.id, item]));
  const transitions = rows.flatMap(row => {
    const item = byId.get(row.id);
    if (!item?.target) return [];
    const { delivery, dueAtMs } = item.claimed;
    const occurredAt = Math.round(row.nowMs);
    return {
      delivery: {
        ...delivery,
        status: 'RETRYING' as const,
        attemptCount: delivery.attemptCount - 1,
        nextAttemptAt: dueAtMs,
        updatedAt: occurredAt,
        version: delivery.version + 1,
      },
      previous: toPreviousState(delivery),
      occurredAt,
      endpointName: item.target.name,
      endpointUrl: item.target.url,
    };
  });
  return { outboxId: rows[0]?.outboxId ?? null, transitions };
}

import type { Pool } from 'pg';
import { encodePlainArray } from '../database/arrays.ts';
import { defineStatement } from '../database/pool.ts';
import type { Announcement } from '../domain/announcements/announcer.ts';
import { uncount } from '../domain/deliveries/in-flight.ts';
import type { ClaimedDelivery } from './claim.ts';

const releaseStatement = defineStatement<
  [ids: string, numbers: string],
  { id: string; nowMs: number; outboxId: number }
>({
  name: 'release',
  text: `
WITH released AS (
  UPDATE delivery_live d SET status = 'RETRYING', lease_until = NULL, attempt_count = attempt_count - 1,
    version = version + 1, updated_at = now()
  FROM unnest($1::uuid[], $2::int[]) AS r (id, number)
  WHERE d.id = ANY ($1::uuid[]) AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number
  RETURNING d.id, d.endpoint_id, d.version, d.status
), ${uncount('released')}, announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(version), array_agg(status), array_agg('PROCESSING'::delivery_status)
  FROM released HAVING count(*) > 0
  RETURNING id
)
SELECT r.id, round(date_part('epoch', now()) * 1000) AS "nowMs", announced.id AS "outboxId" FROM released r, announced`,
});

/**
 * Gives back deliveries whose request was not written: RETRYING and due at once, the attempt's number returned. Those
 * whose lease was lost meanwhile are left alone.
 */
export async function release(
  pool: Pool,
  items: readonly { readonly claimed: ClaimedDelivery; readonly endpointName: string; readonly endpointUrl: string }[],
): Promise<Announcement> {
  const rows = await releaseStatement(pool, [
    encodePlainArray(items.map(item => item.claimed.delivery.id)),
    encodePlainArray(items.map(item => item.claimed.delivery.attemptCount)),
  ]);
  const byId = new Map(items.map(item => [item.claimed.delivery.id, item]));
  const transitions = rows.flatMap(row => {
    const item = byId.get(row.id);
    if (!item) return [];
    const { delivery, dueAtMs } = item.claimed;
    const occurredAt = Math.round(row.nowMs);
    const { responseStatus, errorCode } = delivery;
    return {
      delivery: {
        ...delivery,
        status: 'RETRYING' as const,
        attemptCount: delivery.attemptCount - 1,
        nextAttemptAt: dueAtMs,
        updatedAt: occurredAt,
        version: delivery.version + 1,
      },
      previous: { status: 'PROCESSING' as const, failureReason: null, responseStatus, errorCode },
      occurredAt,
      endpointName: item.endpointName,
      endpointUrl: item.endpointUrl,
    };
  });
  return { outboxId: rows[0]?.outboxId ?? null, transitions };
}

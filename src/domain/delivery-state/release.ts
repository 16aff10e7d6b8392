import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { describeTransition } from '../deliveries/announce-change.ts';
import type { ClaimedDelivery } from './claim.ts';
import { decrementInFlight } from './in-flight.ts';
import { isClaim } from './settle.ts';

const releaseStatement = defineStatement<
  [ids: string, versions: string],
  { id: string; nowMs: number; outboxId: number }
>({
  name: 'release',
  text: `
WITH released AS (
  UPDATE delivery_live d SET status = 'RETRYING', lease_until = NULL, attempt_count = attempt_count - 1,
    version = d.version + 1, updated_at = now()
  FROM unnest($1::uuid[], $2::int[]) AS r (delivery_id, version) WHERE d.id = ANY ($1::uuid[]) AND ${isClaim}
  RETURNING d.id, d.endpoint_id, d.is_counted, d.version, d.status
), ${decrementInFlight('released')}, ${insertOutbox('released', "'PROCESSING'")}
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
  const claims = items.map(item => item.claimed.delivery);
  const rows = await releaseStatement(pool, [
    encodePlainArray(claims.map(({ id }) => id)),
    encodePlainArray(claims.map(({ version }) => version)),
  ]);
  if (items.some(item => item.target === null)) return { outboxId: null, transitions: [] };
  const byId = new Map(items.map(item => [item.claimed.delivery.id, item]));
  const transitions = rows.flatMap(row => {
    const item = byId.get(row.id);
    if (!item?.target) return [];
    const { delivery, dueAtMs } = item.claimed;
    const released: DeliverySnapshot = {
      ...delivery,
      status: 'RETRYING',
      attemptCount: delivery.attemptCount - 1,
      nextAttemptAt: dueAtMs,
      updatedAt: row.nowMs,
      version: delivery.version + 1,
    };
    return describeTransition(delivery, released, { endpointName: item.target.name, endpointUrl: item.target.url });
  });
  return { outboxId: rows[0]?.outboxId ?? null, transitions };
}

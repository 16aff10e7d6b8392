import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { isStatementTimeout, isUnavailable } from '../../database/failures.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { Services } from '../context.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { describeInterrupted, type InterruptedDelivery } from './interrupted.ts';
import { settle } from './settle.ts';
import type { Settlement } from './settlement.ts';

/*
 * Senders find expired leases in the lanes that they read. They do not read the lanes of endpoints that are disabled, paused or
 * deleted, and only the first delivery of a FIFO lane, which may be a retry instead of the delivery that was in flight. Those
 * lanes are searched here, by statements whose cost does not grow with the backlog:
 *
 * - The first `searchedPerOrder` rows of each lane, in each order by which deliveries are claimed. Deliveries that were in flight
 *   are usually there, because claims take the oldest first.
 * - A sweep that reads the next `sweptRows` of all lanes in each round, and starts again at the end.
 */
const lanesPerStatement = 200;
const searchedPerOrder = 100;
const sweptRows = 5000;

const lowestId = '00000000-0000-0000-0000-000000000000';
const isUnread = "(e.status <> 'ENABLED' OR e.deleted_at IS NOT NULL OR e.hold_until > now() OR e.ordering = 'FIFO')";

const searchStatement = defineStatement<[after: string], { lastLane: string; expired: string[] }>({
  name: 'leases-search',
  text: `
WITH RECURSIVE lane AS (
  (SELECT endpoint_id FROM delivery_live WHERE endpoint_id > $1 ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > lane.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM lane WHERE lane.endpoint_id IS NOT NULL
), slice AS MATERIALIZED (
  SELECT endpoint_id FROM lane WHERE endpoint_id IS NOT NULL LIMIT ${lanesPerStatement}
), unread AS MATERIALIZED (
  SELECT e.id FROM slice CROSS JOIN LATERAL (
    SELECT e.id FROM endpoint e WHERE e.id = slice.endpoint_id AND ${isUnread} LIMIT 1) e
), found AS (
  SELECT q.id FROM unread CROSS JOIN LATERAL (
    (SELECT d.id, d.status, d.lease_until FROM delivery_live d WHERE d.endpoint_id = unread.id
      ORDER BY d.due_at, d.id LIMIT ${searchedPerOrder})
    UNION ALL
    (SELECT d.id, d.status, d.lease_until FROM delivery_live d WHERE d.endpoint_id = unread.id
      AND (d.is_test OR d.trigger = 'MANUAL') ORDER BY d.due_at, d.id LIMIT ${searchedPerOrder})
    UNION ALL
    (SELECT d.id, d.status, d.lease_until FROM delivery_live d WHERE d.endpoint_id = unread.id
      ORDER BY d.id LIMIT ${searchedPerOrder})
  ) q WHERE q.status = 'PROCESSING' AND q.lease_until < now()
)
SELECT (SELECT endpoint_id FROM slice ORDER BY endpoint_id DESC LIMIT 1) AS "lastLane",
  ARRAY (SELECT DISTINCT id FROM found) AS expired`,
});

const sweepStatement = defineStatement<
  [afterLane: string, afterId: string],
  { lastLane: string | null; lastId: string | null; expired: string[] }
>({
  name: 'leases-sweep',
  text: `
WITH page AS MATERIALIZED (
  SELECT endpoint_id, id, status, lease_until FROM delivery_live WHERE (endpoint_id, id) > ($1::uuid, $2::uuid)
  ORDER BY endpoint_id, id LIMIT ${sweptRows}
), last AS (
  SELECT endpoint_id, id FROM page ORDER BY endpoint_id DESC, id DESC LIMIT 1
)
SELECT (SELECT endpoint_id FROM last) AS "lastLane", (SELECT id FROM last) AS "lastId",
  ARRAY (SELECT id FROM page WHERE status = 'PROCESSING' AND lease_until < now()) AS expired`,
});

type ExpiredRow = DeliverySnapshot &
  Omit<InterruptedDelivery, 'delivery' | 'scheduleSeconds' | 'startedAt'> & {
    scheduleSeconds: readonly number[] | null;
  };

const readStatement = defineStatement<[ids: string], ExpiredRow>({
  name: 'leases-expired',
  text: `
SELECT ${snapshotColumns('d')}, d.trigger, d.schedule_step AS "scheduleStep", d.interruptions,
  e.retry_schedule_seconds AS "scheduleSeconds", e.name AS "endpointName", e.url AS "endpointUrl"
FROM delivery_live d CROSS JOIN LATERAL (SELECT * FROM endpoint e WHERE e.id = d.endpoint_id AND ${isUnread} LIMIT 1) e
WHERE d.id = ANY ($1::uuid[]) AND d.status = 'PROCESSING' AND d.lease_until < now()`,
});

/** Where the sweep continues. */
export interface SweepPosition {
  lane: string;
  id: string;
}

export function startSweep(): SweepPosition {
  return { lane: lowestId, id: lowestId };
}

type LeaseServices = Pick<Services, 'announcer' | 'clock' | 'limits' | 'log'> & { readonly pool: Pool };

/**
 * Settles attempts with expired leases as INTERRUPTED in lanes that no sender reads.
 *
 * @param sweep where the sweep continues. It is updated.
 * @returns how many were settled.
 */
export async function settleExpiredLeases(services: LeaseServices, sweep: SweepPosition): Promise<number> {
  let settled = 0;
  for (let after = lowestId; ; ) {
    const [slice] = await searchStatement(services.pool, [after]);
    if (!slice?.lastLane) break;
    const count = await settleExpired(services, slice.expired);
    settled += count;
    // Settled deliveries have left the front of their lane, so that there may be more.
    if (count === 0) after = slice.lastLane;
  }
  const [page] = await sweepStatement(services.pool, [sweep.lane, sweep.id]);
  settled += await settleExpired(services, page?.expired ?? []);
  Object.assign(sweep, page?.lastLane && page.lastId ? { lane: page.lastLane, id: page.lastId } : startSweep());
  return settled;
}

async function settleExpired(services: LeaseServices, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const settlements = (await readStatement(services.pool, [encodePlainArray(ids)])).map(row => {
    const { trigger, scheduleStep, interruptions, scheduleSeconds, endpointName, endpointUrl, ...delivery } = row;
    const item: InterruptedDelivery = {
      delivery,
      trigger,
      scheduleStep,
      interruptions,
      scheduleSeconds: scheduleSeconds ?? services.limits.defaultRetryScheduleSeconds,
      endpointName,
      endpointUrl,
      startedAt: delivery.updatedAt,
    };
    return describeInterrupted(item, services.clock.now());
  });
  if (settlements.length === 0) return 0;
  const refused: { readonly delivery: string; readonly error: unknown }[] = [];
  const settled = await settleParts(services, settlements, refused);
  const [first] = refused;
  if (first) {
    services.log.error(
      { err: first.error, delivery: first.delivery, refused: refused.length },
      'expired leases could not be settled; they are skipped and tried again later',
    );
  }
  return settled;
}

/** Settles all together or, if that fails, in halves. Adds to `refused` what fails alone. */
async function settleParts(
  services: LeaseServices,
  settlements: readonly Settlement[],
  refused: { readonly delivery: string; readonly error: unknown }[],
): Promise<number> {
  const [first] = settlements;
  if (!first) return 0;
  let announcement: Announcement;
  try {
    announcement = await settle(services.pool, settlements);
  } catch (error) {
    if (isUnavailable(error) || isStatementTimeout(error)) throw error;
    if (settlements.length === 1) {
      refused.push({ delivery: first.claimed.id, error });
      return 0;
    }
    const middle = settlements.length >> 1;
    const settled = await settleParts(services, settlements.slice(0, middle), refused);
    return settled + (await settleParts(services, settlements.slice(middle), refused));
  }
  services.announcer.announce(announcement);
  return announcement.transitions.length;
}

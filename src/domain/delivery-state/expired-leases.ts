import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { isStatementTimeout, isUnavailable } from '../../database/failures.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import type { Services } from '../context.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { type AttemptedDelivery, describeInterrupted } from './describe-settlement.ts';
import { settle, settleInParts } from './settle.ts';

/*
 * Senders find expired leases in the lanes that they read. They do not read lanes of endpoints that are disabled,
 * paused or deleted. In a FIFO lane they read only the first delivery, which may be a retry instead of the delivery
 * that was in flight. Expired leases in those lanes are found here, by statements whose cost does not grow with the
 * backlog:
 *
 * - A search reads the first `searchedPerOrder` rows of each lane, in each order by which deliveries are claimed.
 *   Deliveries that were in flight are usually there, because the oldest are claimed first.
 * - A sweep reads the next `sweptRows` rows of the table in each round, and starts again at the end.
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

const sweepStatement = defineStatement<[afterId: string], { lastId: string | null; expired: string[] }>({
  name: 'leases-sweep',
  text: `
WITH page AS MATERIALIZED (
  SELECT id, status, lease_until FROM delivery_live WHERE id > $1 ORDER BY id LIMIT ${sweptRows}
)
SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS "lastId",
  ARRAY (SELECT id FROM page WHERE status = 'PROCESSING' AND lease_until < now()) AS expired`,
});

type ExpiredRow = DeliverySnapshot &
  Omit<AttemptedDelivery['claimed'], 'delivery'> & {
    readonly schedule: readonly number[] | null;
    readonly endpointName: string;
    readonly endpointUrl: string;
  };

const readStatement = defineStatement<[ids: string], ExpiredRow>({
  name: 'leases-expired',
  text: `
SELECT ${snapshotColumns('d')}, d.trigger, d.schedule_step AS "scheduleStep", d.interruptions,
  e.retry_schedule_seconds AS schedule, e.name AS "endpointName", e.url AS "endpointUrl"
FROM delivery_live d CROSS JOIN LATERAL (SELECT * FROM endpoint e WHERE e.id = d.endpoint_id AND ${isUnread} LIMIT 1) e
WHERE d.id = ANY ($1::uuid[]) AND d.status = 'PROCESSING' AND d.lease_until < now()`,
});

/** The position of the sweep: the next page begins after the delivery with this id. */
export interface SweepPosition {
  afterId: string;
}

export function startSweep(): SweepPosition {
  return { afterId: lowestId };
}

type LeaseServices = Pick<Services, 'announcer' | 'clock' | 'limits' | 'log'> & { readonly pool: Pool };

/**
 * Settles attempts with expired leases as INTERRUPTED in lanes that no sender reads.
 *
 * @param sweep the position at which the sweep continues. It is updated.
 * @returns the number of settled attempts.
 */
export async function settleExpiredLeases(services: LeaseServices, sweep: SweepPosition): Promise<number> {
  let settled = 0;
  for (let after = lowestId; ; ) {
    const [slice] = await searchStatement(services.pool, [after]);
    if (!slice?.lastLane) break;
    const count = await settleExpired(services, slice.expired);
    settled += count;
    // The same lanes are searched again after a settlement, because other expired leases may have moved to the front.
    if (count === 0) after = slice.lastLane;
  }
  const [page] = await sweepStatement(services.pool, [sweep.afterId]);
  settled += await settleExpired(services, page?.expired ?? []);
  sweep.afterId = page?.lastId ?? lowestId;
  return settled;
}

async function settleExpired(services: LeaseServices, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { pool, announcer, clock, limits, log } = services;
  const settlements = (await readStatement(pool, [encodePlainArray(ids)])).map(row => {
    const { trigger, scheduleStep, interruptions, schedule, endpointName, endpointUrl, ...delivery } = row;
    const scheduleSeconds = schedule ?? limits.defaultRetryScheduleSeconds;
    const target = { name: endpointName, url: endpointUrl, scheduleSeconds };
    const claimed = { delivery, trigger, scheduleStep, interruptions };
    return describeInterrupted({ claimed, target }, delivery.updatedAt, clock.now());
  });
  let settled = 0;
  const refused: { readonly delivery: string; readonly err: unknown }[] = [];
  await settleInParts(
    settlements,
    async part => {
      const announcement = await settle(pool, part);
      announcer.announce(announcement);
      settled += announcement.transitions.length;
    },
    ({ claimed }, err) => void refused.push({ delivery: claimed.id, err }),
    // A busy database is given a pause instead of many more statements.
    error => isUnavailable(error) || isStatementTimeout(error),
  );
  if (refused[0]) {
    const message = 'expired leases could not be settled; they are skipped and tried again later';
    log.error({ ...refused[0], refused: refused.length }, message);
  }
  return settled;
}

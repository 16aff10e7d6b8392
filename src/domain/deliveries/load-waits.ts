import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { canAccessEndpoint, type DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';

export const waitReasons = [
  'ENDPOINT_DISABLED',
  'ENDPOINT_PAUSED',
  'RETRY_AFTER',
  'FIFO_ORDER',
  'RATE_LIMIT',
  'ENDPOINT_UNREACHABLE',
  'CONCURRENCY',
] as const;
export type WaitReason = (typeof waitReasons)[number];

/** The reason why a delivery waits. */
export interface DeliveryWait {
  readonly reason: WaitReason;
  /** The end of the wait in Unix milliseconds. Null if it cannot be predicted. */
  readonly until: number | null;
}

/** The data about a waiting delivery and its endpoint that decides the reason of the wait. */
export interface WaitFacts {
  /** A reason that applies even if the delivery is not due yet. Null if there is none. */
  readonly blockedBy: 'ENDPOINT_DISABLED' | 'ENDPOINT_PAUSED' | 'RETRY_AFTER' | 'FIFO_ORDER' | null;
  readonly receiverPauseUntil: number | null;
  readonly nowMs: number;
  readonly dueAt: number;
  readonly hasRateLimit: boolean;
  readonly isUnreachable: boolean;
  readonly isBusy: boolean;
}

/**
 * The delay in ms after which a due delivery counts as waiting. Senders normally claim a due delivery within
 * milliseconds.
 */
const overdueMs = 1000;
/**
 * The largest number of rows that are examined at the front of an endpoint's queue. Deliveries in flight are among them,
 * because the oldest deliveries are claimed first.
 */
const frontRows = 100;

/*
 * Reads one row for each endpoint, however many of its deliveries wait. ORDER BY due_at, id makes PostgreSQL use the
 * index of the queue.
 */
export const waitsStatement = defineStatement<[tenantId: string, ids: string], WaitFacts & WaitingRow>({
  name: 'deliveries-waits',
  text: `
WITH waiting AS MATERIALIZED (
  SELECT id, endpoint_id, due_at, is_test, trigger FROM delivery_live
  WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND status IN ('PENDING', 'RETRYING')
), lane AS MATERIALIZED (
  SELECT e.id, e.status, e.hold_until, e.ordering, e.rate_limit_per_second IS NOT NULL AS has_rate_limit,
    h.failing_since IS NOT NULL AND coalesce(front.has_no_response, false) AS is_unreachable,
    CASE WHEN e.ordering = 'FIFO' THEN (SELECT d.id FROM delivery_live d WHERE d.endpoint_id = e.id AND NOT d.is_test
      ORDER BY d.id LIMIT 1) END AS head_id,
    CASE WHEN e.max_concurrency IS NULL THEN coalesce(front.in_flight, 0) > 0
      ELSE coalesce((SELECT c.in_flight FROM endpoint_in_flight c WHERE c.endpoint_id = e.id) >= e.max_concurrency, false)
      END AS is_busy
  FROM (SELECT DISTINCT endpoint_id FROM waiting) w
  CROSS JOIN LATERAL (SELECT * FROM endpoint WHERE endpoint.id = w.endpoint_id LIMIT 1) e
  LEFT JOIN LATERAL (SELECT failing_since FROM endpoint_health WHERE endpoint_id = e.id LIMIT 1) h ON true
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.status = 'PROCESSING') AS in_flight,
      bool_or(d.response_status IS NULL AND d.error_code IN
        ('DNS', 'CONNECTION_REFUSED', 'CONNECTION_RESET', 'CONNECT_TIMEOUT', 'TIMEOUT', 'TLS')) AS has_no_response
    FROM (SELECT status, response_status, error_code FROM delivery_live l WHERE l.endpoint_id = e.id
      ORDER BY l.due_at, l.id LIMIT ${frontRows}) d
  ) front
)
SELECT w.id, w.endpoint_id AS "endpointId",
  CASE WHEN w.is_test THEN NULL
    WHEN l.status = 'DISABLED' THEN 'ENDPOINT_DISABLED'
    WHEN l.status = 'PAUSED' THEN 'ENDPOINT_PAUSED'
    WHEN w.trigger <> 'MANUAL' AND l.hold_until > GREATEST(now(), w.due_at) THEN 'RETRY_AFTER'
    WHEN w.id > l.head_id THEN 'FIFO_ORDER' END AS "blockedBy",
  round(date_part('epoch', l.hold_until) * 1000) AS "receiverPauseUntil", round(date_part('epoch', now()) * 1000) AS "nowMs",
  round(date_part('epoch', w.due_at) * 1000) AS "dueAt", l.has_rate_limit AS "hasRateLimit",
  l.is_unreachable AS "isUnreachable", l.is_busy AS "isBusy"
FROM waiting w JOIN lane l ON l.id = w.endpoint_id`,
});

interface WaitingRow {
  readonly id: string;
  readonly endpointId: string;
}

/**
 * Loads the data for `explainWait` as a map by delivery id, for those of these deliveries (UUIDs) of the tenant that
 * are PENDING or RETRYING.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadWaitFacts(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, WaitFacts>> {
  authorize(actor, 'delivery');
  const rows = await waitsStatement(services.pool, [actor.tenantId, encodePlainArray(ids)]);
  return new Map(rows.filter(row => canAccessEndpoint(actor, row.endpointId)).map(row => [row.id, row]));
}

/** Returns the reason why a delivery waits. Null if it waits only for its scheduled time, or does not wait. */
export function explainWait(nextAttemptAt: number | null, facts: WaitFacts): DeliveryWait | null {
  const { blockedBy, receiverPauseUntil, nowMs, dueAt, hasRateLimit, isUnreachable, isBusy } = facts;
  if (blockedBy) return { reason: blockedBy, until: blockedBy === 'RETRY_AFTER' ? receiverPauseUntil : null };
  if (dueAt > nowMs) return null;
  if (hasRateLimit && nextAttemptAt !== null && nextAttemptAt > nowMs) {
    return { reason: 'RATE_LIMIT', until: nextAttemptAt };
  }
  if (nowMs - dueAt < overdueMs) return null;
  if (isUnreachable) return { reason: 'ENDPOINT_UNREACHABLE', until: null };
  return isBusy ? { reason: 'CONCURRENCY', until: null } : null;
}

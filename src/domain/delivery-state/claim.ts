import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { AttemptTrigger, DeliverySnapshot, DeliveryStatus } from '../../delivery.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { hasSharedLimit, incrementInFlight, lockCounters } from './in-flight.ts';

const lowestId = '00000000-0000-0000-0000-000000000000';

/** The part of a claim that concerns one lane. */
export interface LaneRequest {
  readonly endpointId: string;
  /** The largest number of deliveries to claim. */
  readonly slots: number;
  /**
   * Only deliveries after this position in the lane are claimed. Null: all. Does not apply to tests and manual retries.
   */
  readonly after: { readonly dueMs: number; readonly id: string } | null;
}

/**
 * A delivery that this sender owns until its lease expires. It is PROCESSING, and `attemptCount` is the number of its
 * attempt.
 */
export interface ClaimedDelivery {
  readonly delivery: DeliverySnapshot;
  readonly previousStatus: DeliveryStatus;
  /**
   * Whether the delivery was claimed because another sender's lease had expired. Its attempt `attemptCount` may have
   * been made.
   */
  readonly isInterrupted: boolean;
  readonly trigger: AttemptTrigger;
  readonly scheduleStep: number;
  readonly interruptions: number;
  /** When the delivery was due, in Unix milliseconds. */
  readonly dueAtMs: number;
  /**
   * When the delivery was claimed, in Unix milliseconds by the database's clock. If `isInterrupted`, the time of the
   * claim whose lease has expired.
   */
  readonly claimedAtMs: number;
  /** When this process sent the claim to the database (performance.now()). The lease did not begin earlier. */
  readonly requestedAtMs: number;
  /**
   * The payload. Null if it is longer than `maxClaimedPayloadBytes` (`readPayloads` reads it), or if retention has
   * deleted it.
   */
  readonly payload: string | null;
  /** The length of the payload in bytes. Null if retention has deleted it. */
  readonly payloadBytes: number | null;
  readonly endpointRevision: number;
}

type ClaimedRow = DeliverySnapshot &
  Omit<ClaimedDelivery, 'delivery' | 'isInterrupted' | 'claimedAtMs' | 'requestedAtMs'> & {
    readonly outboxId: number | null;
  };

/**
 * A claim returns payloads up to this length, so that 500 of them take at most 8 MiB. A longer payload is read right
 * before its request is prepared.
 */
export const maxClaimedPayloadBytes = 16_384;

/** Returns SQL for the payload of delivery `alias`. PostgreSQL knows its length without reading it. */
function payloadOf(alias: string): string {
  return `coalesce(${alias}.payload, (SELECT event.payload FROM event WHERE event.id = ${alias}.event_id))`;
}

/*
 * Claims for many lanes in one statement: up to each lane's slots, oldest due first. Tests and manual retries come
 * before others. Disabled and paused endpoints get only tests, and endpoints whose receiver asked for a pause also
 * manual retries.
 *
 * - No indexed column changes, so that the update is HOT. Deliveries with expired leases are claimed again, and settled
 *   as INTERRUPTED.
 * - `(due_at, id) > (after)` skips the index entries of what this sender has just claimed, which are dead or leased.
 * - FIFO: only the oldest unfinished delivery is claimed, even if it waits for its retry, and only while none is in
 *   flight.
 * - Locked counters enforce `max_concurrency` and FIFO across senders. A lane whose counter another claim has locked
 *   gets nothing. The lock reads the counter's latest value, which is newer than the snapshot of the statement.
 * - `id = ANY (ARRAY (...))` makes the planner use the primary key. For a join it would build a hash table of the whole
 *   table.
 * - Only lanes with a counter are numbered by a window function, because that costs 9 us for each delivery.
 *
 * `bench/layouts` compares this layout of the tables with others.
 */
const claimStatement = defineStatement<[...string[], leaseMarginMs: number, defaultTimeoutMs: number], ClaimedRow>({
  name: 'claim',
  text: `
WITH counter AS MATERIALIZED (
  ${lockCounters('$1::uuid[]')}
), lane AS MATERIALIZED (
  SELECT l.*, e.*, e.is_fifo AND coalesce(c.in_flight > 0, true) AS is_busy,
    CASE WHEN NOT e.is_counted THEN l.slots WHEN c.endpoint_id IS NULL THEN 0
      ELSE LEAST(l.slots, e.max_concurrency - c.in_flight) END AS free
  FROM unnest($1::uuid[], $2::int[], $3::float8[], $4::uuid[]) AS l (endpoint_id, slots, after_due_ms, after_id)
  LEFT JOIN counter c ON c.endpoint_id = l.endpoint_id
  CROSS JOIN LATERAL (
    SELECT e.id, e.revision, e.max_concurrency, e.ordering = 'FIFO' AS is_fifo, ${hasSharedLimit('e')} AS is_counted,
      e.status = 'ENABLED' AS is_enabled,
      e.status = 'ENABLED' AND (e.hold_until IS NULL OR e.hold_until <= now()) AS is_open,
      now() + (coalesce(e.timeout_ms, $6) + $5) * interval '1 ms' AS lease_until
    FROM endpoint e WHERE e.id = l.endpoint_id AND e.deleted_at IS NULL LIMIT 1) e
), overtaking AS MATERIALIZED (
  SELECT lane.endpoint_id, lane.is_counted, lane.free, lane.lease_until AS lease, lane.revision, q.*
  FROM lane CROSS JOIN LATERAL (
    SELECT d.id, d.status, d.due_at FROM delivery_live d
    WHERE d.endpoint_id = lane.endpoint_id AND (d.is_test OR d.trigger = 'MANUAL')
      AND (d.is_test OR (lane.is_enabled AND NOT lane.is_fifo))
      AND d.due_at <= now()
      AND (d.lease_until IS NULL OR d.lease_until < now())
    ORDER BY d.due_at, d.id LIMIT lane.slots FOR NO KEY UPDATE SKIP LOCKED
  ) q
), ordinary AS MATERIALIZED (
  SELECT lane.endpoint_id, lane.is_counted, lane.free, lane.lease_until AS lease, lane.revision, q.*
  FROM lane CROSS JOIN LATERAL (
    SELECT d.id, d.status, d.due_at FROM delivery_live d
    WHERE d.endpoint_id = lane.endpoint_id AND NOT (d.is_test OR d.trigger = 'MANUAL')
      AND lane.is_open AND NOT lane.is_fifo
      AND d.due_at <= now() AND (d.due_at, d.id) > (to_timestamp(lane.after_due_ms / 1000), lane.after_id)
      AND (d.lease_until IS NULL OR d.lease_until < now())
    ORDER BY d.due_at, d.id
    LIMIT lane.slots - (SELECT count(*) FROM overtaking o WHERE o.endpoint_id = lane.endpoint_id AND o.status <> 'PROCESSING')
    FOR NO KEY UPDATE SKIP LOCKED
  ) q
), head AS (
  SELECT lane.endpoint_id, lane.free, lane.lease_until AS lease, lane.revision, q.* FROM lane CROSS JOIN LATERAL (
    SELECT d.id, d.status, d.due_at FROM delivery_live d
    WHERE d.id = (SELECT h.id FROM delivery_live h WHERE h.endpoint_id = lane.endpoint_id AND NOT h.is_test
        ORDER BY h.id LIMIT 1)
      AND (lane.is_open OR (lane.is_enabled AND d.trigger = 'MANUAL'))
      AND (d.status = 'PROCESSING' OR NOT lane.is_busy)
      AND d.due_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now())
    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
  ) q WHERE lane.is_fifo
), counted_candidate AS (
  SELECT *, count(*) FILTER (WHERE status <> 'PROCESSING') OVER lane_order AS place
  FROM (SELECT 0 AS rank, endpoint_id, free, lease, revision, id, status, due_at FROM overtaking WHERE is_counted
    UNION ALL SELECT 1, endpoint_id, free, lease, revision, id, status, due_at FROM ordinary WHERE is_counted
    UNION ALL SELECT 1, * FROM head) c
  WINDOW lane_order AS (PARTITION BY endpoint_id ORDER BY rank, due_at, id)
), picked AS MATERIALIZED (
  SELECT id, status, lease, revision, false AS is_counted FROM overtaking WHERE NOT is_counted
  UNION ALL SELECT id, status, lease, revision, false FROM ordinary WHERE NOT is_counted
  UNION ALL SELECT id, status, lease, revision, true FROM counted_candidate WHERE status = 'PROCESSING' OR place <= free
), claimed AS (
  UPDATE delivery_live d SET
    lease_until = p.lease,
    attempt_count = d.attempt_count + (p.status <> 'PROCESSING')::int,
    version = d.version + (p.status <> 'PROCESSING')::int,
    updated_at = CASE WHEN p.status = 'PROCESSING' THEN d.updated_at ELSE now() END,
    is_counted = CASE WHEN p.status = 'PROCESSING' THEN d.is_counted ELSE p.is_counted END,
    status = 'PROCESSING'
  FROM picked p WHERE d.id = ANY (ARRAY (SELECT id FROM picked)) AND p.id = d.id
  RETURNING d.*, p.status AS previous_status, p.revision
), added AS (
  SELECT endpoint_id, is_counted FROM claimed WHERE previous_status <> 'PROCESSING'
), counted AS (
  ${incrementInFlight('added')}
), ${insertOutbox("claimed WHERE previous_status <> 'PROCESSING'", 'previous_status')}
SELECT ${snapshotColumns('c')}, c.previous_status AS "previousStatus", c.trigger, c.schedule_step AS "scheduleStep",
  c.interruptions, round(date_part('epoch', c.due_at) * 1000) AS "dueAtMs", c.revision AS "endpointRevision",
  CASE WHEN octet_length(p.payload) <= ${maxClaimedPayloadBytes} THEN p.payload END AS payload,
  octet_length(p.payload) AS "payloadBytes", (SELECT id FROM announced) AS "outboxId"
FROM claimed c CROSS JOIN LATERAL (SELECT ${payloadOf('c')} AS payload OFFSET 0) p ORDER BY c.due_at, c.id`,
});

/**
 * The margin of a lease, in ms, beyond the request's timeout: for the wait in the lane's queue and for storing the
 * result.
 */
export const leaseMarginMs = 10_000;

/**
 * Whether the delivery has waited so long since its claim that its lease may end before its result is stored. The wait
 * is measured by this process, so that a step of the database's clock does not matter.
 */
export function isLeaseTooShort({ requestedAtMs }: ClaimedDelivery): boolean {
  return performance.now() - requestedAtMs > leaseMarginMs * 0.7;
}

/**
 * Claims deliveries for many lanes in one committed statement, before any request is sent. The result is ordered by due
 * time.
 */
export async function claim(
  pool: Pool,
  lanes: readonly LaneRequest[],
  defaultTimeoutMs: number,
): Promise<{ outboxId: number | null; claimed: ClaimedDelivery[] }> {
  const requestedAtMs = performance.now();
  const rows = await claimStatement(pool, [
    encodePlainArray(lanes.map(lane => lane.endpointId)),
    encodePlainArray(lanes.map(lane => lane.slots)),
    encodePlainArray(lanes.map(lane => lane.after?.dueMs ?? 0)),
    encodePlainArray(lanes.map(lane => lane.after?.id ?? lowestId)),
    leaseMarginMs,
    defaultTimeoutMs,
  ]);
  return { outboxId: rows[0]?.outboxId ?? null, claimed: rows.map(row => toClaimed(row, requestedAtMs)) };
}

function toClaimed(row: ClaimedRow, requestedAtMs: number): ClaimedDelivery {
  const { outboxId: _outboxId, previousStatus, trigger, scheduleStep, interruptions, dueAtMs, ...rest } = row;
  const { payload, payloadBytes, endpointRevision, ...delivery } = rest;
  const isInterrupted = previousStatus === 'PROCESSING';
  const claim = { previousStatus, isInterrupted, trigger, scheduleStep, interruptions, dueAtMs, endpointRevision };
  return { delivery, ...claim, claimedAtMs: delivery.updatedAt, requestedAtMs, payload, payloadBytes };
}

const payloadsStatement = defineStatement<[ids: string], { id: string; payload: string | null }>({
  name: 'claimed-payloads',
  text: `SELECT d.id, ${payloadOf('d')} AS payload FROM delivery_live d WHERE d.id = ANY ($1::uuid[])`,
});

/**
 * Reads the payloads of claimed deliveries that were too long for the claim.
 *
 * @returns the payloads by delivery id. A payload is null if retention has deleted it. A delivery is missing if its
 *   lease expired and it has ended since.
 */
export async function readPayloads(pool: Pool, ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const rows = await payloadsStatement(pool, [encodePlainArray(ids)]);
  return new Map(rows.map(({ id, payload }) => [id, payload]));
}

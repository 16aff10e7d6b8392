import type { Pool } from 'pg';
import { encodeByteArray, encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { AttemptErrorCode, AttemptTrigger, DeliverySnapshot, NextStep, Transition } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { tellFailures } from '../news/tell-failures.ts';
import { decrementInFlight } from './in-flight.ts';

/** What is recorded of one attempt. */
export interface AttemptRecord {
  readonly trigger: AttemptTrigger;
  /** Unix milliseconds by the database's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  /** Whether the request was sent a second time, because a kept connection had been closed by the receiver. */
  readonly isResent: boolean;
  /** Null where no request was made, or none is known. */
  readonly request: {
    readonly method: 'POST' | 'PUT' | 'PATCH';
    readonly url: string;
    /** JSON: [[name, value], ...], value null where it is a secret header's. */
    readonly headersJson: string;
    /** Null where the payload was sent as it is. */
    readonly body: Uint8Array | null;
  } | null;
  readonly response: {
    readonly status: number;
    /** JSON: [[name, value], ...]. */
    readonly headersJson: string;
    /** Null where the endpoint does not store bodies. */
    readonly body: Uint8Array | null;
    /** The first 500 bytes of the body where the endpoint does not store bodies, else null. */
    readonly excerpt: Uint8Array | null;
    readonly bodyTruncated: boolean;
  } | null;
  readonly error: { readonly code: AttemptErrorCode; readonly message: string } | null;
}

/** The end of one attempt: the delivery as it was claimed, what happened, and what follows. */
export interface Settlement {
  readonly claimed: DeliverySnapshot;
  readonly endpointName: string;
  readonly endpointUrl: string;
  readonly attempt: AttemptRecord;
  readonly next: NextStep;
}

interface AcceptedRow {
  id: string;
  nowMs: number;
  dueAtMs: number | null;
  outboxId: number;
}

/*
 * One statement a flush. A result is accepted only while the delivery is PROCESSING and for the attempt number that was
 * claimed: a sender that lost its lease changes nothing. And only from that very claim, which its version tells: a number
 * that was given back is claimed anew. Each finished delivery leaves `delivery_live` and is written
 * to `delivery_history` once, with its indexes; a retrying one stays.
 *
 * `id = ANY (ARRAY (SELECT ...))` keeps the planner on the primary key. What only the attempt's record holds, texts and
 * bodies, is unnested by itself: as columns of `result` it was copied three times more, at 4 us a delivery.
 */
const settleText = (extra: string) => `
WITH result AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::uuid[], $2::int[], $3::int[], $4::delivery_status[], $5::failure_reason[], $6::float8[], $7::int[], $8::smallint[],
    $9::smallint[], $10::smallint[], $11::attempt_error_code[], $12::text[], $13::int[])
  AS r (id, number, version, status, failure_reason, delay_ms, max_attempts, schedule_step, interruptions,
    response_status, error_code, error_message, duration_ms)
), finished AS (
  DELETE FROM delivery_live d USING result r
  WHERE d.id = ANY (ARRAY (SELECT id FROM result WHERE status IN ('SUCCEEDED', 'FAILED')))
    AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number AND d.version = r.version
  RETURNING d.*, r.status AS new_status, r.failure_reason AS new_reason, r.response_status AS new_response_status,
    r.error_code AS new_error_code, r.error_message AS new_error_message, r.duration_ms AS new_duration_ms
), recorded AS (
  INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, is_test, event_type, attempt_count,
    max_attempts, schedule_step, live, updated_at, finished_at, last_failed_at, status, failure_reason, version,
    response_status, error_code, error_message, duration_ms)
  SELECT id, tenant_id, endpoint_id, event_id, replay_of, bulk_operation_id, is_test, event_type, attempt_count,
    CASE WHEN new_status = 'FAILED' THEN attempt_count ELSE max_attempts END, schedule_step, false, now(), now(),
    CASE WHEN new_error_code IS NULL THEN last_failed_at ELSE now() END, new_status, new_reason, version + 1,
    new_response_status, new_error_code, new_error_message, new_duration_ms
  FROM finished
), retrying AS (
  UPDATE delivery_live d SET status = 'RETRYING', lease_until = NULL, updated_at = now(),
    due_at = date_trunc('milliseconds', now() + r.delay_ms * interval '1 ms'), trigger = 'SCHEDULE', version = d.version + 1,
    max_attempts = r.max_attempts, schedule_step = r.schedule_step, interruptions = r.interruptions,
    last_failed_at = now(), response_status = r.response_status, error_code = r.error_code,
    error_message = r.error_message, duration_ms = r.duration_ms
  FROM result r
  WHERE d.id = ANY (ARRAY (SELECT id FROM result WHERE status = 'RETRYING'))
    AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number AND d.version = r.version
  RETURNING d.id, d.endpoint_id, d.is_counted, d.version, d.status, d.due_at
), accepted AS MATERIALIZED (
  SELECT id, endpoint_id, is_counted, version + 1 AS version, new_status AS status, NULL::timestamptz AS due_at FROM finished
  UNION ALL SELECT id, endpoint_id, is_counted, version, status, due_at FROM retrying
), ${decrementInFlight('accepted')}, attempts AS (
  INSERT INTO attempt (delivery_id, number, started_at, duration_ms, queue_ms, dns_ms, connect_ms, tls_ms, first_byte_ms,
    trigger, error_code, request_method, response_status, response_truncated, error_message, request_url,
    request_headers, request_body, response_headers, response_body, response_excerpt, is_resent)
  SELECT r.id, r.number, to_timestamp(r.started_ms / 1000), r.duration_ms, r.queue_ms, r.dns_ms, r.connect_ms, r.tls_ms,
    r.first_byte_ms, r.trigger, r.error_code, r.request_method, r.response_status, r.response_truncated,
    r.error_message, r.request_url, r.request_headers, r.request_body, r.response_headers, r.response_body,
    r.response_excerpt, r.is_resent
  FROM unnest($1::uuid[], $2::int[], $14::float8[], $13::int[], $15::int[], $16::int[], $17::int[], $18::int[], $19::int[],
    $20::attempt_trigger[], $11::attempt_error_code[], $21::http_method[], $10::smallint[], $22::bool[], $12::text[],
    $23::text[], $24::text[], $25::bytea[], $26::text[], $27::bytea[], $28::bytea[],
    $29::bool[])
  AS r (id, number, started_ms, duration_ms, queue_ms, dns_ms, connect_ms, tls_ms, first_byte_ms,
    trigger, error_code, request_method, response_status, response_truncated, error_message, request_url,
    request_headers, request_body, response_headers, response_body, response_excerpt, is_resent)
  WHERE r.id IN (SELECT id FROM accepted)
), announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(version), array_agg(status), array_agg('PROCESSING'::delivery_status)
  FROM accepted HAVING count(*) > 0
  RETURNING id
)${extra}
SELECT a.id, round(date_part('epoch', now()) * 1000) AS "nowMs",
  round(date_part('epoch', a.due_at) * 1000) AS "dueAtMs", announced.id AS "outboxId"
FROM accepted a, announced`;

const settleStatement = defineStatement<string[], AcceptedRow>({ name: 'settle', text: settleText('') });
/** The same, for a flush in which something ends FAILED: planning the news costs the others nothing. */
const settleFailuresStatement = defineStatement<string[], AcceptedRow>({
  name: 'settle-failures',
  text: settleText(`, ${tellFailures}`),
});

/**
 * Writes the ends of attempts, each with what follows it, in one transaction. Settlements whose lease was lost are
 * dropped: nothing of them is written or announced.
 *
 * @returns what was accepted, for the announcer.
 */
export async function settle(pool: Pool, settlements: readonly Settlement[]): Promise<Announcement> {
  const run = settlements.some(({ next }) => next.status === 'FAILED') ? settleFailuresStatement : settleStatement;
  const rows = await run(pool, encodeSettlements(settlements));
  const byId = new Map(settlements.map(settlement => [settlement.claimed.id, settlement]));
  const transitions: Transition[] = [];
  for (const row of rows) {
    const settlement = byId.get(row.id);
    if (settlement) transitions.push(describeTransition(settlement, Math.round(row.nowMs), row.dueAtMs));
  }
  return { outboxId: rows[0]?.outboxId ?? null, transitions };
}

/** A column that holds nothing is an empty array, which unnest fills up with nulls. */
export function encodeSettlements(settlements: readonly Settlement[]): string[] {
  const column = <Value>(encode: (values: Value[]) => string, pick: (s: Settlement) => Value) => {
    const values = settlements.map(pick);
    return values.some(value => value !== null) ? encode(values) : '{}';
  };
  const plain = (pick: (s: Settlement) => string | number | boolean | null) => column(encodePlainArray, pick);
  const text = (pick: (s: Settlement) => string | null) => column(encodeTextArray, pick);
  const bytes = (pick: (s: Settlement) => Uint8Array | null) => column(encodeByteArray, pick);
  return [
    plain(s => s.claimed.id),
    plain(s => s.claimed.attemptCount),
    plain(s => s.claimed.version),
    plain(s => s.next.status),
    plain(s => (s.next.status === 'FAILED' ? s.next.failureReason : null)),
    plain(s => (s.next.status === 'RETRYING' ? s.next.delayMs : null)),
    plain(s => (s.next.status === 'RETRYING' ? s.next.maxAttempts : null)),
    plain(s => (s.next.status === 'RETRYING' ? s.next.scheduleStep : null)),
    plain(s => (s.next.status === 'RETRYING' ? s.next.interruptions : null)),
    plain(s => s.attempt.response?.status ?? null),
    plain(s => s.attempt.error?.code ?? null),
    text(s => s.attempt.error?.message ?? null),
    plain(s => s.attempt.durationMs),
    plain(s => s.attempt.startedAt),
    plain(s => s.attempt.queueMs),
    plain(s => s.attempt.dnsMs),
    plain(s => s.attempt.connectMs),
    plain(s => s.attempt.tlsMs),
    plain(s => s.attempt.firstByteMs),
    plain(s => s.attempt.trigger),
    plain(s => s.attempt.request?.method ?? null),
    plain(s => s.attempt.response?.bodyTruncated ?? false),
    text(s => s.attempt.request?.url ?? null),
    text(s => s.attempt.request?.headersJson ?? null),
    bytes(s => s.attempt.request?.body ?? null),
    text(s => s.attempt.response?.headersJson ?? null),
    bytes(s => s.attempt.response?.body ?? null),
    bytes(s => s.attempt.response?.excerpt ?? null),
    plain(s => s.attempt.isResent || null),
  ];
}

function describeTransition(settlement: Settlement, nowMs: number, dueAtMs: number | null): Transition {
  const { claimed, attempt, next } = settlement;
  const finished = next.status !== 'RETRYING';
  return {
    delivery: {
      ...claimed,
      status: next.status,
      failureReason: next.status === 'FAILED' ? next.failureReason : null,
      maxAttempts:
        next.status === 'RETRYING'
          ? next.maxAttempts
          : next.status === 'FAILED'
            ? claimed.attemptCount
            : claimed.maxAttempts,
      responseStatus: attempt.response?.status ?? null,
      errorCode: attempt.error?.code ?? null,
      errorMessage: attempt.error?.message ?? null,
      nextAttemptAt: dueAtMs,
      updatedAt: nowMs,
      finishedAt: finished ? nowMs : null,
      lastFailedAt: attempt.error ? nowMs : claimed.lastFailedAt,
      version: claimed.version + 1,
    },
    previous: {
      status: 'PROCESSING',
      failureReason: null,
      responseStatus: claimed.responseStatus,
      errorCode: claimed.errorCode,
      bulkOperationId: claimed.bulkOperationId,
    },
    occurredAt: nowMs,
    endpointName: settlement.endpointName,
    endpointUrl: settlement.endpointUrl,
  };
}

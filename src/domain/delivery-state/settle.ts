import type { Pool } from 'pg';
import { isUnavailable } from '../../database/failures.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot, Transition } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { describeTransition } from '../deliveries/announce-change.ts';
import { recordFailureEvents } from '../operational-events/record-failure-events.ts';
import { insertHistory } from './history.ts';
import { decrementInFlight } from './in-flight.ts';
import { encodeSettlements, insertAttempts, type Settlement, unnestResults } from './settlement.ts';

interface AcceptedRow {
  id: string;
  nowMs: number;
  dueAtMs: number | null;
  outboxId: number;
}

/**
 * SQL condition: the claim of the result `r` still owns the delivery `d`. The version is a fencing token, because every
 * transition increments it. The attempt number is none, because a release makes the next claim reuse it.
 */
export const isClaim = 'r.delivery_id = d.id AND d.version = r.version';

/*
 * Writes the results of one flush. A sender that lost its claim changes nothing. A finished delivery moves from
 * `delivery_live` to `delivery_history`. A retrying one stays.
 *
 * `id = ANY (ARRAY (SELECT ...))` makes the planner use the primary key. The texts and bodies of attempts are unnested
 * separately, because as columns of `result` they would be copied three more times.
 */
const settleText = (extra: string) => `
WITH result AS MATERIALIZED (
  SELECT * FROM ${unnestResults}
), finished AS (
  DELETE FROM delivery_live d USING result r
  WHERE d.id = ANY (ARRAY (SELECT delivery_id FROM result WHERE status IN ('SUCCEEDED', 'FAILED')))
    AND ${isClaim}
  RETURNING d.*, r.status AS new_status, r.failure_reason AS new_reason, r.response_status AS new_response_status,
    r.error_code AS new_error_code, r.error_message AS new_error_message, r.duration_ms AS new_duration_ms
), recorded AS (
  ${insertHistory('finished', {
    max_attempts: "CASE WHEN new_status = 'FAILED' THEN attempt_count ELSE max_attempts END",
    last_failed_at: 'CASE WHEN new_error_code IS NULL THEN last_failed_at ELSE now() END',
    status: 'new_status',
    failure_reason: 'new_reason',
    response_status: 'new_response_status',
    error_code: 'new_error_code',
    error_message: 'new_error_message',
    duration_ms: 'new_duration_ms',
  })}
), retrying AS (
  UPDATE delivery_live d SET status = 'RETRYING', lease_until = NULL, updated_at = now(),
    due_at = date_trunc('milliseconds', now() + r.delay_ms * interval '1 ms'),
    schedule_due_at = now() + r.schedule_delay_ms * interval '1 ms', trigger = 'SCHEDULE', version = d.version + 1,
    max_attempts = r.max_attempts, schedule_step = r.schedule_step, interruptions = r.interruptions,
    last_failed_at = now(), response_status = r.response_status, error_code = r.error_code,
    error_message = r.error_message, duration_ms = r.duration_ms
  FROM result r
  WHERE d.id = ANY (ARRAY (SELECT delivery_id FROM result WHERE status = 'RETRYING'))
    AND ${isClaim}
  RETURNING d.id, d.endpoint_id, d.is_counted, d.version, d.status, d.due_at
), accepted AS MATERIALIZED (
  SELECT id, endpoint_id, is_counted, version + 1 AS version, new_status AS status, NULL::timestamptz AS due_at FROM finished
  UNION ALL SELECT id, endpoint_id, is_counted, version, status, due_at FROM retrying
), ${decrementInFlight('accepted')}, attempts AS (
  ${insertAttempts}
  WHERE r.delivery_id IN (SELECT id FROM accepted)
), ${insertOutbox('accepted', "'PROCESSING'")}${extra}
SELECT a.id, round(date_part('epoch', now()) * 1000) AS "nowMs",
  round(date_part('epoch', a.due_at) * 1000) AS "dueAtMs", announced.id AS "outboxId"
FROM accepted a, announced`;

const settleStatement = defineStatement<string[], AcceptedRow>({ name: 'settle', text: settleText('') });
/**
 * The statement for batches with a FAILED delivery. Other batches use `settleStatement`, which costs less to plan
 * without `recordFailureEvents`.
 */
const settleFailuresStatement = defineStatement<string[], AcceptedRow>({
  name: 'settle-failures',
  text: settleText(`, ${recordFailureEvents}`),
});

/**
 * Stores the results of attempts and the next steps of their deliveries in one transaction. Settlements whose lease was
 * lost are neither stored nor announced.
 *
 * @returns the accepted transitions, for the announcer.
 */
export async function settle(pool: Pool, settlements: readonly Settlement[]): Promise<Announcement> {
  const run = settlements.some(({ next }) => next.status === 'FAILED') ? settleFailuresStatement : settleStatement;
  const rows = await run(pool, encodeSettlements(settlements));
  const byId = new Map(settlements.map(settlement => [settlement.claimed.id, settlement]));
  const transitions = rows.flatMap(row => {
    const settlement = byId.get(row.id);
    return settlement ? describeResult(settlement, row) : [];
  });
  return { outboxId: rows[0]?.outboxId ?? null, transitions };
}

/**
 * Passes all settlements to `write`. If it rejects, passes each half separately, and so on, until the settlements that
 * the database rejects are alone and are passed to `onRejected`.
 *
 * @throws an error of `write` for which `isFatal` is true. By default, these are errors of an unavailable database.
 */
export async function settleInParts(
  settlements: readonly Settlement[],
  write: (part: readonly Settlement[]) => Promise<void>,
  onRejected: (settlement: Settlement, error: unknown) => void,
  isFatal: (error: unknown) => boolean = isUnavailable,
): Promise<void> {
  const [first] = settlements;
  if (!first) return;
  try {
    await write(settlements);
  } catch (error) {
    if (isFatal(error)) throw error;
    if (settlements.length === 1) return onRejected(first, error);
    const middle = settlements.length >> 1;
    await settleInParts(settlements.slice(0, middle), write, onRejected, isFatal);
    await settleInParts(settlements.slice(middle), write, onRejected, isFatal);
  }
}

function describeResult(settlement: Settlement, { nowMs, dueAtMs }: AcceptedRow): Transition {
  const { claimed, attempt, next } = settlement;
  const isRetrying = next.status === 'RETRYING';
  const isFailed = next.status === 'FAILED';
  const delivery: DeliverySnapshot = {
    ...claimed,
    status: next.status,
    failureReason: isFailed ? next.failureReason : null,
    maxAttempts: isRetrying ? next.maxAttempts : isFailed ? claimed.attemptCount : claimed.maxAttempts,
    responseStatus: attempt.response?.status ?? null,
    errorCode: attempt.error?.code ?? null,
    errorMessage: attempt.error?.message ?? null,
    latencyMs: attempt.durationMs,
    nextAttemptAt: dueAtMs,
    updatedAt: nowMs,
    finishedAt: isRetrying ? null : nowMs,
    lastFailedAt: attempt.error ? nowMs : claimed.lastFailedAt,
    version: claimed.version + 1,
  };
  return describeTransition(claimed, delivery, settlement);
}

import type { Pool } from 'pg';
import { isUnavailable } from '../../database/failures.ts';
import { defineStatement } from '../../database/pool.ts';
import type { Transition } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { toPreviousState } from '../deliveries/announce-change.ts';
import { recordFailureEvents } from '../operational-events/record-failure-events.ts';
import { insertHistory } from './history.ts';
import { decrementInFlight } from './in-flight.ts';
import { encodeSettlements, insertAttempts, type Settlement, unnestColumns } from './settlement.ts';

interface AcceptedRow {
  id: string;
  nowMs: number;
  dueAtMs: number | null;
  outboxId: number;
}

/*
 * Writes the results of one flush. A result is accepted only while the delivery is PROCESSING with the attempt number
 * and version of the claim, so that a sender that lost its lease changes nothing. The number alone is not enough,
 * because after a release the next attempt has the same number. A finished delivery moves from `delivery_live` to
 * `delivery_history`. A retrying one stays.
 *
 * `id = ANY (ARRAY (SELECT ...))` makes the planner use the primary key. The texts and bodies of attempts are unnested
 * separately, because as columns of `result` they would be copied three more times.
 */
const settleText = (extra: string) => `
WITH result AS MATERIALIZED (
  SELECT * FROM ${unnestColumns('state')}
), finished AS (
  DELETE FROM delivery_live d USING result r
  WHERE d.id = ANY (ARRAY (SELECT id FROM result WHERE status IN ('SUCCEEDED', 'FAILED')))
    AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number AND d.version = r.version
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
  WHERE d.id = ANY (ARRAY (SELECT id FROM result WHERE status = 'RETRYING'))
    AND r.id = d.id AND d.status = 'PROCESSING' AND d.attempt_count = r.number AND d.version = r.version
  RETURNING d.id, d.endpoint_id, d.is_counted, d.version, d.status, d.due_at
), accepted AS MATERIALIZED (
  SELECT id, endpoint_id, is_counted, version + 1 AS version, new_status AS status, NULL::timestamptz AS due_at FROM finished
  UNION ALL SELECT id, endpoint_id, is_counted, version, status, due_at FROM retrying
), ${decrementInFlight('accepted')}, attempts AS (
  ${insertAttempts}
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
  const transitions: Transition[] = [];
  for (const row of rows) {
    const settlement = byId.get(row.id);
    if (settlement) transitions.push(describeTransition(settlement, Math.round(row.nowMs), row.dueAtMs));
  }
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
      latencyMs: attempt.durationMs,
      nextAttemptAt: dueAtMs,
      updatedAt: nowMs,
      finishedAt: finished ? nowMs : null,
      lastFailedAt: attempt.error ? nowMs : claimed.lastFailedAt,
      version: claimed.version + 1,
    },
    previous: toPreviousState(claimed),
    occurredAt: nowMs,
    endpointName: settlement.endpointName,
    endpointUrl: settlement.endpointUrl,
  };
}

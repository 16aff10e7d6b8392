import { defineStatement } from '../../database/pool.ts';
import { uuidLowerBound } from '../../ids.ts';
import type { DomainContext } from '../context.ts';

/** Statistics of an endpoint's last hour. Times are Unix milliseconds. */
export interface EndpointHealth {
  /** The number of deliveries that `successRate` and `p95LatencyMs` were computed from. */
  readonly sampleSize: number;
  /** The share of successful deliveries, 0 to 1. Null if `sampleSize` is 0. */
  readonly successRate: number | null;
  readonly p95LatencyMs: number | null;
  /** The number of unfinished deliveries, counted up to `maxBacklog` + 1. */
  readonly backlog: number;
  readonly oldestDueAgeSeconds: number | null;
  readonly failingSince: number | null;
  /** Whether every attempt has failed for five minutes, or at least five attempts of the sampled deliveries have. */
  readonly isFailing: boolean;
  readonly warnedAt: number | null;
  readonly disablesAt: number | null;
}

export const healthWindowMs = 3_600_000;
/** The largest backlog that is counted exactly. */
export const maxBacklog = 10_000;
const sample = 500;
/** An endpoint counts as failing after this many failed attempts, or after it has failed for this many seconds. */
const failingAttempts = 5;
const failingSeconds = 300;

/**
 * SQL for the number of attempts of a delivery that failed since the endpoint began to fail, counted up to
 * `failingAttempts`. Earlier attempts do not count: a delivery that fails again after days would otherwise make an
 * endpoint fail that has succeeded a moment before. The end of an attempt and `failing_since` are measured by different
 * clocks, so a second is allowed.
 */
const failedAttempts = (delivery: string) => `
  CASE WHEN ${delivery}.last_failed_at >= h.failing_since THEN CASE WHEN ${delivery}.attempt_count <= 1 THEN 1 ELSE (
    SELECT count(*) FROM attempt a
    WHERE a.delivery_id = ${delivery}.id AND a.number > ${delivery}.attempt_count - ${failingAttempts}
      AND a.number <= ${delivery}.attempt_count AND a.error_code <> 'INTERRUPTED'
      AND a.started_at + a.duration_ms * interval '1 ms' >= h.failing_since - interval '1 s') END ELSE 0 END`;

const epochMs = (time: string) => `round(date_part('epoch', ${time}) * 1000)`;

/*
 * Reads a bounded number of rows for each endpoint: the newest 500 deliveries that finished in the last hour, the first
 * 500 of its queue, and up to 10,001 index entries for the length of the queue.
 *
 * The hour is compared as the pair (endpoint_id, id), which only the index of the endpoint contains. With `d.id >= $4`,
 * the planner would read all deliveries of the last hour for each endpoint, because the statistics of PostgreSQL
 * contain little about the last hour.
 */
export const healthStatement = defineStatement<
  [ids: readonly string[], tenantId: string, defaultSeconds: number, fromId: string],
  EndpointHealth & { id: string }
>({
  name: 'endpoint-health',
  text: `
SELECT e.id, tried.size AS "sampleSize", tried.succeeded::float8 / nullif(tried.size, 0) AS "successRate",
  tried.p95 AS "p95LatencyMs", waiting.count AS backlog,
  (SELECT GREATEST(0, date_part('epoch', now() - d.due_at)) FROM delivery_live d
   WHERE d.endpoint_id = e.id AND d.due_at <= now() AND d.status <> 'PROCESSING' ORDER BY d.due_at, d.id LIMIT 1)
    AS "oldestDueAgeSeconds",
  (h.failing_since IS NOT NULL AND h.recovered_at IS NULL AND (h.failing_since <= now() - interval '${failingSeconds} s'
    OR tried.failed_attempts >= ${failingAttempts})) AS "isFailing",
  ${epochMs('h.failing_since')} AS "failingSince", ${epochMs('h.warned_at')} AS "warnedAt",
  CASE WHEN h.failing_since IS NOT NULL AND h.recovered_at IS NULL AND e.status = 'ENABLED'
    AND coalesce(e.disable_after_seconds, $3) > 0 THEN
    ${epochMs(`GREATEST(h.failing_since + coalesce(e.disable_after_seconds, $3) * interval '1 s',
      coalesce(h.warned_at, now()) + coalesce(e.disable_after_seconds, $3) * interval '0.5 s')`)} END AS "disablesAt"
FROM endpoint e
LEFT JOIN endpoint_health h ON h.endpoint_id = e.id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS size, count(*) FILTER (WHERE succeeded)::int AS succeeded,
    coalesce(sum(failed_attempts), 0) AS failed_attempts, percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
  FROM (
    (SELECT d.status = 'SUCCEEDED' AS succeeded, d.duration_ms,
       CASE WHEN d.status = 'FAILED' THEN ${failedAttempts('d')} ELSE 0 END AS failed_attempts
     FROM delivery_history d
     WHERE d.endpoint_id <= e.id AND (d.endpoint_id, d.id) >= (e.id, $4::uuid) AND NOT d.is_test
       AND (d.status = 'SUCCEEDED' OR d.failure_reason IN ('EXHAUSTED', 'GONE', 'UNSENDABLE'))
     ORDER BY d.endpoint_id DESC, d.id DESC LIMIT ${sample})
    UNION ALL
    SELECT false, w.duration_ms, ${failedAttempts('w')} FROM (
      SELECT * FROM delivery_live d WHERE d.endpoint_id = e.id ORDER BY d.due_at, d.id LIMIT ${sample}
    ) w WHERE w.status = 'RETRYING' AND w.last_failed_at >= now() - interval '1 h'
  ) t
) tried
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count
  FROM (SELECT FROM delivery_live d WHERE d.endpoint_id = e.id LIMIT ${maxBacklog + 1}) limited
) waiting
WHERE e.id = ANY ($1::uuid[]) AND e.tenant_id = $2`,
});

/**
 * Loads the health of endpoints (UUIDs) in one statement, as a map by endpoint id. Endpoints of other tenants are
 * missing.
 */
export async function loadHealth(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, EndpointHealth>> {
  const fromId = uuidLowerBound(services.clock.now() - healthWindowMs);
  const rows = await healthStatement(services.pool, [ids, actor.tenantId, services.limits.disableAfterSeconds, fromId]);
  return new Map(rows.map(({ id, ...health }) => [id, health]));
}

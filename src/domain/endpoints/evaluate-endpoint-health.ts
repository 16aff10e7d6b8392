import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';

/**
 * The failure period, in seconds, of an endpoint that is never disabled. After half of this period it is reported as
 * failing.
 */
const neverDisabledSeconds = 432_000;

/** SQL for the number of seconds of failures after which endpoint `e` is disabled. $1 is the server's default. */
const period = 'coalesce(e.disable_after_seconds, $1)';
const epochMs = (time: string) => `round(date_part('epoch', ${time}) * 1000)`;

/*
 * Several janitors may run these statements at once. SKIP LOCKED gives each row to one of them, and PostgreSQL checks
 * the conditions again after it has locked the row. Each statement changes the endpoint and records the operational
 * event in one transaction. Locks are acquired in the order health, endpoint, tenant. A statement that locks a tenant
 * changes only one endpoint.
 */
const notifyStatement = defineStatement<[defaultSeconds: number], { id: string }>({
  name: 'endpoints-notify-failing',
  text: `
WITH due AS MATERIALIZED (
  SELECT h.endpoint_id, e.tenant_id, h.failing_since, ${period} AS seconds
  FROM endpoint_health h JOIN endpoint e ON e.id = h.endpoint_id
  WHERE h.warned_at IS NULL AND h.disabled_at IS NULL AND h.recovered_at IS NULL
    AND e.status = 'ENABLED' AND e.deleted_at IS NULL
    AND h.last_failed_at >= h.failing_since + coalesce(nullif(${period}, 0), ${neverDisabledSeconds}) * interval '0.5 s'
  ORDER BY h.endpoint_id LIMIT 100 FOR UPDATE OF h SKIP LOCKED
), notified AS (
  UPDATE endpoint_health SET warned_at = now() WHERE endpoint_id IN (SELECT endpoint_id FROM due)
)
INSERT INTO operational_event (tenant_id, endpoint_id, type, details)
SELECT tenant_id, endpoint_id, 'livehook.endpoint.failing', jsonb_build_object('failingSince', ${epochMs('failing_since')},
  'disablesAt', CASE WHEN seconds > 0 THEN
    ${epochMs(`GREATEST(failing_since + seconds * interval '1 s', now() + seconds * interval '0.5 s')`)} END)
FROM due
RETURNING endpoint_id AS id`,
});

const disableStatement = defineStatement<[defaultSeconds: number], { id: string }>({
  name: 'endpoints-disable',
  text: `
WITH due AS MATERIALIZED (
  SELECT h.endpoint_id, h.failing_since FROM endpoint_health h JOIN endpoint e ON e.id = h.endpoint_id
  WHERE h.disabled_at IS NULL AND h.recovered_at IS NULL AND e.status = 'ENABLED' AND e.deleted_at IS NULL
    AND ${period} > 0 AND h.last_failed_at >= h.failing_since + ${period} * interval '1 s'
    AND h.last_failed_at >= h.warned_at + ${period} * interval '0.5 s'
  ORDER BY h.endpoint_id LIMIT 1 FOR UPDATE OF h SKIP LOCKED
), disabled AS (
  UPDATE endpoint e SET status = 'DISABLED', updated_at = now(), revision = revision + 1, status_reason =
    'Disabled automatically: nothing but failures since '
      || to_char(due.failing_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '.'
  FROM due WHERE e.id = due.endpoint_id AND e.status = 'ENABLED' AND e.deleted_at IS NULL
  RETURNING e.id, e.tenant_id, e.status_reason, due.failing_since
), marked AS (
  UPDATE endpoint_health SET disabled_at = now() WHERE endpoint_id IN (SELECT id FROM disabled)
), rerouted AS (
  UPDATE tenant SET routing_revision = routing_revision + 1 WHERE id IN (SELECT tenant_id FROM disabled)
)
INSERT INTO operational_event (tenant_id, endpoint_id, type, details)
SELECT tenant_id, id, 'livehook.endpoint.disabled',
  jsonb_build_object('reason', status_reason, 'failingSince', ${epochMs('failing_since')})
FROM disabled
RETURNING endpoint_id AS id`,
});

const recoverStatement = defineStatement<[], { id: string; tenantId: string }>({
  name: 'endpoints-recover',
  text: `
WITH due AS MATERIALIZED (
  SELECT * FROM endpoint_health WHERE recovered_at IS NOT NULL ORDER BY endpoint_id LIMIT 1 FOR UPDATE SKIP LOCKED
), reset AS (
  DELETE FROM endpoint_health WHERE endpoint_id IN (SELECT endpoint_id FROM due)
), enabled AS (
  UPDATE endpoint SET status = 'ENABLED', status_reason = NULL, hold_until = NULL, hold_started_at = NULL, updated_at = now(), revision = revision + 1
  WHERE id IN (SELECT endpoint_id FROM due WHERE disabled_at IS NOT NULL) AND status = 'DISABLED' AND deleted_at IS NULL
  RETURNING tenant_id
), rerouted AS (
  UPDATE tenant SET routing_revision = routing_revision + 1 WHERE id IN (SELECT tenant_id FROM enabled)
), operational_events AS (
  INSERT INTO operational_event (tenant_id, endpoint_id, type, occurred_at, details)
  SELECT e.tenant_id, e.id, 'livehook.endpoint.recovered', due.recovered_at,
    jsonb_build_object('failingSince', ${epochMs('due.failing_since')}, 'wasDisabled', due.disabled_at IS NOT NULL)
  FROM due JOIN endpoint e ON e.id = due.endpoint_id
  WHERE e.deleted_at IS NULL AND (due.disabled_at IS NOT NULL OR e.status <> 'DISABLED')
)
SELECT due.endpoint_id AS id, e.tenant_id AS "tenantId" FROM due JOIN endpoint e ON e.id = due.endpoint_id`,
});

/**
 * Evaluates the health of endpoints and acts on it. Several processes may call this; each action is executed once:
 *
 * - All attempts failed for half of the endpoint's `disableAfterSeconds`: records `livehook.endpoint.failing`.
 * - All attempts failed for that time, and still fail half of that time after `failing` was recorded: disables the
 *   endpoint and records `livehook.endpoint.disabled`.
 * - An attempt succeeded after either: records `livehook.endpoint.recovered`, and enables an endpoint that was disabled
 *   here.
 *
 * The time is measured from the first to the last failed attempt, so it does not grow while nothing is sent.
 */
export async function evaluateEndpointHealth(services: Pick<Services, 'pool' | 'feed' | 'limits'>): Promise<void> {
  const { pool, feed, limits } = services;
  for (;;) {
    const recovered = await recoverStatement(pool, []);
    if (recovered.length === 0) break;
    feed.notifySenders(recovered.map(({ id, tenantId }) => ({ endpointId: id, tenantId, count: null })));
  }
  while ((await notifyStatement(pool, [limits.disableAfterSeconds])).length > 0);
  while ((await disableStatement(pool, [limits.disableAfterSeconds])).length > 0);
}

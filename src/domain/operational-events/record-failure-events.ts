/**
 * SQL condition: an endpoint subscribes to `livehook.delivery.failed`. It must repeat the condition of the index
 * endpoint_failure_listener word for word, so that PostgreSQL uses the index.
 */
export const listensToFailures = `deleted_at IS NULL AND status <> 'DISABLED'
  AND event_types && '{livehook.*,livehook.delivery.*,livehook.delivery.failed}'`;

/**
 * A CTE that records a `livehook.delivery.failed` event for each row of `finished`
 * (src/domain/delivery-state/settle.ts) that failed for good, if an endpoint of the tenant subscribes to such events.
 * Test deliveries are left out, and deliveries of operational events, because an operational event must not cause
 * another one.
 */
export const recordFailureEvents = `failure_events AS (
  INSERT INTO operational_event (tenant_id, endpoint_id, type, details)
  SELECT f.tenant_id, f.endpoint_id, 'livehook.delivery.failed', jsonb_build_object('deliveryId', f.id, 'eventId', f.event_id,
    'eventType', f.event_type, 'failureReason', f.new_reason, 'attemptCount', f.attempt_count,
    'responseStatus', f.new_response_status, 'errorCode', f.new_error_code)
  FROM finished f
  WHERE f.new_reason IN ('EXHAUSTED', 'GONE', 'UNSENDABLE') AND NOT f.is_test AND NOT starts_with(f.event_type, 'livehook.')
    AND (SELECT true FROM endpoint e WHERE e.tenant_id = f.tenant_id AND ${listensToFailures} LIMIT 1)
)`;

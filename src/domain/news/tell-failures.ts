/**
 * Of an endpoint `e`: that it is told of failed deliveries. Word for word what the index endpoint_failure_listener is for,
 * so that a tenant's ten thousand other endpoints are not looked at.
 */
export const listensToFailures = `deleted_at IS NULL AND status <> 'DISABLED'
  AND event_types && '{livehook.*,livehook.delivery.*,livehook.delivery.failed}'`;

/**
 * A CTE named `told` that makes `livehook.delivery.failed` of the rows of `finished` (src/domain/delivery-state/settle.ts)
 * that nobody wanted to fail, where some endpoint of the tenant listens. Tests are watched by who sends them, and news
 * never makes news.
 */
export const tellFailures = `told AS (
  INSERT INTO news (tenant_id, endpoint_id, type, details)
  SELECT f.tenant_id, f.endpoint_id, 'livehook.delivery.failed', jsonb_build_object('deliveryId', f.id, 'eventId', f.event_id,
    'eventType', f.event_type, 'failureReason', f.new_reason, 'attemptCount', f.attempt_count,
    'responseStatus', f.new_response_status, 'errorCode', f.new_error_code)
  FROM finished f
  WHERE f.new_reason IN ('EXHAUSTED', 'GONE', 'UNSENDABLE') AND NOT f.is_test AND NOT starts_with(f.event_type, 'livehook.')
    AND (SELECT true FROM endpoint e WHERE e.tenant_id = f.tenant_id AND ${listensToFailures} LIMIT 1)
)`;

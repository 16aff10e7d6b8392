-- Statistics count attempts beside deliveries. failed_attempts: attempts that have failed. first_successes: deliveries
-- whose first attempt succeeded. Every successful attempt ends its delivery, so `count` of SUCCEEDED counts those.
LOCK TABLE delivery_history, delivery IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE delivery_tally
  ADD COLUMN failed_attempts integer NOT NULL DEFAULT 0,
  ADD COLUMN first_successes integer NOT NULL DEFAULT 0;
ALTER TABLE delivery_count
  ADD COLUMN failed_attempts bigint NOT NULL DEFAULT 0,
  ADD COLUMN first_successes bigint NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION tally_deliveries() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  sign CONSTANT integer := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
  INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, failed_attempts, first_successes, status,
    failure_reason, error_code, response_status, is_test, event_type)
  SELECT tenant_id, endpoint_id, uuid_hour(id), count(*) * sign,
    sum(CASE WHEN status = 'SUCCEEDED' THEN GREATEST(attempt_count - 1, 0) ELSE attempt_count END) * sign,
    count(*) FILTER (WHERE status = 'SUCCEEDED' AND attempt_count = 1) * sign, status, failure_reason, error_code,
    response_status, is_test, event_type
  FROM changed WHERE NOT live
  GROUP BY tenant_id, endpoint_id, uuid_hour(id), status, failure_reason, error_code, response_status, is_test, event_type;
  RETURN NULL;
END
$$;

-- What finished before: its attempts, and no delivery a second time.
INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, failed_attempts, first_successes, status,
  failure_reason, error_code, response_status, is_test, event_type)
SELECT tenant_id, endpoint_id, uuid_hour(id), 0,
  sum(CASE WHEN status = 'SUCCEEDED' THEN GREATEST(attempt_count - 1, 0) ELSE attempt_count END),
  count(*) FILTER (WHERE status = 'SUCCEEDED' AND attempt_count = 1), status, failure_reason, error_code,
  response_status, is_test, event_type
FROM delivery_history GROUP BY 1, 2, 3, 7, 8, 9, 10, 11, 12;

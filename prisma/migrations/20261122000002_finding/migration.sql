-- Finding at size: what lists, statistics and facets read instead of ten million rows.

-- Every event type that a tenant ever published, written with its first event. Prefixes and searches become a list of
-- types here, and then exact look-ups there.
CREATE TABLE event_type (
  tenant_id uuid NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (tenant_id, type)
);
INSERT INTO event_type SELECT DISTINCT tenant_id, type FROM event;
INSERT INTO event_type SELECT DISTINCT tenant_id, event_type FROM delivery ON CONFLICT DO NOTHING;

-- The one index here that every delivery pays for: a type that is rare among millions.
CREATE INDEX delivery_history_type ON delivery_history (tenant_id, event_type, id);
-- Rare by themselves: tests, and kinds of failure.
CREATE INDEX delivery_history_test ON delivery_history (tenant_id, id) WHERE is_test;
CREATE INDEX delivery_history_reason ON delivery_history (tenant_id, failure_reason, id) WHERE status = 'FAILED';
CREATE INDEX delivery_history_error ON delivery_history (tenant_id, error_code, id) WHERE status = 'FAILED';
CREATE INDEX delivery_history_endpoint_failed ON delivery_history (endpoint_id, id) WHERE status = 'FAILED';
CREATE INDEX delivery_history_type_failed ON delivery_history (tenant_id, event_type, id) WHERE status = 'FAILED';
-- The first and the last of each group of failures.
CREATE INDEX delivery_history_group ON delivery_history (endpoint_id, error_code, response_status, id)
  WHERE status = 'FAILED';

-- How many deliveries `delivery_history` has, by everything a filter can ask for, and by the hour of their creation:
--   delivery_tally    what changed, one row for each kind of delivery that a statement wrote or took away
--   delivery_series   the kinds, each once
--   delivery_count    the sums by kind, for each hour and once more for each day
-- A trigger writes the tally in the transaction of the change itself, and the janitor moves it into the sums in one
-- statement, so that tally and sums together are exact in every snapshot, whoever wrote, retried or took away.
-- Hours are whole ones since 1970, UTC.
CREATE TABLE delivery_tally (
  tenant_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  hour integer NOT NULL,
  count integer NOT NULL,
  status delivery_status NOT NULL,
  failure_reason failure_reason,
  error_code attempt_error_code,
  response_status smallint,
  is_test boolean NOT NULL,
  event_type text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE delivery_series (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  status delivery_status NOT NULL,
  failure_reason failure_reason,
  error_code attempt_error_code,
  response_status smallint,
  is_test boolean NOT NULL,
  event_type text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (tenant_id, endpoint_id, event_type, status, failure_reason, error_code, response_status, is_test)
);

CREATE TABLE delivery_count (
  tenant_id uuid NOT NULL,
  -- 1 or 24: how many hours from `hour` on
  hours smallint NOT NULL,
  hour integer NOT NULL,
  series_id bigint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (tenant_id, hours, hour, series_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- The unix milliseconds of a UUIDv7, and its hour.
CREATE FUNCTION uuid_ms(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || encode(substr(uuid_send(id), 1, 6), 'hex'))::bit(48)::bigint;
CREATE FUNCTION uuid_hour(id uuid) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (('x' || encode(substr(uuid_send(id), 1, 6), 'hex'))::bit(48)::bigint / 3600000)::integer;

CREATE FUNCTION tally_deliveries() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, status, failure_reason, error_code, response_status,
    is_test, event_type)
  SELECT tenant_id, endpoint_id, uuid_hour(id), count(*) * CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END, status,
    failure_reason, error_code, response_status, is_test, event_type
  FROM changed WHERE NOT live
  GROUP BY tenant_id, endpoint_id, uuid_hour(id), status, failure_reason, error_code, response_status, is_test, event_type;
  RETURN NULL;
END
$$;

-- A trigger of a statement belongs to the table that the statement names.
CREATE TRIGGER delivery_history_in AFTER INSERT ON delivery_history REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION tally_deliveries();
CREATE TRIGGER delivery_history_out AFTER DELETE ON delivery_history REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION tally_deliveries();
CREATE TRIGGER delivery_in AFTER INSERT ON delivery REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION tally_deliveries();
CREATE TRIGGER delivery_out AFTER DELETE ON delivery REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION tally_deliveries();

INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, status, failure_reason, error_code, response_status,
  is_test, event_type)
SELECT tenant_id, endpoint_id, uuid_hour(id), count(*), status, failure_reason, error_code, response_status, is_test,
  event_type
FROM delivery_history GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10;

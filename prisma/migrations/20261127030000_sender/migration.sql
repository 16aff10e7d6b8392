-- An endpoint's secret or one of its secret headers could not be decrypted.
ALTER TYPE attempt_error_code ADD VALUE 'DECRYPTION';

-- When the pause that ends at hold_until was asked for: only a success of a later attempt ends it.
ALTER TABLE endpoint ADD COLUMN hold_started_at timestamptz(3);

-- The in-flight counter. At all times, also inside a transaction that switches a limit on or off:
--   endpoint_in_flight.in_flight = the endpoint's deliveries that are PROCESSING and is_counted
-- Each endpoint has its row for as long as it exists. Claims count only while the endpoint has a limit, and say so in
-- is_counted. Whatever ends PROCESSING subtracts exactly what says so.
ALTER TABLE delivery ADD COLUMN is_counted boolean NOT NULL DEFAULT false;

ALTER TABLE endpoint_in_flight DROP CONSTRAINT endpoint_in_flight_endpoint_id_fkey;
ALTER TABLE endpoint_in_flight ADD FOREIGN KEY (endpoint_id) REFERENCES endpoint (id) ON DELETE CASCADE;

CREATE FUNCTION init_in_flight_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO endpoint_in_flight (endpoint_id, in_flight) SELECT id, 0 FROM created;
  RETURN NULL;
END
$$;
CREATE TRIGGER endpoint_counter AFTER INSERT ON endpoint REFERENCING NEW TABLE AS created
  FOR EACH STATEMENT EXECUTE FUNCTION init_in_flight_counter();

UPDATE delivery_live d SET is_counted = true FROM endpoint e
WHERE e.id = d.endpoint_id AND d.status = 'PROCESSING' AND (e.max_concurrency IS NOT NULL OR e.ordering = 'FIFO');
DELETE FROM endpoint_in_flight;
INSERT INTO endpoint_in_flight (endpoint_id, in_flight)
SELECT e.id, coalesce(n.in_flight, 0) FROM endpoint e LEFT JOIN (
  SELECT endpoint_id, count(*)::int AS in_flight FROM delivery_live WHERE is_counted GROUP BY endpoint_id
) n ON n.endpoint_id = e.id;

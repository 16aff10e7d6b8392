-- What is taken out of a tenant's payloads: an array of paths, null: the default ones. Read with the routing.
ALTER TABLE tenant
  ADD COLUMN redaction_paths jsonb,
  ADD COLUMN scan_card_numbers boolean NOT NULL DEFAULT false;

-- Nothing but failures for so long disables the endpoint. Null: the server's default, 0: never
ALTER TABLE endpoint ADD COLUMN disable_after_seconds integer;

-- The endpoints that fail just now, those that were disabled for it included; a good one has no row. Senders write here at
-- most once a second for all of their endpoints, the janitor judges.
CREATE TABLE endpoint_health (
  endpoint_id uuid PRIMARY KEY REFERENCES endpoint (id),
  -- The first failed attempt since the last success, and the last one (to about 10 s)
  failing_since timestamptz(3) NOT NULL,
  last_failed_at timestamptz(3) NOT NULL,
  warned_at timestamptz(3),
  -- When it was disabled by us; while that is set, a success enables it again
  disabled_at timestamptz(3),
  -- A success came after a warning: the janitor has yet to act on it
  recovered_at timestamptz(3)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);

-- Happenings that are to be told as livehook.* events. Each is written in the transaction of its change, and deleted in
-- that of its event.
CREATE TABLE news (
  id bigint GENERATED ALWAYS AS IDENTITY (CACHE 100) PRIMARY KEY,
  tenant_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  type text NOT NULL,
  occurred_at timestamptz(3) NOT NULL DEFAULT now(),
  -- What the event says beside the endpoint
  details jsonb NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- Whether anybody is to be told of failed deliveries: one look-up.
CREATE INDEX endpoint_failure_listener ON endpoint (tenant_id) WHERE deleted_at IS NULL AND status <> 'DISABLED'
  AND event_types && '{livehook.*,livehook.delivery.*,livehook.delivery.failed}';

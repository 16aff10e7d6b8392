-- Livehook's tables. Written by hand: partitioning is beyond what `prisma migrate` can express.
--
-- A delivery lives in one of two homes of one table, `delivery`:
--   delivery_live      PENDING, PROCESSING, RETRYING. Small, hot, never partitioned by time, so retention can't drop work.
--   delivery_history   SUCCEEDED, FAILED. Range-partitioned by UUIDv7; each row and its index entries are written once.
-- Reaching SUCCEEDED or FAILED moves the row from the first to the second; `retryDelivery` on FAILED moves it back.
-- A claim touches no indexed column of `delivery_live`, so it is a HOT update: keep it so when adding an index.
--
-- `event`, `delivery_history` and `attempt` get their weekly partitions from src/database/partitions.ts at start and
-- from the janitor afterwards. There are no foreign keys into partitions: they would make DETACH fail.

CREATE TYPE permission AS ENUM
  ('EVENTS_PUBLISH', 'DELIVERIES_READ', 'DELIVERIES_MANAGE', 'ENDPOINTS_READ', 'ENDPOINTS_MANAGE', 'KEYS_MANAGE');
CREATE TYPE endpoint_status AS ENUM ('ENABLED', 'PAUSED', 'DISABLED');
CREATE TYPE endpoint_ordering AS ENUM ('NONE', 'FIFO');
CREATE TYPE http_method AS ENUM ('POST', 'PUT', 'PATCH');
CREATE TYPE delivery_status AS ENUM ('PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED');
CREATE TYPE failure_reason AS ENUM ('EXHAUSTED', 'GONE', 'CANCELED', 'ENDPOINT_DELETED', 'UNSENDABLE', 'EXPIRED');
CREATE TYPE attempt_trigger AS ENUM ('SCHEDULE', 'MANUAL');
CREATE TYPE attempt_error_code AS ENUM
  ('HTTP_STATUS', 'DNS', 'CONNECTION_REFUSED', 'CONNECTION_RESET', 'CONNECT_TIMEOUT', 'TIMEOUT', 'TLS', 'PROTOCOL',
   'BLOCKED_ADDRESS', 'TEMPLATE', 'INTERRUPTED');

CREATE TABLE tenant (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Bumped by whatever changes which endpoints an event goes to; lets a publisher trust its cached list (see publish).
  routing_revision bigint NOT NULL DEFAULT 1
);
INSERT INTO tenant (id, name) VALUES ('01900000-0000-7000-8000-000000000000', 'default');

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  name text NOT NULL,
  prefix text NOT NULL,
  sha256 bytea NOT NULL UNIQUE,
  permissions permission[] NOT NULL,
  last_used_at timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_key_tenant ON api_key (tenant_id, id);

CREATE TABLE endpoint (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  name text NOT NULL,
  url text NOT NULL,
  status endpoint_status NOT NULL,
  status_reason text,
  -- Empty: every type but livehook.*
  event_types text[] NOT NULL,
  method http_method NOT NULL,
  -- [{ name, value, secret }], each value encrypted
  headers jsonb NOT NULL,
  body_template text,
  -- Null: the server's default
  timeout_ms integer,
  retry_schedule_seconds jsonb,
  max_concurrency integer,
  rate_limit_per_second double precision,
  ordering endpoint_ordering NOT NULL DEFAULT 'NONE',
  disable_on_gone boolean,
  store_response_body boolean NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  deleted_at timestamptz(3),
  -- Nothing is claimed before then: the receiver asked for a pause (Retry-After on 429 and 503)
  hold_until timestamptz(3),
  -- Bumped by every change that a sender must see, secrets included
  revision integer NOT NULL DEFAULT 1
);
CREATE INDEX endpoint_tenant ON endpoint (tenant_id, id);

-- Deliveries in flight to an endpoint that has `max_concurrency`, of all senders; the others have no row here.
CREATE TABLE endpoint_in_flight (
  endpoint_id uuid PRIMARY KEY REFERENCES endpoint (id),
  in_flight integer NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE endpoint_secret (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES endpoint (id),
  ciphertext bytea NOT NULL,
  -- Null: the current one. Set by rotation: signs until then
  expires_at timestamptz(3)
);
CREATE INDEX endpoint_secret_endpoint ON endpoint_secret (endpoint_id, id);

CREATE TABLE event (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  is_test boolean NOT NULL,
  type text NOT NULL,
  payload text NOT NULL,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX event_tenant ON event (tenant_id, id);

CREATE TABLE idempotency_key (
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  event_id uuid NOT NULL,
  fingerprint bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key USING brin (created_at);

CREATE TABLE delivery (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  replay_of uuid,
  -- When the next attempt is due. A claim leaves it as it was; clients see it in PENDING and RETRYING only.
  due_at timestamptz(3),
  -- PROCESSING only: until then the sender that claimed it owns it.
  lease_until timestamptz(3),
  updated_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  last_failed_at timestamptz(3),
  status delivery_status NOT NULL,
  failure_reason failure_reason,
  -- response_status, error_code, error_message, duration_ms: of the last attempt
  error_code attempt_error_code,
  -- What caused the next attempt, or the one in flight
  trigger attempt_trigger NOT NULL DEFAULT 'SCHEDULE',
  attempt_count integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  duration_ms integer,
  response_status smallint,
  -- Steps of the retry schedule that the current run has taken
  schedule_step smallint NOT NULL DEFAULT 0,
  -- INTERRUPTED attempts in a row
  interruptions smallint NOT NULL DEFAULT 0,
  live boolean NOT NULL,
  is_test boolean NOT NULL,
  event_type text NOT NULL,
  error_message text,
  -- A copy of the event's payload, where the delivery must outlive its event's partition
  payload text
) PARTITION BY LIST (live);

CREATE TABLE delivery_live PARTITION OF delivery FOR VALUES IN (true)
  WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.2);
ALTER TABLE delivery_live ADD PRIMARY KEY (id);
-- A lane: one endpoint's queue, oldest due first.
CREATE INDEX delivery_live_lane ON delivery_live (endpoint_id, due_at, id);
-- The head of an endpoint that is sent to in order.
CREATE INDEX delivery_live_order ON delivery_live (endpoint_id, id);
CREATE INDEX delivery_live_tenant ON delivery_live (tenant_id, id);
-- What overtakes the lane: tests, which go to paused and disabled endpoints too, and what a person retried.
CREATE INDEX delivery_live_express ON delivery_live (endpoint_id, due_at, id) WHERE is_test OR trigger = 'MANUAL';

CREATE TABLE delivery_history PARTITION OF delivery FOR VALUES IN (false) PARTITION BY RANGE (id);
ALTER TABLE delivery_history ADD PRIMARY KEY (id);
CREATE INDEX delivery_history_tenant ON delivery_history (tenant_id, id);
CREATE INDEX delivery_history_endpoint ON delivery_history (endpoint_id, id);
CREATE INDEX delivery_history_failed ON delivery_history (tenant_id, id) WHERE status = 'FAILED';
-- Sorts by response. Without 200, which nearly every delivery has: of those, id order will do.
CREATE INDEX delivery_history_response ON delivery_history (tenant_id, response_status, id) WHERE response_status <> 200;
-- The other deliveries of an event are found by their id: they are made in the same millisecond as the event's.
CREATE INDEX delivery_history_replay ON delivery_history (event_id) WHERE replay_of IS NOT NULL;
CREATE INDEX delivery_live_replay ON delivery_live (event_id) WHERE replay_of IS NOT NULL;

CREATE TABLE attempt (
  delivery_id uuid NOT NULL,
  number integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  duration_ms integer NOT NULL,
  queue_ms integer,
  dns_ms integer,
  connect_ms integer,
  tls_ms integer,
  first_byte_ms integer,
  trigger attempt_trigger NOT NULL,
  error_code attempt_error_code,
  -- Null, as are the other request columns, where no request was made or none is known
  request_method http_method,
  response_status smallint,
  response_truncated boolean NOT NULL,
  error_message text,
  request_url text,
  -- [[name, value], ...], value null where it is a secret header's
  request_headers text,
  -- Null where the payload was sent as it is: then the event has it
  request_body bytea,
  response_headers text,
  response_body bytea,
  PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);

-- Transitions that are committed and not yet announced to the feed: one row a flush, deleted once announced.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY (CACHE 100) PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  delivery_ids uuid[] NOT NULL,
  versions integer[] NOT NULL,
  statuses delivery_status[] NOT NULL,
  -- Null entries: created
  previous_statuses delivery_status[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

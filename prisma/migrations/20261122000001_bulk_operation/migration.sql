-- Bulk retry and replay: one row an operation, advanced chunk by chunk by whichever janitor takes its next turn.

CREATE TYPE bulk_operation_kind AS ENUM ('RETRY', 'REPLAY');
CREATE TYPE bulk_operation_status AS ENUM ('RUNNING', 'SUCCEEDED', 'CANCELED', 'FAILED');

-- What a bulk operation causes is sent in its turn: unlike MANUAL it does not overtake the lane, nor a receiver's pause.
ALTER TYPE attempt_trigger ADD VALUE 'BULK';

CREATE TABLE bulk_operation (
  -- Made when it started: only deliveries with a smaller id are in it
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  -- The portal token that started it, and alone may see it among portal tokens; null: a key did
  portal_token_id uuid,
  kind bulk_operation_kind NOT NULL,
  status bulk_operation_status NOT NULL DEFAULT 'RUNNING',
  -- As the client gave it
  filter json NOT NULL,
  total integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  finished_at timestamptz(3),
  -- Up to this delivery they are counted, and carried out; the operation's own id once all are
  counted_to uuid NOT NULL,
  position uuid NOT NULL,
  -- How much time a statement may look through; null: all of it. Less where it ran into the statement timeout
  window_ms bigint,
  -- Deliveries of the last chunks that may still wait for a sender, and how many may at a time
  released uuid[] NOT NULL DEFAULT '{}',
  release_size integer NOT NULL DEFAULT 32,
  -- The next turn. While somebody has one, it is when they are taken to be dead
  turn_at timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX bulk_operation_tenant ON bulk_operation (tenant_id, id);
-- Not by turn_at, so that a turn is a HOT update; those that run are few.
CREATE INDEX bulk_operation_running ON bulk_operation (id) WHERE status = 'RUNNING';
CREATE INDEX bulk_operation_finished ON bulk_operation (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE bulk_operation_error (
  operation_id uuid NOT NULL REFERENCES bulk_operation (id) ON DELETE CASCADE,
  delivery_id uuid NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (operation_id, delivery_id)
);

import { columns, createWeekly, type Layout } from './layout.ts';
import { isAmong, plainStatements } from './plain.ts';

/**
 * A narrow queue table beside the table of complete rows. The complete row is written with its indexes at publish, read
 * at the claim, and changed once at the end, which writes an entry into every index. Its page has room for that change.
 */
export const queueTable: Layout = {
  name: 'c) narrow queue beside the row',
  create: weeks => `
    CREATE TABLE delivery_queue (
      id uuid PRIMARY KEY,
      endpoint_id uuid NOT NULL,
      due_at timestamptz(3) NOT NULL,
      lease_until timestamptz(3),
      attempt_count integer NOT NULL,
      version integer NOT NULL,
      status delivery_status NOT NULL
    ) WITH (fillfactor = 45);
    CREATE INDEX ON delivery_queue (endpoint_id, due_at, id);
    CREATE INDEX ON delivery_queue (endpoint_id, id);
    ${createWeekly('delivery_row', 50, weeks)}`,
  tables: '^delivery_(queue|row)',
  publish: `
WITH row AS (
  INSERT INTO delivery_row (${columns}) SELECT ${columns} FROM staged WHERE place BETWEEN $1 AND $2 RETURNING *
)
INSERT INTO delivery_queue (id, endpoint_id, due_at, attempt_count, version, status)
SELECT id, endpoint_id, due_at, attempt_count, version, status FROM row`,
  ...plainStatements('queue-table', {
    queue: 'delivery_queue',
    claimed: `
  UPDATE delivery_queue d SET lease_until = p.lease, attempt_count = d.attempt_count + 1, version = d.version + 1,
    status = 'PROCESSING'
  FROM picked p WHERE d.id = ANY (ARRAY (SELECT id FROM picked)) AND p.id = d.id
  RETURNING d.*, p.status AS previous_status`,
    source: `(
  SELECT q.id, q.endpoint_id, q.due_at, q.attempt_count, q.version, q.previous_status, now() AS updated_at, d.tenant_id,
    d.event_id, d.event_type, d.max_attempts, d.response_status, d.error_code, d.error_message, d.last_failed_at,
    d.is_test, d.replay_of, d.trigger, d.schedule_step, d.interruptions, d.payload
  FROM claimed q JOIN delivery_row d ON d.id = q.id AND ${isAmong('claimed')}) c`,
    finished: `ended AS (
  DELETE FROM delivery_queue d USING result r
  WHERE d.id = ANY (ARRAY (SELECT id FROM result)) AND r.id = d.id AND d.status = 'PROCESSING'
    AND d.version = r.version
  RETURNING d.id, d.attempt_count, d.version, r.status, r.failure_reason, r.response_status, r.error_code,
    r.error_message, r.duration_ms
), finished AS (
  UPDATE delivery_row d SET live = false, status = r.status, failure_reason = r.failure_reason, due_at = NULL,
    updated_at = now(), finished_at = now(), attempt_count = r.attempt_count, version = r.version + 1,
    last_failed_at = CASE WHEN r.error_code IS NULL THEN d.last_failed_at ELSE now() END,
    response_status = r.response_status, error_code = r.error_code, error_message = r.error_message,
    duration_ms = r.duration_ms
  FROM ended r WHERE ${isAmong('ended')} AND r.id = d.id
  RETURNING d.*
)`,
    tally: true,
  }),
};

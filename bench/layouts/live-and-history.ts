import { claim, settle } from '../../src/domain/delivery-state/index.ts';
import { columns, defaultTimeoutMs, type Layout } from './layout.ts';
import { plainStatements } from './plain.ts';

const tables = {
  create: () => '',
  tables: '^delivery_(live|history)',
  publish: `INSERT INTO delivery_live (${columns}) SELECT ${columns} FROM staged WHERE place BETWEEN $1 AND $2`,
};

/** The tables and the statements that Livehook uses. */
export const product: Layout = {
  name: 'the product',
  ...tables,
  claim: async (pool, lanes) => (await claim(pool, lanes, defaultTimeoutMs)).claimed,
  settle: async (pool, settlements) => (await settle(pool, settlements)).transitions.length,
};

/** The tables of Livehook with the simpler statements of the other layouts. */
export const liveAndHistory: Layout = {
  name: 'b) live rows, moved at the end',
  ...tables,
  ...plainStatements('live-and-history', {
    queue: 'delivery_live',
    claimed: `
  UPDATE delivery_live d SET lease_until = p.lease, attempt_count = d.attempt_count + 1, version = d.version + 1,
    updated_at = now(), status = 'PROCESSING'
  FROM picked p WHERE d.id = ANY (ARRAY (SELECT id FROM picked)) AND p.id = d.id
  RETURNING d.*, p.status AS previous_status`,
    finished: `ended AS (
  DELETE FROM delivery_live d USING result r
  WHERE d.id = ANY (ARRAY (SELECT id FROM result)) AND r.id = d.id AND d.status = 'PROCESSING'
    AND d.version = r.version
  RETURNING d.*, r.status AS new_status, r.failure_reason AS new_reason, r.response_status AS new_response_status,
    r.error_code AS new_error_code, r.error_message AS new_error_message, r.duration_ms AS new_duration_ms
), finished AS (
  INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, replay_of, is_test, event_type, attempt_count,
    max_attempts, schedule_step, live, updated_at, finished_at, last_failed_at, status, failure_reason, version,
    response_status, error_code, error_message, duration_ms)
  SELECT id, tenant_id, endpoint_id, event_id, replay_of, is_test, event_type, attempt_count, max_attempts, schedule_step,
    false, now(), now(), CASE WHEN new_error_code IS NULL THEN last_failed_at ELSE now() END, new_status, new_reason,
    version + 1, new_response_status, new_error_code, new_error_message, new_duration_ms
  FROM ended RETURNING *
)`,
    tally: false,
  }),
};

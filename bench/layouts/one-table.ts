import { columns, createWeekly, type Layout } from './layout.ts';
import { isAmong, plainStatements } from './plain.ts';

/**
 * Status, due time and lease are in the partitioned row. A claim does not change the status, which is indexed, so it is
 * a HOT update. The lease says that the row is being sent. The settlement changes indexed columns, so it writes an
 * entry into every index. Pages have room for the claimed and the settled row version.
 */
export const oneTable: Layout = {
  name: 'a) one partitioned table',
  create: weeks =>
    createWeekly(
      'delivery_weekly',
      45,
      weeks,
      partition => `CREATE INDEX ON ${partition} (endpoint_id, due_at, id) WHERE live;
        CREATE INDEX ON ${partition} (endpoint_id, id) WHERE live;`,
    ),
  tables: '^delivery_weekly',
  publish: `INSERT INTO delivery_weekly (${columns}) SELECT ${columns} FROM staged WHERE place BETWEEN $1 AND $2`,
  ...plainStatements('one-table', {
    queue: 'delivery_weekly',
    isQueued: 'd.live',
    claimed: `
  UPDATE delivery_weekly d SET lease_until = p.lease, attempt_count = d.attempt_count + 1, version = d.version + 1,
    updated_at = now()
  FROM picked p WHERE ${isAmong('picked')} AND p.id = d.id
  RETURNING d.*, p.status AS previous_status`,
    finished: `finished AS (
  UPDATE delivery_weekly d SET live = false, status = r.status, failure_reason = r.failure_reason, lease_until = NULL,
    due_at = NULL, updated_at = now(), finished_at = now(), version = d.version + 1,
    last_failed_at = CASE WHEN r.error_code IS NULL THEN d.last_failed_at ELSE now() END,
    response_status = r.response_status, error_code = r.error_code, error_message = r.error_message,
    duration_ms = r.duration_ms
  FROM result r
  WHERE ${isAmong('result')} AND r.id = d.id AND d.live AND d.lease_until IS NOT NULL
    AND d.version = r.version
  RETURNING d.*
)`,
    tally: true,
  }),
};

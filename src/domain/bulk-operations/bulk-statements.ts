import { planScans, type Scan, SqlParameters } from '../deliveries/filter-sql.ts';
import type { PageStatement } from '../deliveries/page-statement.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';

/** The ids that a statement looks at: behind `after`, up to `until`, which is included. UUIDs. */
export interface IdWindow {
  readonly after: string;
  readonly until: string;
}

/** A delivery of a bulk operation, with what decides whether anything can be done to it. */
export interface BulkItem {
  readonly id: string;
  readonly status: 'PENDING' | 'PROCESSING' | 'RETRYING' | 'SUCCEEDED' | 'FAILED';
  readonly endpointId: string;
  readonly eventId: string;
  readonly endpointStatus: string;
  readonly endpointDeletedAt: Date | null;
  /** False: retention has purged it. */
  readonly hasPayload: boolean;
}

/** Counts the deliveries of a filter in a window. To be run unnamed; null where nothing can match. */
export function bulkCountStatement(tenantId: string, filter: ResolvedFilter, window: IdWindow): PageStatement | null {
  const parameters = new SqlParameters();
  const scans = scanWindow(parameters, tenantId, filter, window);
  if (scans.length === 0) return null;
  const parts = scans.map(scan => `(SELECT count(*) FROM ${scan.from} WHERE ${scan.conditions.join(' AND ')})`);
  return { text: `SELECT (${parts.join(' + ')})::int AS value`, values: parameters.values };
}

/**
 * The first `limit` deliveries of a filter in a window, oldest first. To be run unnamed; null where nothing can match.
 *
 * As in a page of a list, each scan walks an index and stops, and is MATERIALIZED to be planned so. The event is asked
 * for by a scalar subquery: EXISTS may be planned as a hash of all events.
 */
export function bulkItemsStatement(
  tenantId: string,
  filter: ResolvedFilter,
  window: IdWindow,
  limit: number,
): PageStatement | null {
  const parameters = new SqlParameters();
  const scans = scanWindow(parameters, tenantId, filter, window);
  if (scans.length === 0) return null;
  const most = parameters.add(limit, 'int');
  const parts = scans.map(
    (scan, index) => `part_${index} AS MATERIALIZED (
  SELECT d.id, d.status, d.endpoint_id, d.event_id FROM ${scan.from}
  WHERE ${scan.conditions.join(' AND ')}
  ORDER BY d.id LIMIT ${most}
)`,
  );
  const text = `
WITH ${parts.join(', ')}, item AS MATERIALIZED (
  SELECT * FROM (${parts.map((_, index) => `TABLE part_${index}`).join(' UNION ALL ')}) d ORDER BY id LIMIT ${most}
)
SELECT i.id, i.status, i.endpoint_id AS "endpointId", i.event_id AS "eventId", e.status AS "endpointStatus",
  e.deleted_at AS "endpointDeletedAt",
  coalesce((SELECT true FROM event WHERE event.id = i.event_id), false) AS "hasPayload"
FROM item i JOIN endpoint e ON e.id = i.endpoint_id
ORDER BY i.id`;
  return { text, values: parameters.values };
}

function scanWindow(
  parameters: SqlParameters,
  tenantId: string,
  filter: ResolvedFilter,
  { after, until }: IdWindow,
): Scan[] {
  const scans = planScans(parameters, tenantId, filter);
  // A value that no part of the statement uses is an error.
  if (scans.length === 0) return [];
  const bounds = [`d.id > ${parameters.add(after, 'uuid')}`, `d.id <= ${parameters.add(until, 'uuid')}`];
  return scans.map(scan => ({ ...scan, conditions: [...scan.conditions, ...bounds] }));
}

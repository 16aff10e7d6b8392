import { Prisma } from '../../database/generated/client.ts';
import { narrowScan, planScans, rowsOf, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';

/** The ids that a statement reads: greater than `after`, up to and including `until`. UUIDs. */
export interface IdWindow {
  readonly after: string;
  readonly until: string;
}

/** A delivery of a bulk operation, with the facts that decide whether it can be retried or replayed. */
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

/** Counts the deliveries of a filter in a window. Run it as an unnamed statement. Null if nothing can match. */
export function bulkCountStatement(tenantId: string, filter: ResolvedFilter, window: IdWindow): Prisma.Sql | null {
  const scans = scanWindow(tenantId, filter, window);
  if (scans.length === 0) return null;
  const parts = scans.map(scan => Prisma.sql`(SELECT count(*) FROM ${rowsOf(scan)})`);
  return Prisma.sql`SELECT (${Prisma.join(parts, ' + ')})::int AS value`;
}

/**
 * Reads the first `limit` deliveries of a filter in a window, oldest first. Run it as an unnamed statement. Null if nothing
 * can match.
 *
 * MATERIALIZED makes each part read an index in order and stop at the limit, as for a page of a list. The event is looked
 * up by a scalar subquery, because the planner may hash all events for EXISTS.
 */
export function bulkItemsStatement(
  tenantId: string,
  filter: ResolvedFilter,
  window: IdWindow,
  limit: number,
): Prisma.Sql | null {
  const scans = scanWindow(tenantId, filter, window);
  if (scans.length === 0) return null;
  const end = Prisma.sql`LIMIT ${limit}::int`;
  const parts = scans.map(
    (scan, index) => Prisma.sql`${partName(index)} AS MATERIALIZED (
  SELECT d.id, d.status, d.endpoint_id, d.event_id FROM ${rowsOf(scan)}
  ORDER BY d.id ${end}
)`,
  );
  const tables = parts.map((_, index) => Prisma.sql`TABLE ${partName(index)}`);
  return Prisma.sql`
WITH ${Prisma.join(parts)}, item AS MATERIALIZED (
  SELECT * FROM (${Prisma.join(tables, ' UNION ALL ')}) d ORDER BY id ${end}
)
SELECT i.id, i.status, i.endpoint_id AS "endpointId", i.event_id AS "eventId", e.status AS "endpointStatus",
  e.deleted_at AS "endpointDeletedAt",
  coalesce((SELECT true FROM event WHERE event.id = i.event_id), false) AS "hasPayload"
FROM item i JOIN endpoint e ON e.id = i.endpoint_id
ORDER BY i.id`;
}

function partName(index: number): Prisma.Sql {
  return Prisma.raw(`part_${index}`);
}

function scanWindow(tenantId: string, filter: ResolvedFilter, { after, until }: IdWindow): Scan[] {
  const bounds = Prisma.sql`d.id > ${after}::uuid AND d.id <= ${until}::uuid`;
  return planScans(tenantId, filter).map(scan => narrowScan(scan, bounds));
}

import { Prisma } from '../../database/generated/client.ts';
import { narrowScan, planScans, rowsOf, type Scan } from '../deliveries/filter-sql.ts';
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
export function bulkCountStatement(tenantId: string, filter: ResolvedFilter, window: IdWindow): Prisma.Sql | null {
  const scans = scanWindow(tenantId, filter, window);
  if (scans.length === 0) return null;
  const parts = scans.map(scan => Prisma.sql`(SELECT count(*) FROM ${rowsOf(scan)})`);
  return Prisma.sql`SELECT (${Prisma.join(parts, ' + ')})::int AS value`;
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

import { Prisma } from '../../database/generated/client.ts';
import { narrowScan, planScans, rowsOf, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';

/** The range of delivery ids (UUIDs) that one statement reads. `after` is not included, `until` is. */
export interface IdWindow {
  readonly after: string;
  readonly until: string;
}

/** A delivery of a bulk operation, with the data that decides whether it can be retried or replayed. */
export interface BulkItem {
  readonly id: string;
  readonly status: 'PENDING' | 'PROCESSING' | 'RETRYING' | 'SUCCEEDED' | 'FAILED';
  readonly endpointId: string;
  readonly eventId: string;
  readonly endpointStatus: string;
  readonly endpointDeletedAt: Date | null;
  /** Whether the event's payload exists. False if retention has deleted it. */
  readonly hasPayload: boolean;
}

/**
 * Builds a statement that counts the deliveries of a filter in a window. Null if nothing can match. Run it unnamed,
 * because its best plan depends on the values.
 */
export function bulkCountStatement(tenantId: string, filter: ResolvedFilter, window: IdWindow): Prisma.Sql | null {
  const scans = scanWindow(tenantId, filter, window);
  if (scans.length === 0) return null;
  const parts = scans.map(scan => Prisma.sql`(SELECT count(*) FROM ${rowsOf(scan)})`);
  return Prisma.sql`SELECT (${Prisma.join(parts, ' + ')})::int AS value`;
}

/**
 * Builds a statement that reads the first `limit` deliveries of a filter in a window, oldest first. Null if nothing can
 * match. Run it unnamed, because its best plan depends on the values.
 *
 * MATERIALIZED makes each part read an index in order and stop at the limit. The event is read by a scalar subquery,
 * because for EXISTS the planner may build a hash table of all events.
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

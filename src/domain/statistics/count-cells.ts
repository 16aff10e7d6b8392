import { Prisma } from '../../database/generated/client.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import { anyOf, isScanned, planScans, rowsOf, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import { splitSpan, type TimeSpan } from './time-span.ts';

/** The largest number of deliveries that are counted row by row, which takes up to 300 ms. */
export const maxScanned = 100_000;

export interface CellOptions {
  readonly tables: readonly Scan['table'][];
  /** Whether a cell may cover a whole day instead of an hour. Default: true. */
  readonly byDay?: boolean;
  /** Whether to count everything row by row, without the hourly counts. Default: false. */
  readonly scanOnly?: boolean;
}

/*
 * Statistics read precomputed counts for each hour and each combination of filter fields. Grouping 10,000,000
 * deliveries would take seconds, planner estimates are wrong for rare values, and counts by single fields could not
 * answer a filter on two fields. There are few combinations of endpoint, type and outcome. The tables of counts have
 * the columns of a delivery, so that the conditions of a filter apply to them unchanged.
 */

/**
 * Returns a subquery with counts of the deliveries of a filter, called cells. Together they count each delivery once.
 * Null if nothing can match. Columns: `endpoint_id, event_type, status, error_code, response_status`, `start_ms` (the
 * start of the hour or day, or the creation of a single delivery), `count`, `failed_attempts`, `first_successes`
 * (deliveries whose first attempt succeeded), and `scanned` (true for a delivery that was counted by itself, up to
 * `maxScanned` + 1).
 *
 * The history is read from hourly counts, except for filters by id and for the parts of the time span that are not
 * whole hours. Live deliveries are counted row by row.
 */
export function countCells(
  tenantId: string,
  filter: ResolvedFilter,
  { tables, byDay = true, scanOnly = false }: CellOptions,
): Prisma.Sql | null {
  const span = spanOf(filter);
  const parts = scanOnly || isScanned(filter) ? null : splitSpan(span, byDay);
  const scanned = parts
    ? [
        ...(tables.includes('live') ? planScans(tenantId, filter, ['live']) : []),
        ...parts.edges.flatMap(edge => planScans(tenantId, within(filter, edge), ['history'])),
      ]
    : planScans(tenantId, filter, tables);
  const cells = scanned.length > 0 ? [scannedCells(scanned)] : [];
  if (parts?.whole) {
    const kinds = planScans(tenantId, { ...filter, fromId: null, untilId: null }, ['history']);
    if (kinds.length > 0) {
      const tenant = Prisma.sql`${tenantId}::uuid`;
      const bounds = ({ from, until }: { from: number; until: number }) =>
        Prisma.sql`hour >= ${from}::int AND hour < ${until}::int`;
      const ranges = [
        ...(parts.days ? [Prisma.sql`hours = 24 AND ${bounds(parts.days)}`] : []),
        ...parts.hours.map(hours => Prisma.sql`hours = 1 AND ${bounds(hours)}`),
      ];
      const condition = anyOf(kinds);
      cells.push(summedCells(tenant, ranges, condition), talliedCells(bounds(parts.whole), condition));
    }
  }
  return cells.length > 0 ? Prisma.join(cells, '\nUNION ALL ', '(', ')') : null;
}

const columns = Prisma.sql`d.endpoint_id, d.event_type, d.status, d.error_code, d.response_status`;
const scannedLimit = Prisma.raw(`LIMIT ${maxScanned + 1}`);

function scannedCells(scans: readonly Scan[]): Prisma.Sql {
  const selects = scans.map(
    scan => Prisma.sql`(SELECT ${columns}, d.attempt_count, d.id FROM ${rowsOf(scan)} ${scannedLimit})`,
  );
  return Prisma.sql`SELECT ${columns}, uuid_ms(d.id) AS start_ms, 1::bigint AS count,
  GREATEST(0, d.attempt_count - (d.status IN ('SUCCEEDED', 'PROCESSING'))::int)::bigint AS failed_attempts,
  (d.status = 'SUCCEEDED' AND d.attempt_count = 1)::int::bigint AS first_successes, true AS scanned
FROM (SELECT * FROM (${Prisma.join(selects, ' UNION ALL ')}) AS part ${scannedLimit}) d`;
}

function summedCells(tenant: Prisma.Sql, ranges: readonly Prisma.Sql[], condition: Prisma.Sql): Prisma.Sql {
  const sums = ranges.map(
    range => Prisma.sql`SELECT series_id, hour, count, failed_attempts, first_successes FROM delivery_count
WHERE tenant_id = ${tenant} AND ${range}`,
  );
  return Prisma.sql`SELECT ${columns}, c.hour * 3600000::bigint AS start_ms, c.count, c.failed_attempts, c.first_successes,
  false AS scanned
FROM (${Prisma.join(sums, ' UNION ALL ')}) c JOIN delivery_series d ON d.id = c.series_id WHERE ${condition}`;
}

function talliedCells(range: Prisma.Sql, condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT ${columns}, d.hour * 3600000::bigint AS start_ms, d.count::bigint,
  d.failed_attempts::bigint, d.first_successes::bigint, false AS scanned FROM delivery_tally d WHERE ${range} AND ${condition}`;
}

function spanOf({ fromId, untilId }: ResolvedFilter): TimeSpan {
  return { fromMs: fromId === null ? null : uuidTime(fromId), untilMs: untilId === null ? null : uuidTime(untilId) };
}

/** Returns the filter with its creation time replaced by this span. */
export function within(filter: ResolvedFilter, { fromMs, untilMs }: TimeSpan): ResolvedFilter {
  return {
    ...filter,
    fromId: fromMs === null ? null : uuidLowerBound(fromMs),
    untilId: untilMs === null ? null : uuidLowerBound(untilMs),
  };
}

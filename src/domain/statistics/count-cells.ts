import { Prisma } from '../../database/generated/client.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import { anyOf, isWalked, planScans, rowsOf, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import { splitSpan, type TimeSpan } from './time-span.ts';

/** The number of deliveries that are counted one by one at most, which takes up to 300 ms. */
export const maxWalked = 100_000;

export interface CellOptions {
  readonly homes: readonly Scan['home'][];
  /** Whether whole days may be one cell each, instead of hours. Default: true. */
  readonly byDay?: boolean;
  /** Whether to count everything one by one, without the hourly counts. Default: false. */
  readonly walk?: boolean;
}

/*
 * Statistics by filter read counts by all filter fields and hour. Grouping 10,000,000 rows takes seconds, estimates are
 * wrong for rare values, and counts by single fields cannot combine two fields. There are few combinations of endpoint,
 * type and outcome. The counts have the columns of a delivery, so that the conditions of the list apply to them too.
 */

/**
 * A subquery of cells, of which each counts deliveries of the filter, all of them together each once: `endpoint_id,
 * event_type, status, error_code, response_status, start_ms` (of the hour or day, or the delivery's own), `count`,
 * `failed_attempts` (of these deliveries), `first_successes` (deliveries whose first attempt succeeded), and `walked`:
 * counted one by one. Of those there are up to `maxWalked` + 1. Null where nothing can match.
 *
 * History is read as sums, but for ids and the edges of the time span that are no whole hours; live deliveries are walked.
 */
export function countCells(
  tenantId: string,
  filter: ResolvedFilter,
  { homes, byDay = true, walk = false }: CellOptions,
): Prisma.Sql | null {
  const span = spanOf(filter);
  const parts = walk || isWalked(filter) ? null : splitSpan(span, byDay);
  const walked = parts
    ? [
        ...(homes.includes('live') ? planScans(tenantId, filter, ['live']) : []),
        ...parts.edges.flatMap(edge => planScans(tenantId, within(filter, edge), ['history'])),
      ]
    : planScans(tenantId, filter, homes);
  const cells = walked.length > 0 ? [walkedCells(walked)] : [];
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
const walkedLimit = Prisma.raw(`LIMIT ${maxWalked + 1}`);

function walkedCells(scans: readonly Scan[]): Prisma.Sql {
  const selects = scans.map(
    scan => Prisma.sql`(SELECT ${columns}, d.attempt_count, d.id FROM ${rowsOf(scan)} ${walkedLimit})`,
  );
  return Prisma.sql`SELECT ${columns}, uuid_ms(d.id) AS start_ms, 1::bigint AS count,
  GREATEST(0, d.attempt_count - (d.status IN ('SUCCEEDED', 'PROCESSING'))::int)::bigint AS failed_attempts,
  (d.status = 'SUCCEEDED' AND d.attempt_count = 1)::int::bigint AS first_successes, true AS walked
FROM (SELECT * FROM (${Prisma.join(selects, ' UNION ALL ')}) AS part ${walkedLimit}) d`;
}

function summedCells(tenant: Prisma.Sql, ranges: readonly Prisma.Sql[], condition: Prisma.Sql): Prisma.Sql {
  const sums = ranges.map(
    range => Prisma.sql`SELECT series_id, hour, count, failed_attempts, first_successes FROM delivery_count
WHERE tenant_id = ${tenant} AND ${range}`,
  );
  return Prisma.sql`SELECT ${columns}, c.hour * 3600000::bigint AS start_ms, c.count, c.failed_attempts, c.first_successes,
  false AS walked
FROM (${Prisma.join(sums, ' UNION ALL ')}) c JOIN delivery_series d ON d.id = c.series_id WHERE ${condition}`;
}

function talliedCells(range: Prisma.Sql, condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT ${columns}, d.hour * 3600000::bigint AS start_ms, d.count::bigint,
  d.failed_attempts::bigint, d.first_successes::bigint, false AS walked FROM delivery_tally d WHERE ${range} AND ${condition}`;
}

function spanOf({ fromId, untilId }: ResolvedFilter): TimeSpan {
  return { fromMs: fromId === null ? null : uuidTime(fromId), untilMs: untilId === null ? null : uuidTime(untilId) };
}

/** The filter, within this span. */
export function within(filter: ResolvedFilter, { fromMs, untilMs }: TimeSpan): ResolvedFilter {
  return {
    ...filter,
    fromId: fromMs === null ? null : uuidLowerBound(fromMs),
    untilId: untilMs === null ? null : uuidLowerBound(untilMs),
  };
}

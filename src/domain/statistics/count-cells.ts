import { uuidLowerBound, uuidTime } from '../../ids.ts';
import { anyOf, planScans, type Scan, type SqlParameters } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import { splitSpan, type TimeSpan } from './time-span.ts';

/** Where walking delivery by delivery stops: what is not in the sums must not take longer than 300 ms. */
export const maxWalked = 100_000;

export interface CellOptions {
  readonly homes: readonly Scan['home'][];
  /** Whether whole days may come as one cell each, rather than hours. Default: true. */
  readonly byDay?: boolean;
  /** Count nothing by sums. Default: false. */
  readonly walk?: boolean;
}

/*
 * Counting by filter, the alternatives at 10,000,000 rows:
 *   GROUP BY over the rows                 seconds
 *   HyperLogLog or TABLESAMPLE             quick, and wrong for what is rare, which is what people look for
 *   sums for each filter field by itself   quick, and no help for two fields at once
 *   sums by all fields at once, by hour    kinds are few (endpoint x type x outcome); a month is 30 sums for each
 * The last, with the columns of a delivery, so that the list's own conditions apply to sums as to rows.
 */

/**
 * A subquery of cells, of which each counts deliveries of the filter, all of them together each once: `endpoint_id,
 * event_type, status, error_code, response_status, start_ms` (of the hour or day, or the delivery's own), `count`, and
 * `walked`: counted one by one. Of those there are up to `maxWalked` + 1. Null where nothing can match.
 *
 * History is read as sums, but for ids and the edges of the time span that are no whole hours; live deliveries are walked.
 */
export function countCells(
  parameters: SqlParameters,
  tenantId: string,
  filter: ResolvedFilter,
  { homes, byDay = true, walk = false }: CellOptions,
): string | null {
  const span = spanOf(filter);
  const isWalked = walk || filter.ids !== null || filter.eventIds !== null;
  const parts = isWalked ? null : splitSpan(span, byDay);
  const walked = parts
    ? [
        ...(homes.includes('live') ? planScans(parameters, tenantId, filter, ['live']) : []),
        ...parts.edges.flatMap(edge => planScans(parameters, tenantId, within(filter, edge), ['history'])),
      ]
    : planScans(parameters, tenantId, filter, homes);
  const cells = walked.length > 0 ? [walkedCells(walked)] : [];
  if (parts?.whole) {
    const kinds = planScans(parameters, tenantId, { ...filter, fromId: null, untilId: null }, ['history']);
    if (kinds.length > 0) {
      const tenant = parameters.add(tenantId, 'uuid');
      const bounds = ({ from, until }: { from: number; until: number }) =>
        `hour >= ${parameters.add(from, 'int')} AND hour < ${parameters.add(until, 'int')}`;
      const ranges = [
        ...(parts.days ? [`hours = 24 AND ${bounds(parts.days)}`] : []),
        ...parts.hours.map(hours => `hours = 1 AND ${bounds(hours)}`),
      ];
      const condition = anyOf(kinds);
      cells.push(summedCells(tenant, ranges, condition), talliedCells(bounds(parts.whole), condition));
    }
  }
  return cells.length > 0 ? `(${cells.join('\nUNION ALL ')})` : null;
}

const columns = 'd.endpoint_id, d.event_type, d.status, d.error_code, d.response_status';

function walkedCells(scans: readonly Scan[]): string {
  const selects = scans.map(
    scan => `(SELECT ${columns}, d.id FROM ${scan.from} WHERE ${scan.conditions.join(' AND ')} LIMIT ${maxWalked + 1})`,
  );
  return `SELECT ${columns}, uuid_ms(d.id) AS start_ms, 1::bigint AS count, true AS walked
FROM (SELECT * FROM (${selects.join(' UNION ALL ')}) AS part LIMIT ${maxWalked + 1}) d`;
}

function summedCells(tenant: string, ranges: readonly string[], condition: string): string {
  const sums = ranges.map(
    range => `SELECT series_id, hour, count FROM delivery_count WHERE tenant_id = ${tenant} AND ${range}`,
  );
  return `SELECT ${columns}, c.hour * 3600000::bigint AS start_ms, c.count, false AS walked
FROM (${sums.join(' UNION ALL ')}) c JOIN delivery_series d ON d.id = c.series_id WHERE ${condition}`;
}

function talliedCells(range: string, condition: string): string {
  return `SELECT ${columns}, d.hour * 3600000::bigint AS start_ms, d.count::bigint, false AS walked FROM delivery_tally d WHERE ${range} AND ${condition}`;
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

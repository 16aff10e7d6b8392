import { Prisma } from '../../database/generated/client.ts';
import { anyOf, isWalked, maxApart, narrowScan, planScans, type Scan } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/*
 * No index has two fields of a filter that have little to do with each other, such as endpoint and type. While both are
 * there, a page's worth is soon found by either's index; an endpoint that never got the type is walked whole (1,000,000
 * rows: 25,000 of them, 26 ms; with this: none, 0.1 ms). The sums know what there is: see count-cells.ts.
 */

/**
 * The scans, of which those of history are not begun where no finished delivery is of the filter's kind, whenever it was
 * created. Their own snapshot decides, so nothing is missed. Filters that one index answers are left as they are.
 */
export function skipUnknownKinds(tenantId: string, filter: ResolvedFilter, scans: readonly Scan[]): readonly Scan[] {
  if (isWalked(filter) || countFields(filter) < 2) return scans;
  const kinds = planScans(tenantId, { ...filter, fromId: null, untilId: null }, ['history']);
  if (kinds.length === 0) return scans;
  const ofKind = anyOf(kinds);
  const isKnown = Prisma.sql`(EXISTS (SELECT FROM delivery_series d WHERE ${ofKind}) OR EXISTS (SELECT FROM delivery_tally d WHERE ${ofKind}))`;
  return scans.map(scan => (scan.home === 'live' ? scan : narrowScan(scan, isKnown)));
}

/** A long list counts twice: no index has the rows of many endpoints or types in order. */
function countFields(filter: ResolvedFilter): number {
  const { endpointIds, eventTypes, found, statuses, failureReasons, errorCodes, responseStatuses, isTest } = filter;
  const ofAnyStatus = statuses === null || (statuses.has('SUCCEEDED') && statuses.has('FAILED'));
  const outcome = failureReasons ?? errorCodes ?? responseStatuses ?? (ofAnyStatus ? null : statuses);
  const fields = [endpointIds ?? found, eventTypes, outcome, isTest].filter(field => field !== null).length;
  const sets = [endpointIds, found?.endpointIds, eventTypes, found?.eventTypes];
  return sets.some(set => (set?.size ?? 0) > maxApart) ? fields + 1 : fields;
}

import { Prisma } from '../../database/generated/client.ts';
import { anyOf, isScanned, maxApart, narrowScan, planScans, type Scan } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/*
 * No index covers two unrelated fields of a filter, such as endpoint and event type. If no delivery matches both, a
 * page would read all rows of the endpoint (26 ms for 25,000 rows). The precomputed counts of count-cells.ts tell in
 * 0.1 ms that there are none.
 */

/**
 * Makes scans of the history read nothing if no finished delivery has this combination of endpoint, event type and so
 * on. The condition looks into the precomputed counts, in the same snapshot, so no row is missed. Returns the scans
 * unchanged if a single index can evaluate the filter.
 */
export function skipUnknownKinds(tenantId: string, filter: ResolvedFilter, scans: readonly Scan[]): readonly Scan[] {
  if (isScanned(filter) || countFields(filter) < 2) return scans;
  const kinds = planScans(tenantId, { ...filter, fromId: null, untilId: null }, ['history']);
  if (kinds.length === 0) return scans;
  const ofKind = anyOf(kinds);
  const isKnown = Prisma.sql`(EXISTS (SELECT FROM delivery_series d WHERE ${ofKind}) OR EXISTS (SELECT FROM delivery_tally d WHERE ${ofKind}))`;
  return scans.map(scan => (scan.table === 'live' ? scan : narrowScan(scan, isKnown)));
}

/**
 * Counts the restricted fields. A long list counts as two, because no index returns the rows of many endpoints or types
 * in order.
 */
function countFields(filter: ResolvedFilter): number {
  const { endpointIds, eventTypes, found, statuses, failureReasons, errorCodes, responseStatuses, isTest } = filter;
  const ofAnyStatus = statuses === null || (statuses.has('SUCCEEDED') && statuses.has('FAILED'));
  const outcome = failureReasons ?? errorCodes ?? responseStatuses ?? (ofAnyStatus ? null : statuses);
  const fields = [endpointIds ?? found, eventTypes, outcome, isTest].filter(field => field !== null).length;
  const sets = [endpointIds, found?.endpointIds, eventTypes, found?.eventTypes];
  return sets.some(set => (set?.size ?? 0) > maxApart) ? fields + 1 : fields;
}

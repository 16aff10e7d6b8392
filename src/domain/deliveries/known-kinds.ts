import { Prisma } from '../../database/generated/client.ts';
import { anyOf, isScanned, maxApart, narrowScan, planScans, type Scan } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/*
 * No index combines two unrelated fields of a filter, such as endpoint and event type. If no delivery has both, a page
 * reads all rows of the endpoint (26 ms for 25,000 rows). The sums of count-cells.ts know in 0.1 ms that there are
 * none.
 */

/**
 * Adds a condition to the scans of the history: they read no row if the sums have no finished delivery of this
 * endpoint, type and so on. The sums are read in the same snapshot, so no row is missed. A filter that one index can
 * evaluate is not changed.
 */
export function skipUnknownKinds(tenantId: string, filter: ResolvedFilter, scans: readonly Scan[]): readonly Scan[] {
  if (isScanned(filter) || countFields(filter) < 2) return scans;
  const kinds = planScans(tenantId, { ...filter, fromId: null, untilId: null }, ['history']);
  if (kinds.length === 0) return scans;
  const ofKind = anyOf(kinds);
  const isKnown = Prisma.sql`(EXISTS (SELECT FROM delivery_series d WHERE ${ofKind}) OR EXISTS (SELECT FROM delivery_tally d WHERE ${ofKind}))`;
  return scans.map(scan => (scan.table === 'live' ? scan : narrowScan(scan, isKnown)));
}

/** A long list counts as two fields, because no index has the rows of many endpoints or types in order. */
function countFields(filter: ResolvedFilter): number {
  const { endpointIds, eventTypes, found, statuses, failureReasons, errorCodes, responseStatuses, isTest } = filter;
  const ofAnyStatus = statuses === null || (statuses.has('SUCCEEDED') && statuses.has('FAILED'));
  const outcome = failureReasons ?? errorCodes ?? responseStatuses ?? (ofAnyStatus ? null : statuses);
  const fields = [endpointIds ?? found, eventTypes, outcome, isTest].filter(field => field !== null).length;
  const sets = [endpointIds, found?.endpointIds, eventTypes, found?.eventTypes];
  return sets.some(set => (set?.size ?? 0) > maxApart) ? fields + 1 : fields;
}

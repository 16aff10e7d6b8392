import { isScanned, maxApart, planScans, type Scan, toArray } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/** With more endpoints than this, a scan in the order of ids soon finds enough rows for a page. */
const most = 50;

/*
 * Reads the newest deliveries of each of 9 to 50 endpoints. These are too many for one scan each. A scan in the order
 * of ids may read the rows of all other endpoints, if these endpoints have been idle for weeks.
 */

/** Like `planScans`, for a page: see `Scan.endpoints`. */
export function planPageScans(tenantId: string, filter: ResolvedFilter): readonly Scan[] {
  const { found } = filter;
  const isByEndpoint = found !== null && found.eventTypes.size === 0;
  const ids = isByEndpoint ? found.endpointIds : filter.endpointIds;
  const isApart = ids !== null && ids.size > maxApart && ids.size <= most && (found === null || isByEndpoint);
  if (!isApart || isScanned(filter)) return planScans(tenantId, filter);
  const anywhere = { ...filter, endpointIds: null, found: null };
  const endpoints = toArray(ids, 'uuid');
  return [
    ...planScans(tenantId, filter, ['live']),
    ...planScans(tenantId, anywhere, ['history']).map(scan => ({ ...scan, endpoints })),
  ];
}

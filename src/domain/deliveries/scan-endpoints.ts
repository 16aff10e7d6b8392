import { isScanned, maxApart, planScans, type Scan, toArray } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/**
 * The largest number of endpoints that are read one by one. With more, a scan in the order of ids soon finds enough
 * rows.
 */
const most = 50;

/*
 * A page of 9 to 50 endpoints reads the newest deliveries of each endpoint in one statement, because one scan for each
 * would be too many. If the endpoints of the page had no deliveries for weeks, a scan of all deliveries by id would
 * read all newer rows of other endpoints.
 */

/** Plans the scans of a page. Like `planScans`, except that scans of 9 to 50 endpoints have `Scan.endpoints`. */
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

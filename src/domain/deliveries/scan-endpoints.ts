import { isWalked, maxApart, planScans, type Scan, toArray } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/** Of more endpoints some have a page's worth soon in id order. */
const most = 50;

/*
 * Nine to fifty endpoints are too many for a part of the statement each, and can all have been idle for weeks, through
 * which a walk in id order reads everybody's deliveries. A look-up of each one's newest reads as many rows whatever is kept.
 */

/** As `planScans`, for a page: see `Scan.endpoints`. */
export function planPageScans(tenantId: string, filter: ResolvedFilter): readonly Scan[] {
  const { found } = filter;
  const isByEndpoint = found !== null && found.eventTypes.size === 0;
  const ids = isByEndpoint ? found.endpointIds : filter.endpointIds;
  const isApart = ids !== null && ids.size > maxApart && ids.size <= most && (found === null || isByEndpoint);
  if (!isApart || isWalked(filter)) return planScans(tenantId, filter);
  const anywhere = { ...filter, endpointIds: null, found: null };
  const endpoints = toArray(ids, 'uuid');
  return [
    ...planScans(tenantId, filter, ['live']),
    ...planScans(tenantId, anywhere, ['history']).map(scan => ({ ...scan, endpoints })),
  ];
}

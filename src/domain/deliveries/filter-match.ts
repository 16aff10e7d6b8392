import type { Pool } from 'pg';
import type { PreviousState, Transition } from '../../delivery.ts';
import { withoutQuery } from '../../egress/url.ts';
import { searchEndpointUrls } from '../endpoints/search-endpoints.ts';
import { matchesPatterns } from '../events/event-type.ts';
import { foldText } from '../search-text.ts';
import type { CheckedFilter } from './delivery-filter.ts';

/**
 * Prepares a filter for matching future transitions. It reads the endpoints whose current or former URL contains the
 * search text. It also remembers an endpoint when a matching URL appears in a transition, so that the endpoint still
 * matches after its URL changes. URLs that occur in no transition are not compared.
 */
export async function openLiveFilter(pool: Pool, tenantId: string, filter: CheckedFilter): Promise<CheckedFilter> {
  if (filter.search === null) return filter;
  return { ...filter, foundByUrl: new Set(await searchEndpointUrls(pool, tenantId, filter.search)) };
}

/**
 * Whether the delivery matches the filter right after a transition, and whether it matched right before (false if the
 * transition created it). It applies the same rules in memory as filter-sql.ts in the database. Transitions do not
 * contain former URLs, so only filters from `openLiveFilter` compare these.
 */
export function matchesFilter(filter: CheckedFilter, transition: Transition): { before: boolean; after: boolean } {
  if (!matchesIdentity(filter, transition)) return { before: false, after: false };
  return {
    before: transition.previous !== null && matchesState(filter, transition.previous),
    after: matchesState(filter, transition.delivery),
  };
}

/** Whether the delivery matches the fields of the filter that no transition can change. */
function matchesIdentity(filter: CheckedFilter, transition: Transition): boolean {
  const { delivery } = transition;
  return (
    has(filter.ids, delivery.id) &&
    has(filter.endpointIds, delivery.endpointId) &&
    has(filter.eventIds, delivery.eventId) &&
    (filter.fromId === null || delivery.id >= filter.fromId) &&
    (filter.untilId === null || delivery.id < filter.untilId) &&
    (filter.isTest === null || filter.isTest === delivery.isTest) &&
    (filter.eventTypes === null || matchesPatterns(filter.eventTypes, delivery.eventType)) &&
    matchesSearch(filter, transition)
  );
}

function matchesState(filter: CheckedFilter, state: PreviousState): boolean {
  return (
    has(filter.statuses, state.status) &&
    has(filter.failureReasons, state.failureReason) &&
    has(filter.errorCodes, state.errorCode) &&
    has(filter.bulkOperationIds, state.bulkOperationId) &&
    matchesResponse(filter, state.responseStatus) &&
    matchesLatency(filter, state.latencyMs)
  );
}

function has<T>(wanted: ReadonlySet<T> | null, value: T | null): boolean {
  return wanted === null || (value !== null && wanted.has(value));
}

function matchesResponse({ responseStatuses }: CheckedFilter, status: number | null): boolean {
  if (responseStatuses === null) return true;
  return status !== null && responseStatuses.some(({ from, to }) => from <= status && status <= to);
}

function matchesLatency({ latencyMs: range }: CheckedFilter, latencyMs: number | null): boolean {
  return range === null || (latencyMs !== null && range.from <= latencyMs && latencyMs <= range.to);
}

function matchesSearch(filter: CheckedFilter, { delivery, endpointName, endpointUrl }: Transition): boolean {
  const { search, foundByUrl } = filter;
  if (search === null || foundByUrl?.has(delivery.endpointId)) return true;
  if (foldText(withoutQuery(endpointUrl)).includes(search)) {
    foundByUrl?.add(delivery.endpointId);
    return true;
  }
  return [delivery.eventType, endpointName].some(text => foldText(text).includes(search));
}

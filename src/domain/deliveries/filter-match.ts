import { withoutQuery } from '../../egress/url.ts';
import type { PreviousState, Transition } from '../../feed/transition.ts';
import { foldText } from '../search-text.ts';
import type { CheckedFilter } from './delivery-filter.ts';

/**
 * Whether the delivery is in the filter right after a transition, and whether it was right before (false at creation).
 * Answers from memory what filter-sql.ts asks the database, but for an endpoint's former URLs: transitions hold none.
 */
export function matchesFilter(filter: CheckedFilter, transition: Transition): { before: boolean; after: boolean } {
  if (!matchesIdentity(filter, transition)) return { before: false, after: false };
  return {
    before: transition.previous !== null && matchesState(filter, transition.previous),
    after: matchesState(filter, transition.delivery),
  };
}

/** What a transition does not change. */
function matchesIdentity(filter: CheckedFilter, transition: Transition): boolean {
  const { delivery } = transition;
  return (
    has(filter.ids, delivery.id) &&
    has(filter.endpointIds, delivery.endpointId) &&
    has(filter.eventIds, delivery.eventId) &&
    (filter.fromId === null || delivery.id >= filter.fromId) &&
    (filter.untilId === null || delivery.id < filter.untilId) &&
    (filter.isTest === null || filter.isTest === delivery.isTest) &&
    matchesType(filter, delivery.eventType) &&
    matchesSearch(filter, transition)
  );
}

function matchesState(filter: CheckedFilter, state: PreviousState): boolean {
  return (
    has(filter.statuses, state.status) &&
    has(filter.failureReasons, state.failureReason) &&
    has(filter.errorCodes, state.errorCode) &&
    matchesResponse(filter, state.responseStatus)
  );
}

function has<T>(wanted: ReadonlySet<T> | null, value: T | null): boolean {
  return wanted === null || (value !== null && wanted.has(value));
}

function matchesType({ eventTypes }: CheckedFilter, type: string): boolean {
  return eventTypes === null || eventTypes.exact.has(type) || eventTypes.prefixes.some(each => type.startsWith(each));
}

function matchesResponse({ responseStatuses }: CheckedFilter, status: number | null): boolean {
  if (responseStatuses === null) return true;
  return status !== null && responseStatuses.some(({ from, to }) => from <= status && status <= to);
}

function matchesSearch({ search }: CheckedFilter, { delivery, endpointName, endpointUrl }: Transition): boolean {
  const texts = [delivery.eventType, endpointName, withoutQuery(endpointUrl)];
  return search === null || texts.some(text => foldText(text).includes(search));
}

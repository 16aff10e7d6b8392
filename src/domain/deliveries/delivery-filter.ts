import type { AttemptErrorCode, DeliveryStatus, FailureReason } from '../../delivery.ts';
import { BadUserInputError } from '../../errors.ts';
import { parseAnyId, uuidLowerBound } from '../../ids.ts';
import { checkEach, requireId, requireInteger } from '../arguments.ts';
import type { Actor } from '../context.ts';
import { type EventTypePatterns, requireEventTypePattern, splitPatterns } from '../events/event-type.ts';
import { checkSearch } from '../search-text.ts';

/** Inclusive; a missing side is open. */
export interface IntRange {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** From inclusive, to exclusive; a missing side is open. */
export interface DateTimeRange {
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

/**
 * Which deliveries, as a client says it: one filter for list, count, statistics, bulk operations and feed. Fields are
 * ANDed, a list is ORed. Absent or null does not restrict; an empty list matches nothing.
 */
export interface DeliveryFilterInput {
  readonly ids?: readonly string[] | null | undefined;
  readonly endpointIds?: readonly string[] | null | undefined;
  readonly eventIds?: readonly string[] | null | undefined;
  /** Exact, or a prefix such as `license.*`. */
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly statuses?: readonly DeliveryStatus[] | null | undefined;
  readonly failureReasons?: readonly FailureReason[] | null | undefined;
  /** A delivery without a response is in no range. */
  readonly responseStatuses?: readonly IntRange[] | null | undefined;
  readonly errorCodes?: readonly AttemptErrorCode[] | null | undefined;
  readonly createdAt?: DateTimeRange | null | undefined;
  /** A part of the endpoint's name, its URL, a former URL or the event type, folded; or the id of a delivery or an event. */
  readonly search?: string | null | undefined;
  readonly isTest?: boolean | null | undefined;
  /** Retried last by one of these bulk operations, or created by one. */
  readonly bulkOperationIds?: readonly string[] | null | undefined;
  /** How long the last attempt took. A delivery without an attempt is in no range. */
  readonly latencyMs?: IntRange | null | undefined;
}

/** A filter that was checked. Null does not restrict; an empty set or list matches nothing. Ids are UUIDs. */
export interface CheckedFilter {
  readonly ids: ReadonlySet<string> | null;
  readonly endpointIds: ReadonlySet<string> | null;
  readonly eventIds: ReadonlySet<string> | null;
  readonly eventTypes: EventTypePatterns | null;
  readonly statuses: ReadonlySet<DeliveryStatus> | null;
  readonly failureReasons: ReadonlySet<FailureReason> | null;
  /** Inclusive, within 0 to 32767; ascending, none touching the next. */
  readonly responseStatuses: readonly { readonly from: number; readonly to: number }[] | null;
  readonly errorCodes: ReadonlySet<AttemptErrorCode> | null;
  /** `createdAt`, as bounds of the delivery's id: it holds the time. Inclusive. */
  readonly fromId: string | null;
  /** Exclusive. */
  readonly untilId: string | null;
  /** Folded by `foldText`. A pasted id is not here: it narrowed `ids` or `eventIds`. */
  readonly search: string | null;
  /** The endpoints one of whose URLs, present or former, contains `search`. Set by `openLiveFilter` alone. */
  readonly foundByUrl?: Set<string> | undefined;
  readonly isTest: boolean | null;
  readonly bulkOperationIds: ReadonlySet<string> | null;
  /** Inclusive. It matches nothing if `from` is greater than `to`. */
  readonly latencyMs: { readonly from: number; readonly to: number } | null;
}

const maxEntries = 1000;
/** What `response_status` can hold. */
const maxResponseStatus = 32_767;
const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * The filter of a client, narrowed to the endpoints that there are for the actor: whatever is read, counted, changed or
 * watched by it is within them.
 *
 * @param path where the input stands, such as `filter`.
 * @throws BadUserInputError naming the part, such as `filter.ids.3`: a malformed id or one of another kind, a malformed
 * event type, more than 1,000 entries in a list, a search of more than 256 characters.
 */
export function checkFilter(
  input: DeliveryFilterInput | null | undefined,
  path: string,
  actor: Pick<Actor, 'endpointIds'>,
): CheckedFilter {
  const filter = input ?? {};
  const list = <In, Out>(field: ListField, entries: readonly In[] | null | undefined, check: Check<In, Out>) =>
    checkList(entries, `${path}.${field}`, check);
  const ids = toSet(list('ids', filter.ids, (id, argument) => requireId('dlv', id, argument)));
  const eventIds = toSet(list('eventIds', filter.eventIds, (id, argument) => requireId('evt', id, argument)));
  const eventTypes = list('eventTypes', filter.eventTypes, requireEventTypePattern);
  const searched = readSearch(filter.search ?? null, `${path}.search`);
  return {
    ids: restrict(ids, searched.deliveryId),
    endpointIds: intersect(
      toSet(list('endpointIds', filter.endpointIds, (id, argument) => requireId('ep', id, argument))),
      actor.endpointIds,
    ),
    eventIds: restrict(eventIds, searched.eventId),
    eventTypes: eventTypes && splitPatterns(eventTypes),
    statuses: toSet(list('statuses', filter.statuses, status => status)),
    failureReasons: toSet(list('failureReasons', filter.failureReasons, reason => reason)),
    responseStatuses: mergeRanges(
      list('responseStatuses', filter.responseStatuses, (range, argument) =>
        checkRange(range, argument, maxResponseStatus),
      ),
    ),
    errorCodes: toSet(list('errorCodes', filter.errorCodes, code => code)),
    fromId: checkMoment(filter.createdAt?.from ?? null, `${path}.createdAt.from`),
    untilId: checkMoment(filter.createdAt?.to ?? null, `${path}.createdAt.to`),
    search: searched.text,
    isTest: filter.isTest ?? null,
    bulkOperationIds: toSet(
      list('bulkOperationIds', filter.bulkOperationIds, (id, argument) => requireId('blk', id, argument)),
    ),
    latencyMs: filter.latencyMs ? checkRange(filter.latencyMs, `${path}.latencyMs`, int32.max) : null,
  };
}

/** The filter, and of these endpoints (UUIDs) only. */
export function narrowToEndpoint(filter: CheckedFilter, endpointId: string): CheckedFilter {
  return { ...filter, endpointIds: restrict(filter.endpointIds, endpointId) };
}

type ListField =
  | 'ids'
  | 'endpointIds'
  | 'eventIds'
  | 'eventTypes'
  | 'statuses'
  | 'failureReasons'
  | 'responseStatuses'
  | 'errorCodes'
  | 'bulkOperationIds';
type Check<In, Out> = (entry: In, argument: string) => Out;

function checkList<In, Out>(
  entries: readonly In[] | null | undefined,
  argument: string,
  check: Check<In, Out>,
): Out[] | null {
  if (entries === null || entries === undefined) return null;
  if (entries.length > maxEntries) throw new BadUserInputError(argument, `must have at most ${maxEntries} entries`);
  return checkEach(entries, (entry, index) => check(entry, `${argument}.${index}`));
}

function toSet<T>(entries: readonly T[] | null): ReadonlySet<T> | null {
  return entries && new Set(entries);
}

function restrict(ids: ReadonlySet<string> | null, id: string | null): ReadonlySet<string> | null {
  return intersect(ids, id === null ? null : new Set([id]));
}

/** Null is everything. */
function intersect(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): ReadonlySet<string> | null {
  return a && b ? new Set([...a].filter(id => b.has(id))) : (a ?? b);
}

function checkRange({ from, to }: IntRange, argument: string, max: number) {
  return {
    from: Math.max(requireInteger(from ?? 0, `${argument}.from`, int32.min, int32.max), 0),
    to: Math.min(requireInteger(to ?? max, `${argument}.to`, int32.min, int32.max), max),
  };
}

function mergeRanges(ranges: readonly { from: number; to: number }[] | null): CheckedFilter['responseStatuses'] {
  if (ranges === null) return null;
  const merged: { from: number; to: number }[] = [];
  for (const range of ranges.filter(({ from, to }) => from <= to).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to + 1) last.to = Math.max(last.to, range.to);
    else merged.push({ ...range });
  }
  return merged;
}

function checkMoment(moment: Date | null, argument: string): string | null {
  if (moment === null) return null;
  if (Number.isNaN(moment.getTime())) throw new BadUserInputError(argument, 'must be a time');
  return uuidLowerBound(moment.getTime());
}

function readSearch(search: string | null, argument: string) {
  const none = { text: null, deliveryId: null, eventId: null };
  const text = checkSearch(search, argument);
  if (text === null) return none;
  const pasted = parseAnyId(text);
  if (pasted?.prefix === 'dlv') return { ...none, deliveryId: pasted.uuid };
  if (pasted?.prefix === 'evt') return { ...none, eventId: pasted.uuid };
  return { ...none, text };
}

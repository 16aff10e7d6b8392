import type { AttemptErrorCode, DeliveryStatus, FailureReason } from '../../delivery.ts';
import { BadUserInputError } from '../../errors.ts';
import { parseAnyId, uuidLowerBound } from '../../ids.ts';
import { checkEach, requireId, requireInteger } from '../arguments.ts';
import type { Actor } from '../context.ts';
import { type EventTypePatterns, requireEventTypePattern, splitPatterns } from '../events/event-type.ts';
import { inputLimits } from '../input-limits.ts';
import { checkSearch } from '../search-text.ts';

/** A range of numbers that includes both bounds. A bound that is null or missing does not restrict. */
export interface IntRange {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** A range of times that includes `from` but not `to`. A bound that is null or missing does not restrict. */
export interface DateTimeRange {
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

/**
 * A filter of deliveries as a client sends it, for lists, counts, statistics, bulk operations and the live feed. A
 * delivery must match all fields, and one entry of each list. A field that is absent or null does not restrict. An
 * empty list matches nothing.
 */
export interface DeliveryFilterInput {
  readonly ids?: readonly string[] | null | undefined;
  readonly endpointIds?: readonly string[] | null | undefined;
  readonly eventIds?: readonly string[] | null | undefined;
  /** Event types, or prefixes such as `license.*`. */
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly statuses?: readonly DeliveryStatus[] | null | undefined;
  readonly failureReasons?: readonly FailureReason[] | null | undefined;
  /** Ranges of HTTP status codes. A delivery without a response matches none. */
  readonly responseStatuses?: readonly IntRange[] | null | undefined;
  readonly errorCodes?: readonly AttemptErrorCode[] | null | undefined;
  readonly createdAt?: DateTimeRange | null | undefined;
  /**
   * A text to search for, without regard to case: a part of the endpoint's name, of its current or a former URL, or of
   * the event type; or the complete id of a delivery or an event.
   */
  readonly search?: string | null | undefined;
  readonly isTest?: boolean | null | undefined;
  /** Deliveries that one of these bulk operations created, or was the last to retry. */
  readonly bulkOperationIds?: readonly string[] | null | undefined;
  /** A range of the last attempt's duration in milliseconds. A delivery without an attempt does not match. */
  readonly latencyMs?: IntRange | null | undefined;
}

/**
 * A filter after validation. A null field does not restrict, and an empty set or list matches nothing. Ids are UUIDs.
 */
export interface CheckedFilter {
  readonly ids: ReadonlySet<string> | null;
  readonly endpointIds: ReadonlySet<string> | null;
  readonly eventIds: ReadonlySet<string> | null;
  readonly eventTypes: EventTypePatterns | null;
  readonly statuses: ReadonlySet<DeliveryStatus> | null;
  readonly failureReasons: ReadonlySet<FailureReason> | null;
  /**
   * Ranges of HTTP status codes within 0 to 32767, with both bounds included. They are in ascending order and merged
   * where they overlap or touch.
   */
  readonly responseStatuses: readonly { readonly from: number; readonly to: number }[] | null;
  readonly errorCodes: ReadonlySet<AttemptErrorCode> | null;
  /** The smallest delivery id that `createdAt.from` allows (ids contain the creation time). */
  readonly fromId: string | null;
  /** The smallest delivery id that `createdAt.to` excludes. */
  readonly untilId: string | null;
  /**
   * The search text, folded by `foldText`. Null if the search was an id, which restricts `ids` or `eventIds` instead.
   */
  readonly search: string | null;
  /** The endpoints whose current or a former URL contains `search`. Set only by `openLiveFilter`. */
  readonly foundByUrl?: Set<string> | undefined;
  readonly isTest: boolean | null;
  readonly bulkOperationIds: ReadonlySet<string> | null;
  /** A range of milliseconds that includes both bounds. It matches nothing if `from` is greater than `to`. */
  readonly latencyMs: { readonly from: number; readonly to: number } | null;
}

/** The largest value of the column `response_status`, a smallint. */
const maxResponseStatus = 32_767;
const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * Validates the filter of a client, and restricts it to the endpoints that the actor can access. Everything that uses
 * the result is therefore limited to these endpoints.
 *
 * @param path the path of the input, such as `filter`.
 * @throws BadUserInputError naming the part, such as `filter.ids.3`: an id that is malformed or of another type, a
 *   malformed event type, more than 1,000 entries in a list, or a search of more than 256 characters.
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

/** Restricts the filter to one endpoint (UUID). */
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
  const { maxFilterEntries } = inputLimits;
  if (entries.length > maxFilterEntries) {
    throw new BadUserInputError(argument, `must have at most ${maxFilterEntries} entries`);
  }
  return checkEach(entries, (entry, index) => check(entry, `${argument}.${index}`));
}

function toSet<T>(entries: readonly T[] | null): ReadonlySet<T> | null {
  return entries && new Set(entries);
}

function restrict(ids: ReadonlySet<string> | null, id: string | null): ReadonlySet<string> | null {
  return intersect(ids, id === null ? null : new Set([id]));
}

/** Intersects two sets. Null stands for the set of all ids. */
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

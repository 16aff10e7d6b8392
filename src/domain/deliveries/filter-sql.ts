import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { type DeliveryStatus, deliveryStatuses } from '../../feed/transition.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/** One of the disjoint parts in which a filter's rows lie: `FROM ${from} WHERE ${conditions.join(' AND ')}`, alias `d`. */
export interface Scan {
  readonly home: 'live' | 'history';
  readonly from: string;
  readonly conditions: readonly string[];
  /** The only statuses that its rows can have. */
  readonly statuses: readonly DeliveryStatus[];
}

/** Up to this many endpoints are looked up one by one: each has its newest deliveries in an index, several don't. */
const maxEndpointsApart = 8;

/** The values of a statement, in the order of their `$1, $2, ...`. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** @returns the placeholder, cast to the type. */
  add(value: string | number | boolean, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  addArray(values: Iterable<string>, type: string): string {
    return this.add(encodePlainArray([...values]), `${type}[]`);
  }
}

const homes = ['live', 'history'] as const;
const statusesAtHome: Record<Scan['home'], readonly DeliveryStatus[]> = {
  live: deliveryStatuses.slice(0, 3),
  history: deliveryStatuses.slice(3),
};

/**
 * The parts of the two homes in which a tenant's deliveries of this filter lie; none where nothing can match. What a
 * filter rules out (history for PENDING, what succeeded for a failure reason) is not looked at.
 *
 * Run the statement unnamed: a plan made without its values can't tell a rare endpoint from a busy one, nor leave
 * partitions out.
 */
export function planScans(parameters: SqlParameters, tenantId: string, filter: ResolvedFilter): Scan[] {
  if (matchesNothing(filter)) return [];
  const tenant = `d.tenant_id = ${parameters.add(tenantId, 'uuid')}`;
  const conditions = [tenant, ...listConditions(parameters, filter)];
  const sources = filter.eventIds ? eventSources(parameters, tenant, filter.eventIds) : [wholeHome];
  const endpoints = endpointConditions(parameters, filter.endpointIds);
  return homes.flatMap(home => {
    const statuses = statusesAtHome[home].filter(status => canHave(filter, home, status));
    if (statuses.length === 0) return [];
    return sources.flatMap(source =>
      endpoints.map(endpoint => {
        const { from, condition } = source(home);
        const scan: Scan = { home, from, statuses, conditions: [...conditions, ...endpoint, ...condition] };
        return statuses.length < statusesAtHome[home].length ? restrictStatuses(scan, statuses) : scan;
      }),
    );
  });
}

/** The scan's rows in these of its statuses. */
export function restrictStatuses(scan: Scan, statuses: readonly DeliveryStatus[]): Scan {
  const labels = statuses.map(status => `'${status}'`);
  const condition = labels.length === 1 ? `d.status = ${labels[0]}` : `d.status IN (${labels.join(', ')})`;
  return { ...scan, statuses, conditions: [...scan.conditions, condition] };
}

function matchesNothing(filter: ResolvedFilter): boolean {
  const { ids, endpointIds, eventIds, statuses, failureReasons, errorCodes, eventTypes, responseStatuses } = filter;
  return (
    [ids, endpointIds, eventIds, statuses, failureReasons, errorCodes].some(set => set?.size === 0) ||
    (eventTypes !== null && eventTypes.exact.size === 0 && eventTypes.prefixes.length === 0) ||
    responseStatuses?.length === 0
  );
}

function canHave(filter: ResolvedFilter, home: Scan['home'], status: DeliveryStatus): boolean {
  if (filter.statuses && !filter.statuses.has(status)) return false;
  if (status === 'FAILED') return true;
  if (filter.failureReasons) return false;
  // What succeeded has a response of 2xx and no error. What is live may have any from its last attempt.
  return home === 'live' || (!filter.errorCodes && (filter.responseStatuses?.some(includesSuccess) ?? true));
}

function includesSuccess({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return from <= 299 && to >= 200;
}

interface Source {
  readonly from: string;
  readonly condition: readonly string[];
}

function wholeHome(home: Scan['home']): Source {
  return { from: `delivery_${home} d`, condition: [] };
}

/*
 * No index leads from an event to its deliveries. Those made at its publish have its millisecond in their id; replays,
 * which are few, have a partial index. OFFSET 0 keeps the planner from hashing a whole home instead.
 */
function eventSources(parameters: SqlParameters, tenant: string, eventIds: ReadonlySet<string>) {
  const ids = [...eventIds];
  const events = parameters.addArray(ids, 'uuid');
  const from = parameters.addArray(
    ids.map(id => uuidLowerBound(uuidTime(id))),
    'uuid',
  );
  const until = parameters.addArray(
    ids.map(id => uuidLowerBound(uuidTime(id) + 1)),
    'uuid',
  );
  const published = (home: Scan['home']): Source => ({
    from: `unnest(${events}, ${from}, ${until}) AS w (event_id, from_id, until_id) CROSS JOIN LATERAL (
      SELECT * FROM delivery_${home} d
      WHERE ${tenant} AND d.id >= w.from_id AND d.id < w.until_id AND d.event_id = w.event_id AND d.replay_of IS NULL
      OFFSET 0) d`,
    condition: [],
  });
  const replayed = (home: Scan['home']): Source => ({
    from: `delivery_${home} d`,
    condition: [`d.event_id = ANY (${events})`, 'd.replay_of IS NOT NULL'],
  });
  return [published, replayed];
}

function listConditions(parameters: SqlParameters, filter: ResolvedFilter): string[] {
  const conditions: string[] = [];
  if (filter.ids) conditions.push(isOneOf(parameters, 'd.id', filter.ids));
  if (filter.fromId !== null) conditions.push(`d.id >= ${parameters.add(filter.fromId, 'uuid')}`);
  if (filter.untilId !== null) conditions.push(`d.id < ${parameters.add(filter.untilId, 'uuid')}`);
  if (filter.isTest !== null) conditions.push(filter.isTest ? 'd.is_test' : 'NOT d.is_test');
  if (filter.failureReasons) {
    conditions.push(`d.failure_reason = ANY (${parameters.addArray(filter.failureReasons, 'failure_reason')})`);
  }
  if (filter.errorCodes) {
    conditions.push(`d.error_code = ANY (${parameters.addArray(filter.errorCodes, 'attempt_error_code')})`);
  }
  conditions.push(...typeConditions(parameters, filter), ...responseConditions(parameters, filter));
  conditions.push(...searchConditions(parameters, filter));
  return conditions;
}

/** The conditions of scans that share the endpoints out among them; one without a condition for all of them. */
function endpointConditions(parameters: SqlParameters, endpointIds: ReadonlySet<string> | null): string[][] {
  if (!endpointIds) return [[]];
  const apart = endpointIds.size <= maxEndpointsApart ? [...endpointIds].map(id => [id]) : [endpointIds];
  return apart.map(ids => [isOneOf(parameters, 'd.endpoint_id', ids)]);
}

/** Equality with one value keeps an index's order, which ANY does not. */
function isOneOf(parameters: SqlParameters, column: string, uuids: Iterable<string>): string {
  const [only, ...others] = uuids;
  if (only !== undefined && others.length === 0) return `${column} = ${parameters.add(only, 'uuid')}`;
  return `${column} = ANY (${parameters.addArray(uuids, 'uuid')})`;
}

function typeConditions(parameters: SqlParameters, { eventTypes }: ResolvedFilter): string[] {
  if (!eventTypes) return [];
  const alternatives: string[] = [];
  if (eventTypes.exact.size > 0) {
    alternatives.push(`d.event_type = ANY (${parameters.add(encodeTextArray([...eventTypes.exact]), 'text[]')})`);
  }
  if (eventTypes.prefixes.length > 0) {
    alternatives.push(`d.event_type ^@ ANY (${parameters.add(encodeTextArray(eventTypes.prefixes), 'text[]')})`);
  }
  return [`(${alternatives.join(' OR ')})`];
}

function responseConditions(parameters: SqlParameters, { responseStatuses }: ResolvedFilter): string[] {
  if (!responseStatuses) return [];
  const [only, ...others] = responseStatuses;
  if (only && others.length === 0) {
    const { from, to } = only;
    return [`d.response_status BETWEEN ${parameters.add(from, 'smallint')} AND ${parameters.add(to, 'smallint')}`];
  }
  const ranges = responseStatuses.map(({ from, to }) => `[${from},${to}]`).join(',');
  return [`${parameters.add(`{${ranges}}`, 'int4multirange')} @> d.response_status::int`];
}

function searchConditions(parameters: SqlParameters, { search, searchedEndpointIds }: ResolvedFilter): string[] {
  if (search === null) return [];
  const isType = `strpos(lower(d.event_type COLLATE "C"), ${parameters.add(search, 'text')}) > 0`;
  if (searchedEndpointIds.length === 0) return [isType];
  return [`(${isOneOf(parameters, 'd.endpoint_id', searchedEndpointIds)} OR ${isType})`];
}

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
  /** The placeholder of an array: only rows of these endpoints are meant, which no condition says. Absent: of all. */
  readonly endpoints?: string;
}

/** Up to this many endpoints or types are looked up one by one: each has its newest deliveries in an index, several don't. */
export const maxApart = 8;

/** The values of a statement that is put together, each behind a placeholder. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** @returns the placeholder, cast to the type. */
  add(value: string | number | boolean, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  addArray(values: Iterable<string>, type: string): string {
    const encode = type === 'text' ? encodeTextArray : encodePlainArray;
    return this.add(encode([...values]), `${type}[]`);
  }

  /** The statement with the values that it uses, in the order of their `$1, $2, ...`: PostgreSQL refuses unused ones. */
  bind(text: string): { readonly text: string; readonly values: unknown[] } {
    const used = [...new Set(text.match(/\$\d+/g))];
    const places = new Map(used.map((placeholder, index) => [placeholder, `$${index + 1}`]));
    return {
      text: text.replace(/\$\d+/g, placeholder => places.get(placeholder) ?? placeholder),
      values: used.map(placeholder => this.values[Number(placeholder.slice(1)) - 1]),
    };
  }
}

const homes = ['live', 'history'] as const;
const statusesAtHome: Record<Scan['home'], readonly DeliveryStatus[]> = {
  live: deliveryStatuses.slice(0, 3),
  history: deliveryStatuses.slice(3),
};

/**
 * The parts of the two homes in which a tenant's deliveries of this filter lie; none where nothing can match. What a
 * filter rules out (history for PENDING, what succeeded for a failure reason) is not looked at. `wanted`: only these homes.
 *
 * Run the statement unnamed: a plan made without its values can't tell a rare endpoint from a busy one, nor leave
 * partitions out.
 */
export function planScans(
  parameters: SqlParameters,
  tenantId: string,
  filter: ResolvedFilter,
  wanted: readonly Scan['home'][] = homes,
): Scan[] {
  const inhabited = wanted.filter(home => statusesOf(filter, home).length > 0);
  if (matchesNothing(filter) || inhabited.length === 0) return [];
  const tenant = `d.tenant_id = ${parameters.add(tenantId, 'uuid')}`;
  const conditions = [tenant, ...listConditions(parameters, filter)];
  const sources = filter.eventIds ? eventSources(parameters, tenant, filter.eventIds) : [wholeHome];
  return inhabited.flatMap(home => {
    const statuses = statusesOf(filter, home);
    const places = placeConditions(parameters, home, filter);
    return sources.flatMap(source =>
      places.map(place => {
        const { from, condition } = source(home);
        const scan: Scan = { home, from, statuses, conditions: [...conditions, ...place, ...condition] };
        return statuses.length < statusesAtHome[home].length ? restrictStatuses(scan, statuses) : scan;
      }),
    );
  });
}

/** The scans as one condition on rows `d`. */
export function anyOf(scans: readonly Scan[]): string {
  return `(${scans.map(scan => `(${scan.conditions.join(' AND ')})`).join(' OR ')})`;
}

/** The scan's rows in these of its statuses. */
export function restrictStatuses(scan: Scan, statuses: readonly DeliveryStatus[]): Scan {
  const labels = statuses.map(status => `'${status}'`);
  const condition = labels.length === 1 ? `d.status = ${labels[0]}` : `d.status IN (${labels.join(', ')})`;
  return { ...scan, statuses, conditions: [...scan.conditions, condition] };
}

function matchesNothing(filter: ResolvedFilter): boolean {
  const { ids, endpointIds, eventIds, statuses, failureReasons, errorCodes, eventTypes, found } = filter;
  return (
    [ids, endpointIds, eventIds, statuses, failureReasons, errorCodes, eventTypes].some(set => set?.size === 0) ||
    (found !== null && found.endpointIds.size === 0 && found.eventTypes.size === 0) ||
    filter.responseStatuses?.length === 0
  );
}

function statusesOf(filter: ResolvedFilter, home: Scan['home']): readonly DeliveryStatus[] {
  return statusesAtHome[home].filter(status => canHave(filter, home, status));
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
  if (filter.ids) conditions.push(isOneOf(parameters, 'd.id', filter.ids, 'uuid'));
  if (filter.fromId !== null) conditions.push(`d.id >= ${parameters.add(filter.fromId, 'uuid')}`);
  if (filter.untilId !== null) conditions.push(`d.id < ${parameters.add(filter.untilId, 'uuid')}`);
  if (filter.isTest !== null) conditions.push(filter.isTest ? 'd.is_test' : 'NOT d.is_test');
  if (filter.failureReasons) {
    conditions.push(isOneOf(parameters, 'd.failure_reason', filter.failureReasons, 'failure_reason'));
  }
  if (filter.errorCodes) {
    conditions.push(isOneOf(parameters, 'd.error_code', filter.errorCodes, 'attempt_error_code'));
  }
  conditions.push(...responseConditions(parameters, filter));
  return conditions;
}

/**
 * The conditions of scans that share endpoints and types out among them; one without a condition for all of them. What
 * was found by a search is of an endpoint, or else of a type.
 */
function placeConditions(parameters: SqlParameters, home: Scan['home'], filter: ResolvedFilter): string[][] {
  const { endpointIds, eventTypes, found } = filter;
  const endpoints = (ids: ReadonlySet<string>) =>
    ids.size === 0 ? [] : split(ids).map(some => isOneOf(parameters, 'd.endpoint_id', some, 'uuid'));
  // Only history has an index of types.
  const types = (set: ReadonlySet<string>) =>
    set.size === 0 ? [] : split(set, home).map(some => isOneOf(parameters, 'd.event_type', some, 'text'));
  const whole = (conditions: readonly string[]) => (conditions.length === 0 ? [[]] : conditions.map(each => [each]));
  const ofTypes = () => (eventTypes ? [isOneOf(parameters, 'd.event_type', eventTypes, 'text')] : []);
  if (!found) {
    if (!endpointIds) return whole(eventTypes ? types(eventTypes) : []);
    return endpoints(endpointIds).map(endpoint => [endpoint, ...ofTypes()]);
  }
  const byEndpoint = endpoints(found.endpointIds).map(endpoint => [endpoint, ...ofTypes()]);
  const elsewhere = () =>
    found.endpointIds.size > 0 ? [`d.endpoint_id <> ALL (${parameters.addArray(found.endpointIds, 'uuid')})`] : [];
  const ofEndpoints = () => (endpointIds ? [isOneOf(parameters, 'd.endpoint_id', endpointIds, 'uuid')] : []);
  const byType = types(found.eventTypes).map(type => [type, ...elsewhere(), ...ofEndpoints()]);
  return [...byEndpoint, ...byType];
}

function split(values: ReadonlySet<string>, home: Scan['home'] = 'history'): Iterable<string>[] {
  return home === 'history' && values.size <= maxApart ? [...values].map(value => [value]) : [values];
}

/** Equality with one value keeps an index's order, which ANY does not. */
function isOneOf(parameters: SqlParameters, column: string, values: Iterable<string>, type: string): string {
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) return `${column} = ${parameters.add(only, type)}`;
  return `${column} = ANY (${parameters.addArray(values, type)})`;
}

function responseConditions(parameters: SqlParameters, { responseStatuses }: ResolvedFilter): string[] {
  if (!responseStatuses) return [];
  const [only, ...others] = responseStatuses;
  if (only && others.length === 0) {
    const { from, to } = only;
    if (from === to) return [`d.response_status = ${parameters.add(from, 'smallint')}`];
    return [`d.response_status BETWEEN ${parameters.add(from, 'smallint')} AND ${parameters.add(to, 'smallint')}`];
  }
  const ranges = responseStatuses.map(({ from, to }) => `[${from},${to}]`).join(',');
  return [`${parameters.add(`{${ranges}}`, 'int4multirange')} @> d.response_status::int`];
}

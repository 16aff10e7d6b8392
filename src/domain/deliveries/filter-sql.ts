import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { Prisma } from '../../database/generated/client.ts';
import { type DeliveryStatus, deliveryStatuses } from '../../delivery.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/** One of the disjoint parts in which the rows of a filter are found. Rows have the alias `d`. See `rowsOf`. */
export interface Scan {
  readonly table: 'live' | 'history';
  readonly from: Prisma.Sql;
  /** Conditions that all hold. Never empty. */
  readonly conditions: readonly Prisma.Sql[];
  /** The only statuses that rows of this scan can have. */
  readonly statuses: readonly DeliveryStatus[];
  /**
   * An array: only rows of these endpoints belong to the scan, although no condition says so. Absent: rows of all
   * endpoints.
   */
  readonly endpoints?: Prisma.Sql;
}

/** Up to this many endpoints or types are read one by one, because an index has the newest deliveries of each one. */
export const maxApart = 8;

/** The text after FROM in a statement that reads the rows of a scan. */
export function rowsOf({ from, conditions }: Scan): Prisma.Sql {
  return Prisma.sql`${from} WHERE ${allOf(conditions)}`;
}

/** Adds conditions to a scan. */
export function narrowScan<Narrowed extends Scan>(scan: Narrowed, ...conditions: readonly Prisma.Sql[]): Narrowed {
  return { ...scan, conditions: [...scan.conditions, ...conditions] };
}

export function toArray(values: Iterable<string>, type: 'text' | 'uuid' | EnumType): Prisma.Sql {
  const encode = type === 'text' ? encodeTextArray : encodePlainArray;
  return Prisma.sql`${encode([...values])}::${Prisma.raw(type)}[]`;
}

type EnumType = 'failure_reason' | 'attempt_error_code';

const tables = ['live', 'history'] as const;
const statusesInTable: Record<Scan['table'], readonly DeliveryStatus[]> = {
  live: deliveryStatuses.slice(0, 3),
  history: deliveryStatuses.slice(3),
};

/**
 * The parts of the two tables in which a tenant's deliveries of this filter are found. The list is empty if nothing can
 * match. A part that the filter rules out is not read, for example the history for PENDING.
 *
 * Run the statement unnamed. A plan that is made without the values cannot tell a rare endpoint from a busy one, and
 * cannot leave out partitions.
 *
 * @param wanted the tables to read. Default: both.
 */
export function planScans(tenantId: string, filter: ResolvedFilter, wanted: readonly Scan['table'][] = tables): Scan[] {
  const candidates = wanted.filter(table => statusesOf(filter, table).length > 0);
  if (matchesNothing(filter) || candidates.length === 0) return [];
  const tenant = Prisma.sql`d.tenant_id = ${tenantId}::uuid`;
  const conditions = [tenant, ...listConditions(filter)];
  const sources = filter.eventIds ? eventSources(tenant, filter.eventIds) : [wholeTable];
  return candidates.flatMap(table => {
    const statuses = statusesOf(filter, table);
    const splits = splitConditions(table, filter);
    return sources.flatMap(source =>
      splits.map(split => {
        const { from, condition } = source(table);
        const scan: Scan = { table, from, statuses, conditions: [...conditions, ...split, ...condition] };
        return statuses.length < statusesInTable[table].length ? narrowStatuses(scan, statuses) : scan;
      }),
    );
  });
}

/** The scans as one condition on rows `d`. */
export function anyOf(scans: readonly Scan[]): Prisma.Sql {
  return Prisma.join(
    scans.map(scan => Prisma.sql`(${allOf(scan.conditions)})`),
    ' OR ',
    '(',
    ')',
  );
}

function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return Prisma.join([...conditions], ' AND ');
}

/** Narrows a scan to these of its statuses. */
export function narrowStatuses(scan: Scan, statuses: readonly DeliveryStatus[]): Scan {
  const labels = statuses.map(status => `'${status}'`);
  const condition = labels.length === 1 ? `d.status = ${labels[0]}` : `d.status IN (${labels.join(', ')})`;
  return narrowScan({ ...scan, statuses }, Prisma.raw(condition));
}

function matchesNothing(filter: ResolvedFilter): boolean {
  const { ids, endpointIds, eventIds, statuses, failureReasons, errorCodes, eventTypes, found } = filter;
  const { bulkOperationIds } = filter;
  return (
    [ids, endpointIds, eventIds, statuses, failureReasons, errorCodes, eventTypes, bulkOperationIds].some(
      set => set?.size === 0,
    ) ||
    (found !== null && found.endpointIds.size === 0 && found.eventTypes.size === 0) ||
    filter.responseStatuses?.length === 0 ||
    (filter.latencyMs !== null && filter.latencyMs.from > filter.latencyMs.to)
  );
}

/** Whether the filter has a field that the sums of finished deliveries do not know. */
export function isScanned({ ids, eventIds, bulkOperationIds, latencyMs }: ResolvedFilter): boolean {
  return ids !== null || eventIds !== null || bulkOperationIds !== null || latencyMs !== null;
}

function statusesOf(filter: ResolvedFilter, table: Scan['table']): readonly DeliveryStatus[] {
  return statusesInTable[table].filter(status => canHave(filter, table, status));
}

function canHave(filter: ResolvedFilter, table: Scan['table'], status: DeliveryStatus): boolean {
  if (filter.statuses && !filter.statuses.has(status)) return false;
  if (status === 'FAILED') return true;
  if (filter.failureReasons) return false;
  // A succeeded delivery has a 2xx response and no error. A live one may have any result of its last attempt.
  return table === 'live' || (!filter.errorCodes && (filter.responseStatuses?.some(includesSuccess) ?? true));
}

function includesSuccess({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return from <= 299 && to >= 200;
}

interface Source {
  readonly from: Prisma.Sql;
  readonly condition: readonly Prisma.Sql[];
}

function wholeTable(table: Scan['table']): Source {
  return { from: Prisma.raw(`delivery_${table} d`), condition: [] };
}

/*
 * No index leads from an event to its deliveries. Deliveries that were created with the event have its millisecond in
 * their id, and the few replays have a partial index. OFFSET 0 keeps the planner from hashing a whole table instead.
 */
function eventSources(tenant: Prisma.Sql, eventIds: ReadonlySet<string>) {
  const ids = [...eventIds];
  const events = toArray(ids, 'uuid');
  const from = toArray(
    ids.map(id => uuidLowerBound(uuidTime(id))),
    'uuid',
  );
  const until = toArray(
    ids.map(id => uuidLowerBound(uuidTime(id) + 1)),
    'uuid',
  );
  const published = (table: Scan['table']): Source => ({
    from: Prisma.sql`unnest(${events}, ${from}, ${until}) AS w (event_id, from_id, until_id) CROSS JOIN LATERAL (
      SELECT * FROM ${wholeTable(table).from}
      WHERE ${tenant} AND d.id >= w.from_id AND d.id < w.until_id AND d.event_id = w.event_id AND d.replay_of IS NULL
      OFFSET 0) d`,
    condition: [],
  });
  const replayed = (table: Scan['table']): Source => ({
    from: wholeTable(table).from,
    condition: [Prisma.sql`d.event_id = ANY (${events})`, Prisma.sql`d.replay_of IS NOT NULL`],
  });
  return [published, replayed];
}

function listConditions(filter: ResolvedFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (filter.ids) conditions.push(isOneOf('d.id', filter.ids, 'uuid'));
  if (filter.fromId !== null) conditions.push(Prisma.sql`d.id >= ${filter.fromId}::uuid`);
  if (filter.untilId !== null) conditions.push(Prisma.sql`d.id < ${filter.untilId}::uuid`);
  if (filter.isTest !== null) conditions.push(filter.isTest ? Prisma.sql`d.is_test` : Prisma.sql`NOT d.is_test`);
  if (filter.failureReasons) {
    conditions.push(isOneOf('d.failure_reason', filter.failureReasons, 'failure_reason'));
  }
  if (filter.errorCodes) {
    conditions.push(isOneOf('d.error_code', filter.errorCodes, 'attempt_error_code'));
  }
  if (filter.bulkOperationIds) {
    conditions.push(isOneOf('d.bulk_operation_id', filter.bulkOperationIds, 'uuid'));
  }
  conditions.push(...responseConditions(filter));
  if (filter.latencyMs) {
    const { from, to } = filter.latencyMs;
    conditions.push(Prisma.sql`d.duration_ms BETWEEN ${from}::int AND ${to}::int`);
  }
  return conditions;
}

/**
 * The conditions that split the scans by endpoint and event type. One empty condition if the filter names neither. A
 * search matches either an endpoint or an event type.
 */
function splitConditions(table: Scan['table'], filter: ResolvedFilter): Prisma.Sql[][] {
  const { endpointIds, eventTypes, found } = filter;
  const endpoints = (ids: ReadonlySet<string>) =>
    ids.size === 0 ? [] : split(ids).map(some => isOneOf('d.endpoint_id', some, 'uuid'));
  // Only the history has an index by event type.
  const types = (set: ReadonlySet<string>) =>
    set.size === 0 ? [] : split(set, table).map(some => isOneOf('d.event_type', some, 'text'));
  const whole = (conditions: readonly Prisma.Sql[]) =>
    conditions.length === 0 ? [[]] : conditions.map(each => [each]);
  const ofTypes = () => (eventTypes ? [isOneOf('d.event_type', eventTypes, 'text')] : []);
  if (!found) {
    if (!endpointIds) return whole(eventTypes ? types(eventTypes) : []);
    return endpoints(endpointIds).map(endpoint => [endpoint, ...ofTypes()]);
  }
  const byEndpoint = endpoints(found.endpointIds).map(endpoint => [endpoint, ...ofTypes()]);
  const elsewhere = () =>
    found.endpointIds.size > 0 ? [Prisma.sql`d.endpoint_id <> ALL (${toArray(found.endpointIds, 'uuid')})`] : [];
  const ofEndpoints = () => (endpointIds ? [isOneOf('d.endpoint_id', endpointIds, 'uuid')] : []);
  const byType = types(found.eventTypes).map(type => [type, ...elsewhere(), ...ofEndpoints()]);
  return [...byEndpoint, ...byType];
}

function split(values: ReadonlySet<string>, table: Scan['table'] = 'history'): Iterable<string>[] {
  return table === 'history' && values.size <= maxApart ? [...values].map(value => [value]) : [values];
}

/** Equality with one value keeps the order of an index. ANY does not. */
function isOneOf(column: string, values: Iterable<string>, type: Parameters<typeof toArray>[1]): Prisma.Sql {
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0)
    return Prisma.sql`${Prisma.raw(column)} = ${only}::${Prisma.raw(type)}`;
  return Prisma.sql`${Prisma.raw(column)} = ANY (${toArray(values, type)})`;
}

function responseConditions({ responseStatuses }: ResolvedFilter): Prisma.Sql[] {
  if (!responseStatuses) return [];
  const [only, ...others] = responseStatuses;
  if (only && others.length === 0) {
    const { from, to } = only;
    if (from === to) return [Prisma.sql`d.response_status = ${from}::smallint`];
    return [Prisma.sql`d.response_status BETWEEN ${from}::smallint AND ${to}::smallint`];
  }
  const ranges = responseStatuses.map(({ from, to }) => `[${from},${to}]`).join(',');
  return [Prisma.sql`${`{${ranges}}`}::int4multirange @> d.response_status::int`];
}

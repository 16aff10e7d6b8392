import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { Prisma } from '../../database/generated/client.ts';
import { type DeliveryStatus, deliveryStatuses } from '../../delivery.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/**
 * A part of the deliveries that match a filter. Its rows have the alias `d`, and no delivery is in two parts. `rowsOf`
 * turns it into SQL.
 */
export interface Scan {
  readonly table: 'live' | 'history';
  readonly from: Prisma.Sql;
  /** SQL conditions, all of which must be true. Never empty. */
  readonly conditions: readonly Prisma.Sql[];
  /** The statuses that rows of this scan can have. */
  readonly statuses: readonly DeliveryStatus[];
  /**
   * SQL of an array of endpoint ids. The statement must read only rows of these endpoints, because `conditions` do not
   * restrict them. Absent: rows of all endpoints.
   */
  readonly endpoints?: Prisma.Sql;
}

/**
 * Up to this many endpoints or event types get a scan each, because an index returns the newest deliveries of each in
 * order.
 */
export const maxApart = 8;

/** Returns the SQL after FROM that reads the rows of a scan. */
export function rowsOf({ from, conditions }: Scan): Prisma.Sql {
  return Prisma.sql`${from} WHERE ${allOf(conditions)}`;
}

/** Returns the scan, restricted by these conditions as well. */
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
 * Divides the deliveries of a tenant that match a filter into scans of the live and the history table. A table that
 * cannot contain a match is left out, for example the history for PENDING. The list is empty if nothing can match.
 *
 * Run the resulting statement unnamed: a plan that is made without the values cannot tell a rare endpoint from a busy
 * one, and cannot leave out partitions.
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

/** Combines the scans into one SQL condition on rows `d`. */
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

/** Returns the scan, restricted to rows with one of these statuses. */
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

/**
 * Whether the filter has a field that the precomputed counts of finished deliveries do not contain, so that rows must
 * be read.
 */
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
  // In the history, a SUCCEEDED delivery has a 2xx response and no error. A live delivery may have any result of its
  // last attempt.
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
 * Finds the deliveries of events. No index leads from an event to the deliveries that were created with it, but their
 * ids contain the event's millisecond. Replays have an index by event. OFFSET 0 keeps the planner from building a hash
 * table of a whole table.
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
 * Returns the conditions that divide the rows by endpoint and event type, one list for each scan. There is one empty
 * list if the filter names neither. A search matches rows by their endpoint or by their event type.
 */
function splitConditions(table: Scan['table'], filter: ResolvedFilter): Prisma.Sql[][] {
  const { endpointIds, eventTypes, found } = filter;
  const endpoints = (ids: ReadonlySet<string>) =>
    ids.size === 0 ? [] : split(ids).map(some => isOneOf('d.endpoint_id', some, 'uuid'));
  // Only the history has an index by event type, so the live table gets one condition for all types.
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

/**
 * Compares a column with one or several values. A single value is compared by `=`, which keeps the order of an index,
 * unlike ANY.
 */
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

import type {
  AttemptErrorCode,
  DeliveryFilter,
  DeliveryOrder,
  DeliveryOrderField,
  DeliveryStatus,
  FailureReason,
  OrderDirection,
} from '../../../generated/graphql.ts';
import { knows, readLatency, readResponses, readSpan, timeRanges } from './known-values.ts';

/**
 * What the address says about the log: `?status=FAILED&type=order.*&response=500-599&time=24h&q=shop&sort=STATUS.ASC`. It
 * is all there is, so an address shared shows the same view.
 */
export interface View {
  readonly search: string;
  readonly statuses: readonly DeliveryStatus[];
  readonly endpointIds: readonly string[];
  /** Exact, or a prefix such as `order.*`. */
  readonly eventTypes: readonly string[];
  /** Ranges or single status codes: `500-599`, `404`. */
  readonly responses: readonly string[];
  readonly errorCodes: readonly AttemptErrorCode[];
  readonly failureReasons: readonly FailureReason[];
  /** One of `timeRanges`, or `<from>/<to>` in RFC 3339, either side open; '' for all times. */
  readonly time: string;
  /** Milliseconds of the last attempt: `1000-`, `-200` or `1000-5000`; '' for any. */
  readonly latency: string;
  /** Only deliveries of these events. */
  readonly eventIds: readonly string[];
  /** Only deliveries that these bulk operations retried or created. */
  readonly operationIds: readonly string[];
  /** '' for both. */
  readonly test: '' | 'only' | 'without';
  readonly order: DeliveryOrder;
  /** Filters of the address that are unknown. They are shown as unknown and not sent to the server. */
  readonly unknown: readonly UnknownValue[];
}

export interface UnknownValue {
  /** As in the address. */
  readonly name: string;
  readonly value: string;
}

const names = {
  search: 'q',
  statuses: 'status',
  endpointIds: 'endpoint',
  eventTypes: 'type',
  responses: 'response',
  errorCodes: 'error',
  failureReasons: 'reason',
  time: 'time',
  latency: 'latency',
  eventIds: 'event',
  operationIds: 'operation',
  test: 'test',
} as const;

/** As much as the server looks for. */
const maxSearchLength = 256;

export function readView(params: URLSearchParams): View {
  const unknown = [...params].flatMap(([name, value]) => (knows.get(name)?.(value) === false ? { name, value } : []));
  const all = (name: string) => [...new Set(params.getAll(name).filter(value => knows.get(name)?.(value)))];
  const [field = 'CREATED_AT', direction = 'DESC'] = all('sort')[0]?.split('.') ?? [];
  return {
    search: (params.get(names.search) ?? '').slice(0, maxSearchLength),
    statuses: all(names.statuses) as DeliveryStatus[],
    endpointIds: all(names.endpointIds),
    eventTypes: all(names.eventTypes),
    responses: all(names.responses),
    errorCodes: all(names.errorCodes) as AttemptErrorCode[],
    failureReasons: all(names.failureReasons) as FailureReason[],
    time: all(names.time)[0] ?? '',
    latency: all(names.latency)[0] ?? '',
    eventIds: all(names.eventIds),
    operationIds: all(names.operationIds),
    test: (all(names.test)[0] ?? '') as View['test'],
    order: { field: field as DeliveryOrderField, direction: direction as OrderDirection },
    unknown,
  };
}

export function writeView({ order, unknown, ...view }: View): URLSearchParams {
  const params = new URLSearchParams();
  for (const [part, value] of Object.entries(view)) {
    const name = names[part as keyof typeof names];
    for (const entry of typeof value === 'string' ? [value] : value) if (entry !== '') params.append(name, entry);
  }
  for (const { name, value } of unknown) params.append(name, value);
  const sort = `${order.field}.${order.direction}`;
  if (sort !== 'CREATED_AT.DESC') params.set('sort', sort);
  return params;
}

/** Equal for two views that show the same deliveries, whatever their order. */
export function keyOfFilter({ order: _, ...view }: View): string {
  return JSON.stringify(view);
}

/** Whether anything is left out. */
export function isFiltered({ order: _, ...view }: View): boolean {
  return Object.values(view).some(value => value.length > 0);
}

/** The view as the server takes it; `time` counts back from now. */
export function filterOfView(view: View, nowMs: number): DeliveryFilter {
  const {
    search,
    statuses,
    endpointIds,
    eventTypes,
    responses,
    errorCodes,
    failureReasons,
    eventIds,
    operationIds,
    test,
  } = view;
  const createdAt = readTime(view.time, nowMs);
  const latencyMs = readLatency(view.latency);
  return {
    ...(search && { search }),
    ...(statuses.length > 0 && { statuses: [...statuses] }),
    ...(endpointIds.length > 0 && { endpointIds: [...endpointIds] }),
    ...(eventTypes.length > 0 && { eventTypes: [...eventTypes] }),
    ...(responses.length > 0 && { responseStatuses: responses.flatMap(range => readResponses(range) ?? []) }),
    ...(errorCodes.length > 0 && { errorCodes: [...errorCodes] }),
    ...(failureReasons.length > 0 && { failureReasons: [...failureReasons] }),
    ...(latencyMs && { latencyMs }),
    ...(eventIds.length > 0 && { eventIds: [...eventIds] }),
    ...(operationIds.length > 0 && { bulkOperationIds: [...operationIds] }),
    ...(createdAt && { createdAt }),
    ...(test && { isTest: test === 'only' }),
  };
}

function readTime(time: string, nowMs: number): DeliveryFilter['createdAt'] {
  const backMs = timeRanges[time];
  return backMs === undefined ? readSpan(time) : { from: new Date(nowMs - backMs).toISOString() };
}

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
 * The filter and order of the delivery log, read from the page URL:
 * `?status=FAILED&type=order.*&response=500-599&time=24h&q=shop&sort=STATUS.ASC`. The URL contains all of it, so a
 * shared URL shows the same view.
 */
export interface View {
  readonly search: string;
  readonly statuses: readonly DeliveryStatus[];
  readonly endpointIds: readonly string[];
  /** Exact event types, or prefixes such as `order.*`. */
  readonly eventTypes: readonly string[];
  /** Ranges or single status codes: `500-599`, `404`. */
  readonly responses: readonly string[];
  readonly errorCodes: readonly AttemptErrorCode[];
  readonly failureReasons: readonly FailureReason[];
  /** A name from `timeRanges`, or `<from>/<to>` in RFC 3339, in which one side may be missing. '' for all times. */
  readonly time: string;
  /** The latency of the last attempt in milliseconds: `1000-`, `-200` or `1000-5000`. '' for any latency. */
  readonly latency: string;
  /** Only deliveries of these events. */
  readonly eventIds: readonly string[];
  /** Only deliveries that these bulk operations retried or created. */
  readonly operationIds: readonly string[];
  /** Whether test events are shown alone (`only`) or hidden (`without`). '' shows both. */
  readonly test: '' | 'only' | 'without';
  readonly order: DeliveryOrder;
  /** Values in the URL that the dashboard does not know. They are displayed as unknown and not sent to the server. */
  readonly unknown: readonly UnknownValue[];
}

export interface UnknownValue {
  /** The name of the parameter in the URL. */
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

/** The maximum length of a search text that the server accepts. */
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

/** A key that is equal for two views with the same filter, whatever their order. */
export function keyOfFilter({ order: _, ...view }: View): string {
  return JSON.stringify(view);
}

/** Whether the view has any filter. */
export function isFiltered({ order: _, ...view }: View): boolean {
  return Object.values(view).some(value => value.length > 0);
}

/** Converts a view to a filter of the API. Relative times count back from `nowMs`. */
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

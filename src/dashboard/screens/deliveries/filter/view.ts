import type { AttemptErrorCode, DeliveryFilter, DeliveryOrder, DeliveryStatus } from '../../../generated/graphql.ts';

/**
 * What the address says about the log: `?status=FAILED&type=order.*&response=500-599&last=24h&q=shop&sort=STATUS.ASC`. It
 * is all there is, so an address shared shows the same view.
 */
export interface View {
  readonly search: string;
  readonly statuses: readonly DeliveryStatus[];
  readonly endpointIds: readonly string[];
  /** Exact, or a prefix such as `order.*`. */
  readonly eventTypes: readonly string[];
  /** Such as `500-599` or `404`. */
  readonly responses: readonly string[];
  readonly errorCodes: readonly AttemptErrorCode[];
  /** One of `timeRanges`, or `<from>/<to>` in RFC 3339, either side open; '' for ever. */
  readonly time: string;
  /** '' for both. */
  readonly test: '' | 'only' | 'without';
  readonly order: DeliveryOrder;
}

/** How far back, in milliseconds. */
export const timeRanges: Readonly<Record<string, number>> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};

const names = {
  search: 'q',
  statuses: 'status',
  endpointIds: 'endpoint',
  eventTypes: 'type',
  responses: 'response',
  errorCodes: 'error',
  time: 'time',
  test: 'test',
  order: 'sort',
} as const;

const orderFields = ['CREATED_AT', 'STATUS', 'RESPONSE_STATUS'] as const;

export function readView(params: URLSearchParams): View {
  const test = params.get(names.test);
  const [field, direction] = (params.get(names.order) ?? '').split('.');
  return {
    search: params.get(names.search) ?? '',
    statuses: params.getAll(names.statuses) as DeliveryStatus[],
    endpointIds: params.getAll(names.endpointIds),
    eventTypes: params.getAll(names.eventTypes),
    responses: params.getAll(names.responses),
    errorCodes: params.getAll(names.errorCodes) as AttemptErrorCode[],
    time: params.get(names.time) ?? '',
    test: test === 'only' || test === 'without' ? test : '',
    order: {
      field: orderFields.find(known => known === field) ?? 'CREATED_AT',
      direction: direction === 'ASC' ? 'ASC' : 'DESC',
    },
  };
}

export function writeView({ order, ...view }: View): URLSearchParams {
  const params = new URLSearchParams();
  for (const [part, value] of Object.entries(view)) {
    const name = names[part as keyof typeof names];
    for (const entry of typeof value === 'string' ? [value] : value) if (entry !== '') params.append(name, entry);
  }
  const sort = `${order.field}.${order.direction}`;
  if (sort !== 'CREATED_AT.DESC') params.set(names.order, sort);
  return params;
}

/** Whether anything is left out. */
export function isFiltered({ order: _, ...view }: View): boolean {
  return Object.values(view).some(value => value.length > 0);
}

/** The view as the server takes it; `time` counts back from now. */
export function filterOfView(view: View, nowMs: number): DeliveryFilter {
  const { search, statuses, endpointIds, eventTypes, responses, errorCodes, test } = view;
  const createdAt = readTime(view.time, nowMs);
  return {
    ...(search && { search }),
    ...(statuses.length > 0 && { statuses: [...statuses] }),
    ...(endpointIds.length > 0 && { endpointIds: [...endpointIds] }),
    ...(eventTypes.length > 0 && { eventTypes: [...eventTypes] }),
    ...(responses.length > 0 && { responseStatuses: responses.map(readRange) }),
    ...(errorCodes.length > 0 && { errorCodes: [...errorCodes] }),
    ...(createdAt && { createdAt }),
    ...(test && { isTest: test === 'only' }),
  };
}

function readTime(time: string, nowMs: number): DeliveryFilter['createdAt'] {
  const backMs = timeRanges[time];
  if (backMs !== undefined) return { from: new Date(nowMs - backMs).toISOString() };
  const [from, to] = time.split('/');
  return from || to ? { ...(from && { from }), ...(to && { to }) } : null;
}

function readRange(text: string): { from: number; to: number } {
  const [from = '', to = from] = text.split('-');
  return { from: Number(from), to: Number(to) };
}

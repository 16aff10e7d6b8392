import { deliveryStatuses } from '../delivery.ts';
import { builder } from './builder.ts';
import { AttemptErrorCodeType, DeliveryStatusType, FailureReasonType } from './enums.ts';

const IntRange = builder.inputType('IntRange', {
  description:
    'A range of whole numbers, both ends included: `{ from: 500, to: 599 }`, or `{ from: 404, to: 404 }` for one.',
  fields: t => ({
    from: t.int({ description: 'The smallest number, included. No lower end by default.' }),
    to: t.int({ description: 'The largest number, included. No upper end by default.' }),
  }),
});

const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A span of time, such as a day: `{ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" }`.',
  fields: t => ({
    from: t.field({ type: 'DateTime', description: 'The start of the span, included. No start by default.' }),
    to: t.field({ type: 'DateTime', description: 'The end of the span, excluded. No end by default.' }),
  }),
});

export const DeliveryFilter = builder.inputType('DeliveryFilter', {
  description:
    'Selects deliveries. A delivery must match all fields that are given, and at least one entry of each list. A field that is absent or null has no effect, and an empty list matches nothing. Each list has at most 1,000 entries. Failures of one endpoint: `{ endpointIds: ["ep_01h455vb4pex5vsknk084sn02q"], statuses: [FAILED, RETRYING] }`.',
  fields: t => ({
    ids: t.idList({ description: 'Only the deliveries with these ids, such as `dlv_01h455vb4pex5vsknk084sn02q`.' }),
    endpointIds: t.idList({
      description:
        'Only deliveries to these endpoints, including deleted ones, such as `ep_01h455vb4pex5vsknk084sn02q`.',
    }),
    eventIds: t.idList({
      description: 'Only deliveries of these events, including replays, such as `evt_01h455vb4pex5vsknk084sn02q`.',
    }),
    eventTypes: t.stringList({
      description:
        'Only deliveries of these event types, exact or as a prefix with `.*`: `license.*` matches `license.created` and `license.seat.added`, but not `license`.',
    }),
    statuses: t.field({ type: [DeliveryStatusType], description: 'Only deliveries in one of these statuses.' }),
    failureReasons: t.field({
      type: [FailureReasonType],
      description: 'Only FAILED deliveries that failed for one of these reasons.',
    }),
    responseStatuses: t.field({
      type: [IntRange],
      description:
        'Only deliveries whose last attempt got a response with an HTTP status in one of these ranges, such as `{ from: 500, to: 599 }`.',
    }),
    errorCodes: t.field({
      type: [AttemptErrorCodeType],
      description: 'Only deliveries whose last attempt failed with one of these errors, such as `[TIMEOUT, TLS]`.',
    }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only deliveries that were created in this span of time.' }),
    search: t.string({
      description:
        'A part of the name of the endpoint, of its URL or one of its last 20 former URLs (each without its query string), or of the event type, at most 256 characters. Or the whole id of a delivery or event. Upper and lower case, Unicode compositions and spaces around the term make no difference: `istanbul` finds `İstanbul`. Letters with and without an accent are different: `muller` does not find `Müller`. A blank term has no effect. A subscription searches the former URLs that the endpoint had when the subscription started, and the URLs in the updates that it has received since then.',
    }),
    isTest: t.boolean({ description: 'Only test deliveries if true, none of them if false.' }),
    bulkOperationIds: t.idList({
      description:
        'Only deliveries that one of these bulk operations retried or, for a replay, created, such as `blk_01h455vb4pex5vsknk084sn02q`. A delivery that several operations retried matches only the last one.',
    }),
    latencyMs: t.field({
      type: IntRange,
      description:
        'Only deliveries whose last attempt took a number of milliseconds in this range, such as `{ from: 1000 }` for one second or more. A delivery without an attempt never matches.',
    }),
  }),
});

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction of a sort order.',
  values: {
    ASC: { value: 'ASC', description: 'The smallest or oldest value comes first.' },
    DESC: { value: 'DESC', description: 'The largest or newest value comes first.' },
  } as const,
});

const DeliveryOrderField = builder.enumType('DeliveryOrderField', {
  description: 'The property that deliveries are sorted by.',
  values: {
    CREATED_AT: {
      value: 'CREATED_AT',
      description:
        'The time at which the delivery was created. A delivery can become visible after one that was created later, so a client that polls for new deliveries can miss some. Subscribe with `deliveryUpdated(after:)` from a `feedCursor` instead.',
    },
    STATUS: { value: 'STATUS', description: `The status. Ascending: ${deliveryStatuses.join(', ')}.` },
    RESPONSE_STATUS: {
      value: 'RESPONSE_STATUS',
      description: 'The HTTP status of the last attempt. Deliveries without a response come last in both directions.',
    },
    LATENCY: {
      value: 'LATENCY',
      description:
        'The milliseconds that the last attempt took. Deliveries without an attempt come last in both directions.',
    },
  } as const,
});

export const DeliveryOrder = builder.inputType('DeliveryOrder', {
  description: 'The order of deliveries. Ties are broken by id, in the same direction.',
  fields: t => ({
    field: t.field({ type: DeliveryOrderField, required: true, description: 'The field to sort by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction to sort in.' }),
  }),
});

import { deliveryStatuses } from '../feed/transition.ts';
import { builder } from './builder.ts';
import { AttemptErrorCodeType, DeliveryStatusType, FailureReasonType } from './enums.ts';

const IntRange = builder.inputType('IntRange', {
  description:
    'A range of whole numbers, both ends included: `{ from: 500, to: 599 }`, or `{ from: 404, to: 404 }` for one.',
  fields: t => ({
    from: t.int({ description: 'The smallest, inclusive. Default: open.' }),
    to: t.int({ description: 'The largest, inclusive. Default: open.' }),
  }),
});

const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A span of time, such as a day: `{ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" }`.',
  fields: t => ({
    from: t.field({ type: 'DateTime', description: 'From then on, inclusive. Default: open.' }),
    to: t.field({ type: 'DateTime', description: 'Before then, exclusive. Default: open.' }),
  }),
});

export const DeliveryFilter = builder.inputType('DeliveryFilter', {
  description:
    'Which deliveries. Fields are ANDed, a list is ORed. Absent or null does not restrict; an empty list matches nothing; at most 1,000 entries a list. What failed at one endpoint: `{ endpointIds: ["ep_01h455vb4pex5vsknk084sn02q"], statuses: [FAILED, RETRYING] }`.',
  fields: t => ({
    ids: t.idList({ description: 'These deliveries, such as `dlv_01h455vb4pex5vsknk084sn02q`.' }),
    endpointIds: t.idList({
      description: 'To these endpoints, deleted ones too, such as `ep_01h455vb4pex5vsknk084sn02q`.',
    }),
    eventIds: t.idList({ description: 'Of these events, replays too, such as `evt_01h455vb4pex5vsknk084sn02q`.' }),
    eventTypes: t.stringList({
      description:
        'Of these event types: exact, or a prefix and `.*`: `license.*` matches `license.created` and `license.seat.added`, and not `license`.',
    }),
    statuses: t.field({ type: [DeliveryStatusType], description: 'In one of these statuses.' }),
    failureReasons: t.field({
      type: [FailureReasonType],
      description: 'Given up for one of these reasons; so FAILED ones only.',
    }),
    responseStatuses: t.field({
      type: [IntRange],
      description:
        'Whose last attempt got an HTTP status in one of these ranges, such as `{ from: 500, to: 599 }`. None where no response came.',
    }),
    errorCodes: t.field({
      type: [AttemptErrorCodeType],
      description:
        'Whose last attempt failed like this, such as `[TIMEOUT, TLS]`. None that succeeded, none that was not tried yet.',
    }),
    createdAt: t.field({ type: DateTimeRange, description: 'Made in this span of time.' }),
    search: t.string({
      description:
        "A part of the endpoint's name, of its URL or one of its last 20 former URLs, each up to the query, or of the event type, at most 256 characters; or the id of a delivery or an event. Upper and lower case, Unicode compositions and spaces around the term make no difference: `istanbul` finds `İstanbul`. Other accents count. A blank term does not restrict. A subscription compares the former URLs of the time at which it begins, and URLs that it has seen since.",
    }),
    isTest: t.boolean({ description: 'true: test deliveries alone; false: none of them.' }),
    bulkOperationIds: t.idList({
      description:
        'Only deliveries that one of these bulk operations retried or, for a replay, created, such as `blk_01h455vb4pex5vsknk084sn02q`. A delivery that several operations retried belongs to the last one.',
    }),
  }),
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way to order.',
  values: {
    ASC: { value: 'ASC', description: 'Smallest or oldest first.' },
    DESC: { value: 'DESC', description: 'Largest or newest first.' },
  } as const,
});

const DeliveryOrderField = builder.enumType('DeliveryOrderField', {
  description: 'What deliveries are ordered by.',
  values: {
    CREATED_AT: {
      value: 'CREATED_AT',
      description:
        'When they were made. A delivery can become visible after one that was made later, so a client that polls oldest first for what is new can miss deliveries: subscribe with `deliveryUpdated(after:)` from a `feedCursor` instead.',
    },
    STATUS: { value: 'STATUS', description: `The status. Ascending: ${deliveryStatuses.join(', ')}.` },
    RESPONSE_STATUS: {
      value: 'RESPONSE_STATUS',
      description: 'The HTTP status of the last attempt; null last both ways.',
    },
  } as const,
});

export const DeliveryOrder = builder.inputType('DeliveryOrder', {
  description: 'The order of deliveries. Ties are broken by id, in the same direction.',
  fields: t => ({
    field: t.field({ type: DeliveryOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which way.' }),
  }),
});

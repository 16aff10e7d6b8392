import type { DeliveryFilterInput } from '../domain/deliveries/delivery-filter.ts';
import { builder } from './builder.ts';
import { filterEntryList, filterRangeList } from './costs.ts';
import { AttemptErrorCodeType, DeliveryStatusType, FailureReasonType } from './enums.ts';

/** A filter as stored in JSON, where dates are strings. */
type StoredFilter = Omit<DeliveryFilterInput, 'createdAt'> & {
  readonly createdAt?: { readonly from?: string | null; readonly to?: string | null } | null;
};

const IntSpan = builder
  .objectRef<{ from?: number | null | undefined; to?: number | null | undefined }>('IntSpan')
  .implement({
    description: 'A range of whole numbers in the filter of a bulk operation, both ends included.',
    fields: t => ({
      from: t.exposeInt('from', { nullable: true, description: 'The smallest number. Null if there is no lower end.' }),
      to: t.exposeInt('to', { nullable: true, description: 'The largest number. Null if there is no upper end.' }),
    }),
  });

const DateTimeSpan = builder.objectRef<{ from?: string | null; to?: string | null }>('DateTimeSpan').implement({
  description: 'A span of time in the filter of a bulk operation.',
  fields: t => ({
    from: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The start of the span, included. Null if the span has no start.',
      resolve: ({ from }) => (from ? new Date(from) : null),
    }),
    to: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The end of the span, excluded. Null if the span has no end.',
      resolve: ({ to }) => (to ? new Date(to) : null),
    }),
  }),
});

const list = { nullable: true, extensions: filterEntryList } as const;
const unrestricted = 'Null if the filter does not restrict this.';

export const BulkOperationFilterType = builder.objectRef<StoredFilter>('BulkOperationFilter').implement({
  description: 'The filter of a bulk operation, with the fields of `DeliveryFilter`.',
  fields: t => ({
    ids: t.exposeIDList('ids', {
      ...list,
      description: `The ids of the deliveries, such as \`["dlv_01h455vb4pex5vsknk084sn02q"]\`. ${unrestricted}`,
    }),
    endpointIds: t.exposeIDList('endpointIds', {
      ...list,
      description: `The ids of the endpoints that the deliveries go to. ${unrestricted}`,
    }),
    eventIds: t.exposeIDList('eventIds', {
      ...list,
      description: `The ids of the events that are delivered. ${unrestricted}`,
    }),
    eventTypes: t.exposeStringList('eventTypes', {
      ...list,
      description: `The types of the events, exact or as prefixes such as \`license.*\`. ${unrestricted}`,
    }),
    statuses: t.field({
      ...list,
      type: [DeliveryStatusType],
      description: `The statuses of the deliveries. ${unrestricted}`,
      resolve: ({ statuses }) => copyDistinct(statuses),
    }),
    failureReasons: t.field({
      ...list,
      type: [FailureReasonType],
      description: `The reasons for which the deliveries failed. ${unrestricted}`,
      resolve: ({ failureReasons }) => copyDistinct(failureReasons),
    }),
    responseStatuses: t.expose('responseStatuses', {
      nullable: true,
      extensions: filterRangeList,
      type: [IntSpan],
      description: `Ranges of the HTTP status of the last attempt. ${unrestricted}`,
    }),
    errorCodes: t.field({
      ...list,
      type: [AttemptErrorCodeType],
      description: `The error codes of the last attempts of the deliveries. ${unrestricted}`,
      resolve: ({ errorCodes }) => copyDistinct(errorCodes),
    }),
    createdAt: t.expose('createdAt', {
      type: DateTimeSpan,
      nullable: true,
      description: `When the deliveries were created. ${unrestricted}`,
    }),
    search: t.exposeString('search', {
      nullable: true,
      description: `A part of the name or URL of the endpoint, or of the event type. ${unrestricted}`,
    }),
    bulkOperationIds: t.exposeIDList('bulkOperationIds', {
      ...list,
      description: `The ids of the bulk operations that retried or created the deliveries. ${unrestricted}`,
    }),
    latencyMs: t.expose('latencyMs', {
      type: IntSpan,
      nullable: true,
      description: `The milliseconds that the last attempt of the deliveries took. ${unrestricted}`,
    }),
    isTest: t.exposeBoolean('isTest', {
      nullable: true,
      description: `Whether only test deliveries match (true), or none of them (false). ${unrestricted}`,
    }),
  }),
});

/** Copies the values of a stored filter without duplicates, which the client may have sent. */
function copyDistinct<Value>(values: readonly Value[] | null | undefined): Value[] | null {
  return values ? [...new Set(values)] : null;
}

import { type DeliveryStatus, deliveryStatuses } from '../delivery.ts';
import { type CheckedFilter, checkFilter } from '../domain/deliveries/delivery-filter.ts';
import { countFacets, type FacetCount, type Facets } from '../domain/statistics/count-facets.ts';
import { countSeries, planSeries, requireBuckets, type SeriesBucket } from '../domain/statistics/count-series.ts';
import { type FailureGroup, groupFailures } from '../domain/statistics/group-failures.ts';
import { type Latency, measureLatency } from '../domain/statistics/measure-latency.ts';
import { measureLatencySeries } from '../domain/statistics/measure-latency-series.ts';
import { authorize } from '../domain/verbs.ts';
import { builder } from './builder.ts';
import { facetList, seriesList, shareOfStatistics, statistics, statusList } from './costs.ts';
import { CountType } from './count.ts';
import { DeliveryType } from './delivery.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { EndpointType } from './endpoint.ts';
import { AttemptErrorCodeType, DeliveryStatusType } from './enums.ts';
import { loaders } from './loaders.ts';

interface StatsParent {
  readonly filter: CheckedFilter;
  readonly buckets: number;
  /** Returns the counts. They are computed once, when a field first needs them. */
  readonly facets: () => Promise<Facets>;
}

interface SeriesBucketParent extends SeriesBucket {
  /** Returns the latency of this bucket. The first call measures all buckets in one statement. */
  readonly latency: () => Promise<Latency | null>;
}

const countDescription =
  'The number of deliveries in this group of `deliveryStats`, which share one status, endpoint, event type or response status.';

const StatusCount = builder.objectRef<FacetCount<DeliveryStatus>>('DeliveryStatusCount').implement({
  description: 'The number of deliveries in one status.',
  fields: t => ({
    status: t.expose('value', { type: DeliveryStatusType, description: 'The status of the counted deliveries.' }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const EndpointCount = builder.objectRef<FacetCount<string>>('EndpointCount').implement({
  description: 'The number of deliveries to one endpoint.',
  fields: t => ({
    endpoint: t.field({
      type: EndpointType,
      description: 'The endpoint that the deliveries go to. It may be deleted.',
      resolve: ({ value }) => value,
    }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const EventTypeCount = builder.objectRef<FacetCount<string>>('EventTypeCount').implement({
  description: 'The number of deliveries of one event type.',
  fields: t => ({
    eventType: t.exposeString('value', {
      description: 'The event type of the deliveries, such as `payment.completed`.',
    }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const ResponseStatusCount = builder.objectRef<FacetCount<number | null>>('ResponseStatusCount').implement({
  description: 'The number of deliveries whose last attempt got the same HTTP status.',
  fields: t => ({
    responseStatus: t.exposeInt('value', {
      nullable: true,
      description: 'The HTTP status of the last attempt, such as 503. Null if no response came.',
    }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const LatencyType = builder.objectRef<Latency>('DeliveryLatency').implement({
  description: 'Percentiles of how long attempts took, in milliseconds, from the start to the end of the response.',
  fields: t => ({
    p50: t.exposeInt('p50', { description: 'Half of the attempts took at most this number of milliseconds.' }),
    p95: t.exposeInt('p95', { description: '95% of the attempts took at most this number of milliseconds.' }),
    p99: t.exposeInt('p99', { description: '99% of the attempts took at most this number of milliseconds.' }),
  }),
});

const SeriesBucketType = builder.objectRef<SeriesBucketParent>('DeliverySeriesBucket').implement({
  description:
    'Counts of the deliveries that were created from `startsAt` until the next bucket starts, by their current status, and of the attempts of these deliveries.',
  fields: t => ({
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When the bucket starts.' }),
    succeeded: t.exposeInt('succeeded', {
      description: 'The number of deliveries of this bucket that are SUCCEEDED now.',
    }),
    failed: t.exposeInt('failed', { description: 'The number of deliveries of this bucket that are FAILED now.' }),
    retrying: t.exposeInt('retrying', {
      description:
        'Deliveries of this bucket that are RETRYING: their last attempt failed, and another one follows. Over all buckets, at most 100,000 unfinished deliveries are counted.',
    }),
    pending: t.exposeInt('pending', {
      description:
        'Deliveries of this bucket that are PENDING or PROCESSING. Over all buckets, at most 100,000 unfinished deliveries are counted.',
    }),
    attemptsSucceeded: t.exposeInt('succeeded', {
      description:
        'The number of successful attempts of the deliveries of this bucket, including attempts that were made after the bucket ended.',
    }),
    attemptsFailed: t.exposeInt('failedAttempts', {
      description:
        'The number of failed attempts of the deliveries of this bucket, including attempts that were made after the bucket ended. A delivery that failed twice and then succeeded counts 2 here. Attempts in flight are not counted.',
    }),
    latencyMs: t.field({
      type: LatencyType,
      extensions: shareOfStatistics,
      nullable: true,
      description:
        'Percentiles of how long the last attempts of the deliveries took. Measured for the newest 500 deliveries of the bucket that are SUCCEEDED or FAILED. With more than 40 buckets, the number of measured deliveries is 20,000 divided by the number of buckets. Null if there are no such deliveries.',
      resolve: ({ latency }) => latency(),
    }),
  }),
});

const facetDescription = 'the largest numbers first. At most 50 are returned.';

const DeliveryStats = builder.objectRef<StatsParent>('DeliveryStats').implement({
  description: 'Statistics of the deliveries that match a filter.',
  fields: t => ({
    total: t.int({
      description: 'The number of deliveries that match the filter.',
      resolve: async ({ facets }) => (await facets()).total,
    }),
    exact: t.boolean({
      description:
        'Whether `total` and the counts are exact. They are lower bounds if more than 100,000 deliveries must be counted one by one: unfinished deliveries, deliveries of a partial hour at the start or end of `createdAt`, and all deliveries if the filter has `ids`, `eventIds`, `bulkOperationIds` or `latencyMs`.',
      resolve: async ({ facets }) => (await facets()).exact,
    }),
    byStatus: t.field({
      type: [StatusCount],
      extensions: statusList,
      description: `The number of deliveries in each status, including statuses without deliveries, in this order: ${deliveryStatuses.join(', ')}.`,
      resolve: async ({ facets }) => (await facets()).statuses,
    }),
    byEndpoint: t.field({
      type: [EndpointCount],
      extensions: facetList,
      description: `The number of deliveries for each endpoint, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).endpoints,
    }),
    byEventType: t.field({
      type: [EventTypeCount],
      extensions: facetList,
      description: `The number of deliveries for each event type, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).eventTypes,
    }),
    byResponseStatus: t.field({
      type: [ResponseStatusCount],
      extensions: facetList,
      description: `The number of deliveries for each HTTP status of the last attempt, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).responseStatuses,
    }),
    successRate: t.float({
      nullable: true,
      description:
        'The share of the finished deliveries that are SUCCEEDED, from 0 to 1, such as 0.997. Null if none has finished.',
      resolve: async ({ facets }) => successRate(await facets()),
    }),
    attemptsSucceeded: t.int({
      description:
        'The number of successful attempts of the matching deliveries, including attempts after the end of the time range.',
      resolve: async ({ facets }) => succeededOf(await facets()),
    }),
    attemptsFailed: t.int({
      description:
        'The number of failed attempts of the matching deliveries, including attempts after the end of the time range. A delivery that failed twice and then succeeded counts 2. Attempts in flight are not counted.',
      resolve: async ({ facets }) => Math.max(0, (await facets()).failedAttempts),
    }),
    attemptSuccessRate: t.float({
      nullable: true,
      description:
        "The share of the matching deliveries' attempts that succeeded, 0 to 1, such as 0.25: three attempts failed and the fourth succeeded. Null if no attempt has ended.",
      resolve: async ({ facets }) => {
        const counted = await facets();
        return shareOf(succeededOf(counted), counted.failedAttempts);
      },
    }),
    firstAttemptSuccessRate: t.float({
      nullable: true,
      description:
        'The share of deliveries whose first attempt succeeded, from 0 to 1, among the matching deliveries with an attempt that has ended. Null if there are no such deliveries.',
      resolve: async ({ facets }) => {
        const { firstSuccesses, attempted } = await facets();
        return shareOf(firstSuccesses, attempted - firstSuccesses);
      },
    }),
    latencyMs: t.field({
      type: LatencyType,
      extensions: statistics,
      nullable: true,
      description:
        'Percentiles of how long the last attempts took. Measured for the newest 10,000 deliveries that are SUCCEEDED or FAILED. Null if there are no such deliveries.',
      resolve: ({ filter }, _args, context) => measureLatency(context, filter),
    }),
    series: t.field({
      type: [SeriesBucketType],
      extensions: seriesList,
      nullable: true,
      description:
        'Counts for consecutive buckets of time, oldest first, from `createdAt.from` (default: the last 24 hours) to `createdAt.to` (default: now). The length of each bucket is a whole number of minutes, of hours (UTC) if the span is longer than 3 hours, or of days if it is longer than 8 days. Null, with an error, if counting takes too long.',
      resolve: async ({ filter, buckets }, _args, context) => {
        const steps = planSeries(filter, buckets, context.services.clock.now());
        let measured: Promise<(Latency | null)[]> | undefined;
        return (await countSeries(context, filter, steps)).map((bucket, index) => ({
          ...bucket,
          latency: async () => {
            measured ??= measureLatencySeries(context, filter, steps);
            return (await measured)[index] ?? null;
          },
        }));
      },
    }),
  }),
});

const FailureGroupType = builder.objectRef<FailureGroup>('FailureGroup').implement({
  description:
    'The FAILED and RETRYING deliveries of one endpoint whose last attempts had the same error and response status.',
  fields: t => ({
    endpoint: t.field({
      type: EndpointType,
      description: 'The endpoint that the deliveries go to. It may be deleted.',
      resolve: ({ endpointId }) => endpointId,
    }),
    errorCode: t.expose('errorCode', {
      type: AttemptErrorCodeType,
      description: 'The error code that the last attempts of the deliveries in this group have in common.',
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of the last attempts, such as 503. Null if no response came.',
    }),
    count: t.field({
      type: CountType,
      description: 'The number of deliveries to this endpoint that have this error and response status.',
      resolve: ({ count, exact }) => ({ value: count, exact }),
    }),
    retryingCount: t.exposeInt('retrying', {
      description:
        'How many of the deliveries in `count` are RETRYING: another attempt follows automatically. The others are FAILED.',
    }),
    firstSeenAt: t.expose('firstSeenAt', {
      type: 'DateTime',
      description: 'When the last attempt of the oldest delivery of the group failed.',
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When the last attempt of the newest delivery of the group failed.',
    }),
    sample: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The newest delivery of the group. Null if retention has just removed it.',
      resolve: ({ sampleId }, _args, context) => loaders.deliveries(context).load(sampleId),
    }),
  }),
});

builder.queryFields(t => ({
  deliveryStats: t.field({
    type: DeliveryStats,
    extensions: statistics,
    nullable: true,
    description:
      'Statistics of the deliveries that match a filter: counts, success rate, latency and a series over time. Null, with an error, if counting takes too long.',
    args: {
      filter: t.arg({
        type: DeliveryFilter,
        description: 'Only deliveries that match this filter are counted. All deliveries by default.',
      }),
      buckets: t.arg.int({
        description: 'The largest number of buckets that `series` may have: 1 to 200. Default: 24.',
      }),
    },
    resolve: (_root, { filter: input, buckets }, context) => {
      authorize(context.actor, 'deliveryStats');
      const filter = checkFilter(input, 'filter', context.actor);
      let counted: Promise<Facets> | undefined;
      const facets = () => {
        counted ??= countFacets(context, filter);
        return counted;
      };
      return { filter, buckets: requireBuckets(buckets), facets };
    },
  }),
  failureGroups: t.field({
    type: [FailureGroupType],
    extensions: statistics,
    nullable: true,
    description:
      'Deliveries that are FAILED, or RETRYING after a failed attempt, grouped by endpoint, error and response status, largest groups first. Null, with an error, if grouping takes too long.',
    args: {
      filter: t.arg({
        type: DeliveryFilter,
        description: 'Only deliveries that match this filter are grouped. All deliveries by default.',
      }),
      first: t.arg.int({ description: 'The largest number of groups to return: 0 to 100. Default: 20.' }),
    },
    resolve: (_root, { filter, first }, context) =>
      groupFailures(context, checkFilter(filter, 'filter', context.actor), first),
  }),
}));

function countOf({ statuses }: Facets, status: DeliveryStatus): number {
  return statuses.find(each => each.value === status)?.count ?? 0;
}

function succeededOf(facets: Facets): number {
  return countOf(facets, 'SUCCEEDED');
}

function successRate(facets: Facets): number | null {
  return shareOf(succeededOf(facets), countOf(facets, 'FAILED'));
}

/** The share of `good` in the sum of both, from 0 to 1. Null if the sum is 0. */
function shareOf(good: number, bad: number): number | null {
  return good + bad <= 0 ? null : Math.min(1, good / (good + bad));
}

import { type CheckedFilter, checkFilter } from '../domain/deliveries/delivery-filter.ts';
import { countFacets, type FacetCount, type Facets } from '../domain/statistics/count-facets.ts';
import { countSeries, planSeries, requireBuckets, type SeriesBucket } from '../domain/statistics/count-series.ts';
import { type FailureGroup, groupFailures } from '../domain/statistics/group-failures.ts';
import { type Latency, measureLatency } from '../domain/statistics/measure-latency.ts';
import { measureLatencySeries } from '../domain/statistics/measure-latency-series.ts';
import { type DeliveryStatus, deliveryStatuses } from '../feed/transition.ts';
import { builder } from './builder.ts';
import { facetList, seriesList, shareOfStatistics, statistics, statusList } from './costs.ts';
import { CountType } from './count.ts';
import { DeliveryType } from './delivery.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { EndpointType } from './endpoint.ts';
import { AttemptErrorCodeType, DeliveryStatusType } from './enums.ts';

interface StatsParent {
  readonly filter: CheckedFilter;
  readonly buckets: number;
  /** Counted once, by the first field that asks. */
  readonly facets: () => Promise<Facets>;
}

interface SeriesBucketParent extends SeriesBucket {
  /** Measured for all buckets at once, by the first one that asks. */
  readonly latency: () => Promise<Latency | null>;
}

const countDescription = 'How many deliveries.';

const StatusCount = builder.objectRef<FacetCount<DeliveryStatus>>('DeliveryStatusCount').implement({
  description: 'How many deliveries are in a status.',
  fields: t => ({
    status: t.expose('value', { type: DeliveryStatusType, description: 'The status.' }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const EndpointCount = builder.objectRef<FacetCount<string>>('EndpointCount').implement({
  description: 'How many deliveries go to an endpoint.',
  fields: t => ({
    endpoint: t.field({
      type: EndpointType,
      description: 'The endpoint, also a deleted one.',
      resolve: async ({ value }, _args, { loaders }) => requirePresent(await loaders.endpoints.load(value)),
    }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const EventTypeCount = builder.objectRef<FacetCount<string>>('EventTypeCount').implement({
  description: 'How many deliveries are of an event type.',
  fields: t => ({
    eventType: t.exposeString('value', { description: 'Such as `payment.completed`.' }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const ResponseStatusCount = builder.objectRef<FacetCount<number | null>>('ResponseStatusCount').implement({
  description: 'How many deliveries had an HTTP status in the answer to their last attempt.',
  fields: t => ({
    responseStatus: t.exposeInt('value', { nullable: true, description: 'Such as 503; null: no response came.' }),
    count: t.exposeInt('count', { description: countDescription }),
  }),
});

const LatencyType = builder.objectRef<Latency>('DeliveryLatency').implement({
  description: 'How long an attempt took, in milliseconds, from its start to the end of the response.',
  fields: t => ({
    p50: t.exposeInt('p50', { description: 'Half of them took at most this, in milliseconds.' }),
    p95: t.exposeInt('p95', { description: '95 of 100 took at most this, in milliseconds.' }),
    p99: t.exposeInt('p99', { description: '99 of 100 took at most this, in milliseconds.' }),
  }),
});

const SeriesBucketType = builder.objectRef<SeriesBucketParent>('DeliverySeriesBucket').implement({
  description:
    'Counts of the deliveries that were created from `startsAt` to the `startsAt` of the next bucket, by their status now, and of their attempts.',
  fields: t => ({
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    succeeded: t.exposeInt('succeeded', { description: 'Those that are SUCCEEDED by now.' }),
    failed: t.exposeInt('failed', { description: 'Those that are FAILED by now.' }),
    retrying: t.exposeInt('retrying', {
      description:
        'Deliveries of this bucket that are RETRYING: their last attempt failed, and another one follows. Over all buckets, at most 100,000 unfinished deliveries are counted.',
    }),
    pending: t.exposeInt('pending', {
      description:
        'Deliveries of this bucket that are PENDING or PROCESSING. Over all buckets, at most 100,000 unfinished deliveries are counted.',
    }),
    attemptsSucceeded: t.exposeInt('succeeded', {
      description: "Attempts of this bucket's deliveries that succeeded, whenever they were made.",
    }),
    attemptsFailed: t.exposeInt('failedAttempts', {
      description:
        "Attempts of this bucket's deliveries that failed, whenever they were made. A delivery that failed twice and then succeeded counts 2 here. Attempts in flight are not counted.",
    }),
    latencyMs: t.field({
      type: LatencyType,
      extensions: shareOfStatistics,
      nullable: true,
      description:
        'How long their last attempts took, of the newest 500 that are SUCCEEDED or FAILED, in more than 40 buckets of the newest 20,000 / buckets; null where there are none.',
      resolve: ({ latency }) => latency(),
    }),
  }),
});

const facetDescription = 'the most frequent first, 50 at most.';

const DeliveryStats = builder.objectRef<StatsParent>('DeliveryStats').implement({
  description: 'Figures of the deliveries that a filter matches.',
  fields: t => ({
    total: t.int({ description: 'How many there are.', resolve: async ({ facets }) => (await facets()).total }),
    exact: t.boolean({
      description:
        'Whether `total` and the counts are exact. false: over 100,000 of them wait or are under way, or were made in a part of an hour at an end of `createdAt`, or were asked for by `ids`, `eventIds` or `bulkOperationIds`; those beyond are not counted.',
      resolve: async ({ facets }) => (await facets()).exact,
    }),
    byStatus: t.field({
      type: [StatusCount],
      extensions: statusList,
      description: `The count of every status, also if it is 0, in this order: ${deliveryStatuses.join(', ')}.`,
      resolve: async ({ facets }) => (await facets()).statuses,
    }),
    byEndpoint: t.field({
      type: [EndpointCount],
      extensions: facetList,
      description: `The counts by endpoint, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).endpoints,
    }),
    byEventType: t.field({
      type: [EventTypeCount],
      extensions: facetList,
      description: `The counts by event type, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).eventTypes,
    }),
    byResponseStatus: t.field({
      type: [ResponseStatusCount],
      extensions: facetList,
      description: `The counts by response status, ${facetDescription}`,
      resolve: async ({ facets }) => (await facets()).responseStatuses,
    }),
    successRate: t.float({
      nullable: true,
      description: 'SUCCEEDED of those that are SUCCEEDED or FAILED, 0 to 1, such as 0.997; null where there are none.',
      resolve: async ({ facets }) => successRate(await facets()),
    }),
    attemptsSucceeded: t.int({
      description: 'Attempts of the matching deliveries that succeeded, whenever they were made.',
      resolve: async ({ facets }) => succeededOf(await facets()),
    }),
    attemptsFailed: t.int({
      description:
        'Attempts of the matching deliveries that failed, whenever they were made: a delivery that failed twice and then succeeded counts 2. Attempts in flight are not counted.',
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
        'The share of the matching deliveries whose first attempt succeeded, 0 to 1, of those of which an attempt has ended. Null if no attempt has ended.',
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
        'How long the last attempts took, of the newest 10,000 deliveries that are SUCCEEDED or FAILED; null where there are none.',
      resolve: ({ filter }, _args, context) => measureLatency(context, filter),
    }),
    series: t.field({
      type: [SeriesBucketType],
      extensions: seriesList,
      nullable: true,
      description:
        'Counts over time, oldest first, from `createdAt.from` (default: so that 24 hours end in the current one) to `createdAt.to` (default: now). Steps are of whole minutes; of whole hours (UTC) over spans of more than 3 hours, of days over more than 8 days. Null, with an error, if counting takes too long.',
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
  description: 'Deliveries to one endpoint that failed alike.',
  fields: t => ({
    endpoint: t.field({
      type: EndpointType,
      description: 'The endpoint, also a deleted one.',
      resolve: async ({ endpointId }, _args, { loaders }) => requirePresent(await loaders.endpoints.load(endpointId)),
    }),
    errorCode: t.expose('errorCode', { type: AttemptErrorCodeType, description: 'How their last attempt failed.' }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of its answer, such as 503; null: no response came.',
    }),
    count: t.field({
      type: CountType,
      description: 'How many deliveries.',
      resolve: ({ count, exact }) => ({ value: count, exact }),
    }),
    retryingCount: t.exposeInt('retrying', {
      description:
        'How many of the deliveries in `count` are RETRYING: another attempt follows by itself. The others are FAILED.',
    }),
    firstSeenAt: t.expose('firstSeenAt', {
      type: 'DateTime',
      description: 'When the last attempt of the oldest of them failed.',
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When the last attempt of the newest of them failed.',
    }),
    sample: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The newest of them; null where retention has just dropped it.',
      resolve: ({ sampleId }, _args, { loaders }) => loaders.deliveries.load(sampleId),
    }),
  }),
});

builder.queryFields(t => ({
  deliveryStats: t.field({
    type: DeliveryStats,
    extensions: statistics,
    nullable: true,
    description:
      'Figures of the deliveries of a filter: counts, success rate, latency and a series over time. Null, with an error, if counting takes too long.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: {
      filter: t.arg({ type: DeliveryFilter, description: 'Which. Default: all, as far back as they are kept.' }),
      buckets: t.arg.int({ description: 'The most buckets that `series` may have: 1 to 200. Default: 24.' }),
    },
    resolve: (_root, { filter: input, buckets }, context) => {
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
      'Deliveries that are FAILED, or RETRYING after a failed attempt, grouped by endpoint, error and response status: the largest groups first. Null, with an error, if grouping takes too long.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: {
      filter: t.arg({ type: DeliveryFilter, description: 'Which. Default: all.' }),
      first: t.arg.int({ description: 'The most groups: 0 to 100. Default: 20.' }),
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

/** The first of both together, 0 to 1; null if there are none. */
function shareOf(good: number, bad: number): number | null {
  return good + bad <= 0 ? null : Math.min(1, good / (good + bad));
}

/** Endpoints are never forgotten. */
function requirePresent<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a delivery has no endpoint');
  return row;
}

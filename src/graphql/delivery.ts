import type { ObjectRef } from '@pothos/core';
import { pathDataloaderGetter } from '@pothos/plugin-dataloader';
import type { Attempt, Delivery, Event } from '../database/generated/client.ts';
import type { DeliverySnapshot } from '../delivery.ts';
import { requireId, requireInteger } from '../domain/arguments.ts';
import { cancelDelivery } from '../domain/deliveries/cancel-delivery.ts';
import { type DeliveryWait, explainWait } from '../domain/deliveries/load-waits.ts';
import { type AttemptRow, loadAttempts, loadLastAttempts } from '../domain/deliveries/read-attempts.ts';
import { loadReplays, whereDelivery } from '../domain/deliveries/read-deliveries.ts';
import { replayDelivery } from '../domain/deliveries/replay-delivery.ts';
import { retryDelivery } from '../domain/deliveries/retry-delivery.ts';
import { uuidTime } from '../ids.ts';
import { AttemptErrorType, AttemptType } from './attempt.ts';
import { builder, type SchemaTypes } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { attemptList, listedQueue, replayList } from './costs.ts';
import { EndpointType } from './endpoint.ts';
import { DeliveryStatusType, DeliveryWaitReasonType, FailureReasonType } from './enums.ts';
import { EventType } from './event.ts';
import { byId, inOrder, listLoaderOptions, loaders } from './loaders.ts';
import { resultUnion } from './mutation-results.ts';

/** The largest number of attempts or replays of one delivery that a field can return. */
const maxListSize = 100;

const DeliveryWaitType = builder.objectRef<DeliveryWait>('DeliveryWait').implement({
  description: 'The reason why a delivery is not sent yet, and until when.',
  fields: t => ({
    reason: t.expose('reason', {
      type: DeliveryWaitReasonType,
      description: 'The reason why the delivery is not sent yet.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the wait ends, if that is known: for RETRY_AFTER, and as an estimate for RATE_LIMIT. Otherwise null.',
    }),
  }),
});

/**
 * A delivery is either a row that Prisma read with its event and attempts, or a snapshot from a list, an update or a
 * mutation. A snapshot has the same scalars, with times in unix milliseconds. The batch loaders resolve its relations.
 */
const DeliveryNode = builder.prismaNode('Delivery', {
  description: 'One event on its way to one endpoint, with its status and its attempts.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => whereDelivery(context, id),
  fields: t => ({
    status: t.expose('status', { type: DeliveryStatusType, description: 'The current status of the delivery.' }),
    failureReason: t.expose('failureReason', {
      type: FailureReasonType,
      nullable: true,
      description: 'Why the delivery failed for good. Null unless the status is FAILED.',
    }),
    event: t.relation('event', {
      type: EventType,
      description: 'The event that is delivered.',
      resolve: (_query, delivery) => headOfEvent(delivery),
      onNull: headOfEvent,
    }),
    eventType: t.exposeString('eventType', { description: 'The type of the event, such as `payment.completed`.' }),
    endpoint: t.field({
      type: EndpointType,
      description: 'The endpoint that the delivery goes to. It may be deleted.',
      resolve: ({ endpointId }) => endpointId,
    }),
    attemptCount: t.exposeInt('attemptCount', {
      description: 'The number of attempts so far, including the one in flight.',
    }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description:
        'The number of the last attempt that the retry schedule allows: 10 with the default schedule. A retry of a FAILED delivery raises it.',
    }),
    attempts: t.relation('attempts', {
      type: AttemptType,
      extensions: attemptList,
      description:
        'The newest recorded attempts, in ascending order of their number. The attempt in flight is not included. In lists, `lastAttempt` is cheaper.',
      args: {
        last: t.arg.int({
          defaultValue: 50,
          description: 'The number of newest attempts to return: 0 to 100. Default: 50.',
        }),
      },
      query: ({ last }) => ({ orderBy: { number: 'asc' }, take: -requireListSize(last ?? 50, 'last') }),
      resolve: (_query, { id }, args, context, info) => loadAttemptsOf(args, context, info).load(id) as never,
    }),
    lastAttempt: t.loadable({
      type: AttemptType,
      nullable: true,
      // Rows of the SQL statement have the columns of Prisma's rows, but with times in unix milliseconds.
      ...byId<Attempt>(loadLastAttempts as never),
      description: 'The attempt that was recorded last. Null if no attempt has been recorded yet.',
      resolve: ({ id }) => id,
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of the last attempt, such as 503. Null if no response came.',
    }),
    error: t.field({
      type: AttemptErrorType,
      nullable: true,
      description: 'Why the last attempt failed. Null if it succeeded, or if no attempt has been recorded yet.',
      resolve: ({ errorCode, errorMessage }) => errorCode && { code: errorCode, message: errorMessage ?? '' },
    }),
    latencyMs: t.exposeInt('latencyMs', {
      nullable: true,
      description:
        'How long the last attempt took, in milliseconds, from its start to the end of the response. Null if no attempt has ended.',
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the next attempt is due. Null unless the delivery is PENDING or RETRYING. It is also set while the endpoint is paused. If ' +
        'the endpoint has a `rateLimitPerSecond`, this is an estimate of when the limit lets the delivery be sent, made ' +
        'when the delivery is read. The estimate counts up to 500 deliveries that are sent before this one, and is too early if there are more. ' +
        'In an update of `deliveryUpdated`, this is the time at which the delivery becomes due, without regard to the rate limit.',
      resolve: (delivery, _args, context) => readNextAttemptAt(delivery, context),
    }),
    waitingFor: t.field({
      type: DeliveryWaitType,
      nullable: true,
      extensions: listedQueue,
      description:
        'The reason why the delivery is not sent yet, as of the moment at which it is read. Null if the delivery is neither PENDING nor RETRYING, or if it waits only for `nextAttemptAt`.',
      resolve: async (delivery, _args, context) => {
        if (delivery.status !== 'PENDING' && delivery.status !== 'RETRYING') return null;
        const [facts, nextAttemptAt] = await Promise.all([
          loaders.waits(context).load(delivery.id),
          readNextAttemptAt(delivery, context),
        ]);
        return facts && explainWait(nextAttemptAt, facts);
      },
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the delivery was created.',
      resolve: ({ id }) => uuidTime(id),
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the status of the delivery last changed.',
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the delivery became SUCCEEDED. Null in any other status.',
      resolve: ({ status, finishedAt }) => (status === 'SUCCEEDED' ? finishedAt : null),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the delivery became FAILED. Null in any other status.',
      resolve: ({ status, finishedAt }) => (status === 'FAILED' ? finishedAt : null),
    }),
    lastFailedAt: t.expose('lastFailedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last failed attempt ended. Null if no attempt failed.',
    }),
    isTest: t.exposeBoolean('isTest', {
      description:
        'Whether `sendTestEvent` created the delivery. Such a delivery has one attempt and no automatic retry.',
    }),
    version: t.exposeInt('version', {
      description: 'The number of status changes so far. It is 1 when the delivery is created.',
    }),
  }),
});

/** The type for fields that return snapshots instead of rows of Prisma. */
export const DeliveryType = DeliveryNode as unknown as ObjectRef<
  PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>,
  DeliverySnapshot
>;

builder.objectFields(DeliveryType, t => ({
  replayOf: t.field({
    type: DeliveryType,
    nullable: true,
    description:
      'The delivery that this one replays. Null if this delivery is not a replay, or if retention has removed the original delivery.',
    resolve: ({ replayOf }, _args, context) => (replayOf === null ? null : loaders.deliveries(context).load(replayOf)),
  }),
  replays: t.loadableList({
    type: DeliveryType,
    byPath: true,
    loaderOptions: listLoaderOptions,
    extensions: replayList,
    description: 'The replays of the delivery, oldest first.',
    args: {
      first: t.arg.int({
        defaultValue: 20,
        description: 'The number of oldest replays to return: 0 to 100. Default: 20.',
      }),
    },
    load: async (ids: string[], context, { first }) =>
      inOrder(ids, await loadReplays(context, ids, requireListSize(first ?? 20, 'first')), []),
    resolve: ({ id }) => id,
  }),
}));

function requireListSize(value: number, argument: string): number {
  return requireInteger(value, argument, 0, maxListSize);
}

/** Loads the attempts of deliveries of a list in one statement. Prisma reads those of a single delivery itself. */
const loadAttemptsOf = pathDataloaderGetter<string, readonly AttemptRow[], string, AttemptsArguments>(
  listLoaderOptions,
  async (ids, context, { last }) =>
    inOrder(ids, await loadAttempts(context as GraphqlContext, ids, requireListSize(last ?? 50, 'last')), []),
  undefined,
  false,
  true,
);

interface AttemptsArguments {
  readonly last?: number | null | undefined;
}

/** The fields of the event that the delivery row contains, because retention may have removed the event. */
function headOfEvent({ eventId, tenantId, eventType, isTest }: Delivery): Event {
  return { id: eventId as string, tenantId, type: eventType, isTest };
}

/**
 * Returns the time of the next attempt in unix milliseconds. For a row of Prisma, the delivery is loaded again with an
 * SQL statement, which estimates the wait for a rate limit.
 */
function readNextAttemptAt(delivery: Delivery | DeliverySnapshot, context: GraphqlContext) {
  if ('nextAttemptAt' in delivery) return delivery.nextAttemptAt;
  const { id, status, dueAt } = delivery;
  if (status !== 'PENDING' && status !== 'RETRYING') return null;
  // If the delivery no longer exists, fall back to the time of the row that was read before.
  return loaders
    .deliveries(context)
    .load(id)
    .then(snapshot => snapshot?.nextAttemptAt ?? dueAt?.getTime() ?? null);
}

builder.queryField('delivery', t =>
  t.prismaField({
    type: DeliveryNode,
    nullable: true,
    description:
      'The delivery with this id. Null if the tenant has no delivery with this id, or if retention has removed it.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the delivery, such as `dlv_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    resolve: (query, _root, { id }, context) =>
      context.services.prisma.delivery.findUnique({
        ...query,
        where: whereDelivery(context, requireId('dlv', id, 'id')),
      }),
  }),
);

const idDescription = 'The id of the delivery, such as `dlv_01h455vb4pex5vsknk084sn02q`.';

builder.mutationFields(t => ({
  retryDelivery: t.field({
    type: DeliveryType,
    description:
      'Retries a FAILED or RETRYING delivery now, under the same id. A FAILED delivery starts its retry schedule again, and a RETRYING one keeps its position. INVALID_STATE in any other status, and if the endpoint is disabled or deleted.',
    errors: resultUnion('RetryDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => retryDelivery(context, id),
  }),
  replayDelivery: t.field({
    type: DeliveryType,
    description:
      'Creates a new delivery of the same event. The original delivery may have any status. The receiver gets the same event id, sent with the current settings and secret of the endpoint. INVALID_STATE if the endpoint is disabled or deleted.',
    errors: resultUnion('ReplayDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      endpointId: t.arg.id({
        description:
          'The id of the endpoint to send to, such as `ep_01h455vb4pex5vsknk084sn02q`. Default: the endpoint of the original delivery.',
      }),
    },
    resolve: (_root, { id, endpointId }, context) => replayDelivery(context, id, endpointId ?? null),
  }),
  cancelDelivery: t.field({
    type: DeliveryType,
    description:
      'Cancels a PENDING or RETRYING delivery: it becomes FAILED with the reason CANCELED. INVALID_STATE in any other status, also while an attempt is in flight.',
    errors: resultUnion('CancelDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => cancelDelivery(context, id),
  }),
}));

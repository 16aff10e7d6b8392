import { requireId, requireInteger } from '../domain/arguments.ts';
import { cancelDelivery } from '../domain/deliveries/cancel-delivery.ts';
import { type DeliveryWait, explainWait } from '../domain/deliveries/load-waits.ts';
import { replayDelivery } from '../domain/deliveries/replay-delivery.ts';
import { retryDelivery } from '../domain/deliveries/retry-delivery.ts';
import type { DeliverySnapshot } from '../feed/transition.ts';
import { uuidTime } from '../ids.ts';
import { AttemptErrorType, AttemptType } from './attempt.ts';
import { builder } from './builder.ts';
import { attemptList, listedQueue, replayList } from './costs.ts';
import { EndpointType } from './endpoint.ts';
import { DeliveryStatusType, DeliveryWaitReasonType, FailureReasonType } from './enums.ts';
import { EventType } from './event.ts';
import { resultUnion } from './mutation-results.ts';

/** The most attempts or replays of one delivery that a field may ask for. */
const maxListSize = 100;

/** Scalars come from the snapshot; everything else is loaded for all deliveries of a list at once. */
export const DeliveryType = builder.objectRef<DeliverySnapshot>('Delivery');

const DeliveryWaitType = builder.objectRef<DeliveryWait>('DeliveryWait').implement({
  description: 'What holds a delivery back from being sent, and until when.',
  fields: t => ({
    reason: t.expose('reason', { type: DeliveryWaitReasonType, description: 'What holds the delivery back.' }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the wait ends, if that is known: for RETRY_AFTER, and as an estimate for RATE_LIMIT. Otherwise null.',
    }),
  }),
});

builder.node(DeliveryType, {
  description: 'One event on its way to one endpoint.',
  id: { resolve: delivery => delivery.id },
  loadManyWithoutCache: (ids, { loaders }) => Promise.all(ids.map(id => loaders.deliveries.load(id))),
  fields: t => ({
    status: t.expose('status', { type: DeliveryStatusType, description: 'Where it stands.' }),
    failureReason: t.expose('failureReason', {
      type: FailureReasonType,
      nullable: true,
      description: 'Why it was given up; set exactly where the status is FAILED.',
    }),
    event: t.field({
      type: EventType,
      description: 'What is delivered.',
      resolve: ({ eventId, tenantId, eventType, isTest }) => ({ id: eventId, tenantId, type: eventType, isTest }),
    }),
    eventType: t.exposeString('eventType', { description: 'The type of the event, such as `payment.completed`.' }),
    endpoint: t.field({
      type: EndpointType,
      description: 'Where it goes.',
      resolve: async ({ endpointId }, _args, { loaders }) => {
        const endpoint = await loaders.endpoints.load(endpointId);
        if (!endpoint) throw new Error(`the endpoint ${endpointId} of a delivery is gone`);
        return endpoint;
      },
    }),
    attemptCount: t.exposeInt('attemptCount', { description: 'Attempts so far, the one in flight included.' }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description:
        'The number of the last attempt that the current run of the retry schedule allows: 10 with the default schedule, more after a retry of a FAILED one.',
    }),
    attempts: t.field({
      type: [AttemptType],
      extensions: attemptList,
      description:
        'The newest recorded attempts in ascending number, 50 of them unless `last` says otherwise. The attempt in flight is not among them. In lists ask for `lastAttempt`: it is cheaper.',
      args: {
        last: t.arg.int({
          defaultValue: 50,
          description: 'The most attempts to return, the newest ones: 0 to 100. Default: 50.',
        }),
      },
      resolve: async ({ id }, { last }, { loaders }) => [
        ...(await loaders.attempts.load({ id, limit: requireInteger(last ?? 50, 'last', 0, maxListSize) })),
      ],
    }),
    lastAttempt: t.field({
      type: AttemptType,
      nullable: true,
      description: 'The last recorded attempt.',
      resolve: ({ id }, _args, { loaders }) => loaders.lastAttempts.load(id),
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of the last attempt; null where no response came.',
    }),
    error: t.field({
      type: AttemptErrorType,
      nullable: true,
      description: 'How the last attempt failed; null after a success.',
      resolve: ({ errorCode, errorMessage }) => errorCode && { code: errorCode, message: errorMessage ?? '' },
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the next attempt is due. Set exactly in PENDING and RETRYING, also while the endpoint is held or paused. If ' +
        'the endpoint has a `rateLimitPerSecond`, this is an estimate of when the limit lets the delivery be sent, made ' +
        'when the delivery is read. It counts up to 500 deliveries that are sent before, and is too early behind more. ' +
        'A delivery in a subscription update has the time at which it became due, without the rate limit.',
    }),
    waitingFor: t.field({
      type: DeliveryWaitType,
      nullable: true,
      extensions: listedQueue,
      description:
        'What holds this delivery back, as of the moment at which it is read. Null if it is neither PENDING nor RETRYING, and if it waits only for `nextAttemptAt`.',
      resolve: async (delivery, _args, { loaders }) => {
        if (delivery.status !== 'PENDING' && delivery.status !== 'RETRYING') return null;
        const facts = await loaders.waits.load(delivery.id);
        return facts && explainWait(delivery, facts);
      },
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ id }) => uuidTime(id) }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When its status changed last.' }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it SUCCEEDED.',
      resolve: ({ status, finishedAt }) => (status === 'SUCCEEDED' ? finishedAt : null),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it FAILED.',
      resolve: ({ status, finishedAt }) => (status === 'FAILED' ? finishedAt : null),
    }),
    lastFailedAt: t.expose('lastFailedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its last failed attempt ended.',
    }),
    isTest: t.exposeBoolean('isTest', { description: 'Whether `sendTestEvent` made it: one attempt, no retry.' }),
    replayOf: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The delivery that this one replays; null also where retention has dropped that one.',
      resolve: ({ replayOf }, _args, { loaders }) => (replayOf === null ? null : loaders.deliveries.load(replayOf)),
    }),
    replays: t.field({
      type: [DeliveryType],
      extensions: replayList,
      description: 'The replays of this delivery, oldest first, 20 of them unless `first` says otherwise.',
      args: {
        first: t.arg.int({
          defaultValue: 20,
          description: 'The most replays to return, the oldest ones: 0 to 100. Default: 20.',
        }),
      },
      resolve: async ({ id }, { first }, { loaders }) => [
        ...(await loaders.replays.load({ id, limit: requireInteger(first ?? 20, 'first', 0, maxListSize) })),
      ],
    }),
    version: t.exposeInt('version', { description: '1 at creation, and one more at each transition.' }),
  }),
});

builder.queryField('delivery', t =>
  t.field({
    type: DeliveryType,
    nullable: true,
    description: 'The delivery of this id; null where the tenant has none, or retention has dropped it.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: { id: t.arg.id({ required: true, description: 'Such as `dlv_01h455vb4pex5vsknk084sn02q`.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.deliveries.load(requireId('dlv', id, 'id')),
  }),
);

const idDescription = 'The delivery, such as `dlv_01h455vb4pex5vsknk084sn02q`.';

builder.mutationFields(t => ({
  retryDelivery: t.field({
    type: DeliveryType,
    description:
      'Tries a FAILED or RETRYING delivery again, now, as the same delivery with the same id. FAILED starts the retry schedule afresh; RETRYING keeps its place in it. INVALID_STATE in any other status, and where the endpoint is disabled or deleted.',
    errors: resultUnion('RetryDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => retryDelivery(context, id),
  }),
  replayDelivery: t.field({
    type: DeliveryType,
    description:
      'Makes a new delivery of the same event, whatever the status of this one: the same event id on the wire, no attempts yet, the settings and secret of now. INVALID_STATE where the endpoint is disabled or deleted.',
    errors: resultUnion('ReplayDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      endpointId: t.arg.id({
        description: 'Where to, such as `ep_01h455vb4pex5vsknk084sn02q`. Default: the endpoint of the original.',
      }),
    },
    resolve: (_root, { id, endpointId }, context) => replayDelivery(context, id, endpointId ?? null),
  }),
  cancelDelivery: t.field({
    type: DeliveryType,
    description:
      'Gives up a delivery that is PENDING or RETRYING: it becomes FAILED / CANCELED. INVALID_STATE in any other status, also while an attempt is under way.',
    errors: resultUnion('CancelDeliveryResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => cancelDelivery(context, id),
  }),
}));

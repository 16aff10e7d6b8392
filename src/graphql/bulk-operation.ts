import type { ObjectRef } from '@pothos/core';
import type { BulkOperationRow } from '../domain/bulk-operations/bulk-operation-row.ts';
import { loadBulkOperations, whereBulkOperation } from '../domain/bulk-operations/find-bulk-operations.ts';
import { type BulkErrorRow, listBulkErrors } from '../domain/bulk-operations/list-bulk-errors.ts';
import { type BulkOutcomes, loadOutcomes, requireOutcomesMax } from '../domain/bulk-operations/load-outcomes.ts';
import { uuidTime } from '../ids.ts';
import { ActorType, loadApiKey } from './actor.ts';
import { type ActorIds, AuditActorKindType, actorKindOf } from './actor-kind.ts';
import { ApiKeyType } from './api-key.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { BulkOperationFilterType } from './bulk-operation-filter.ts';
import { countingStatement, longText } from './costs.ts';
import { DeliveryType } from './delivery.ts';
import { BulkOperationKindType, BulkOperationStatusType, ErrorCodeType } from './enums.ts';
import { byId, inOrder, listLoaderOptions, loaders } from './loaders.ts';
import { toConnection } from './pages.ts';

const BulkErrorType = builder.objectRef<BulkErrorRow>('BulkOperationError').implement({
  description: 'Why one delivery could not be retried or replayed.',
  fields: t => ({
    delivery: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The delivery in its current state. Null if retention has removed it.',
      resolve: ({ id }, _args, context) => loaders.deliveries(context).load(id),
    }),
    code: t.expose('code', {
      type: ErrorCodeType,
      description: 'The kind of the failure, for programs, such as `INVALID_STATE`.',
    }),
    message: t.exposeString('message', { description: 'The failure in words. The wording may change.' }),
  }),
});

const BulkErrorConnection = builder.connectionObject(
  {
    type: BulkErrorType,
    name: 'BulkOperationErrorConnection',
    description: 'A page of the errors of a bulk operation.',
  },
  { name: 'BulkOperationErrorEdge', description: 'The error of one delivery in a page.' },
);

const BulkOperationStarterType = builder.objectRef<ActorIds>('BulkOperationStarter').implement({
  description: 'The credential that started a bulk operation.',
  fields: t => ({
    kind: t.field({
      type: AuditActorKindType,
      description: 'The kind of the credential that started the bulk operation.',
      resolve: actorKindOf,
    }),
    apiKey: t.field({
      type: ApiKeyType,
      nullable: true,
      description:
        'The API key that started the bulk operation, or the API key that created the portal token which started it. Null for the root key, or if the credential that sent the request does not have the permission KEYS_MANAGE.',
      resolve: ({ apiKeyId }, _args, context) => loadApiKey(apiKeyId, context),
    }),
  }),
});

const BulkOutcomesType = builder.objectRef<BulkOutcomes>('BulkOperationOutcomes').implement({
  description:
    'The current states of the deliveries that a bulk operation retried or created. Each count equals the number of deliveries in `deliveries(filter: { bulkOperationIds, statuses })`. A delivery that a later operation retried is counted only in the later operation. A delivery that retention removed is not counted.',
  fields: t => ({
    queued: t.exposeInt('queued', {
      description: 'The number of deliveries that are PENDING or PROCESSING now: they have no result yet.',
    }),
    waiting: t.exposeInt('waiting', {
      description:
        'The number of deliveries that are RETRYING now: their last attempt failed, and another one follows.',
    }),
    succeeded: t.exposeInt('succeeded', { description: 'The number of deliveries that are SUCCEEDED now.' }),
    failed: t.exposeInt('failed', {
      description: 'The number of deliveries that are FAILED now, after the retry or replay.',
    }),
    exact: t.exposeBoolean('exact', {
      description: 'Whether all deliveries are counted. If false, counting stopped at `max`, and there are more.',
    }),
  }),
});

export const BulkOperationNode = builder.prismaNode('BulkOperation', {
  description:
    'A retry or replay of all deliveries that match a filter. It runs in the background and processes each delivery exactly once, the oldest first. Deliveries of new events have priority.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => whereBulkOperation(context, id),
  fields: t => ({
    kind: t.expose('kind', { type: BulkOperationKindType, description: 'Whether deliveries are retried or replayed.' }),
    status: t.expose('status', {
      type: BulkOperationStatusType,
      description: 'Whether the bulk operation is running, or how it ended.',
    }),
    filter: t.field({
      type: 'JSON',
      extensions: longText,
      description: 'The `DeliveryFilter` of the bulk operation as JSON, as it was given: `{ "statuses": ["FAILED"] }`.',
      resolve: ({ id }, _args, context) => loaders.bulkFilters(context).load(id),
    }),
    deliveryFilter: t.field({
      type: BulkOperationFilterType,
      extensions: longText,
      description:
        'The filter that selects the deliveries, as the client gave it. Unlike in `filter`, each field has its GraphQL type.',
      resolve: ({ id }, _args, context) => loaders.bulkFilters(context).load(id) as never,
    }),
    total: t.exposeInt('total', {
      description:
        'The number of deliveries that match the filter. It grows while they are still being counted in the background. Once the status is SUCCEEDED, it is the sum of `done`, `failed` and `skipped`.',
    }),
    done: t.exposeInt('done', {
      description:
        'The number of deliveries that were queued again, or whose replay was created. Their results are in `outcomes`.',
    }),
    failed: t.exposeInt('failed', {
      description:
        'The number of deliveries that could not be retried or replayed, for the reasons in `errors`: the endpoint is disabled or deleted, or the payload was removed.',
    }),
    skipped: t.exposeInt('skipped', {
      description:
        'The number of deliveries that were skipped because they were no longer FAILED or RETRYING when the operation reached them.',
    }),
    outcomes: t.loadable({
      type: BulkOutcomesType,
      nullable: true,
      byPath: true,
      loaderOptions: listLoaderOptions,
      extensions: countingStatement,
      description:
        'The current states of the deliveries that this operation retried or created. The counts can change even after the operation has ended, until each delivery is SUCCEEDED or FAILED. Null if counting takes over a second.',
      args: {
        max: t.arg.int({
          defaultValue: 10_000,
          description: 'The largest number of deliveries to count: 0 to 100,000. Default: 10,000.',
        }),
      },
      load: async (ids: string[], context, { max }) =>
        inOrder(ids, await loadOutcomes(context, ids, requireOutcomesMax(max)), null),
      resolve: ({ id }) => id,
    }),
    actor: t.field({
      type: ActorType,
      description: 'The credential that started the bulk operation.',
      resolve: ({ apiKeyId, portalTokenId }) => ({ apiKeyId, portalTokenId }),
    }),
    startedBy: t.field({
      type: BulkOperationStarterType,
      description:
        'The kind of credential that started the bulk operation, and its API key. `actor` also names a portal token.',
      resolve: operation => operation,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description:
        'When the bulk operation started. The operation includes only deliveries that were created before this time.',
      resolve: ({ id }) => uuidTime(id),
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the bulk operation ended. Null while it is RUNNING.',
    }),
    errors: t.connection(
      {
        type: BulkErrorType,
        description:
          'The deliveries that could not be retried or replayed, with the reason, newest delivery first. The first 10,000 are kept.',
        resolve: async (operation, page, context) => toConnection(await listBulkErrors(context, operation, page)),
      },
      BulkErrorConnection,
    ),
  }),
});

/** The type for fields that return rows without the columns that only the running job reads. */
export const BulkOperationType = BulkOperationNode as unknown as ObjectRef<
  PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>,
  BulkOperationRow
>;

builder.objectField(DeliveryType, 'bulkOperation', t =>
  t.loadable({
    type: BulkOperationType,
    nullable: true,
    ...byId(loadBulkOperations),
    description:
      'The bulk operation that retried this delivery last or, for a replay, that created it. Null if there is no such operation, if it was removed, or if the request uses a portal token and another credential started the operation.',
    resolve: ({ bulkOperationId }) => bulkOperationId,
  }),
);

import type { BulkOperationRow } from '../domain/bulk-operations/bulk-operation-row.ts';
import { loadBulkOperations } from '../domain/bulk-operations/find-bulk-operations.ts';
import { type BulkErrorRow, listBulkErrors } from '../domain/bulk-operations/list-bulk-errors.ts';
import { type BulkOutcomes, requireOutcomesMax } from '../domain/bulk-operations/load-outcomes.ts';
import { uuidTime } from '../ids.ts';
import { ActorType } from './actor.ts';
import { type ActorIds, AuditActorKindType, actorKindOf } from './actor-kind.ts';
import { ApiKeyType } from './api-key.ts';
import { builder } from './builder.ts';
import { BulkOperationFilterType } from './bulk-operation-filter.ts';
import { countingStatement, longText } from './costs.ts';
import { DeliveryType } from './delivery.ts';
import { BulkOperationKindType, BulkOperationStatusType, ErrorCodeType } from './enums.ts';
import { pageArguments, toConnection } from './pages.ts';

export const BulkOperationType = builder.objectRef<BulkOperationRow>('BulkOperation');

const BulkErrorType = builder.objectRef<BulkErrorRow>('BulkOperationError').implement({
  description: 'Why one delivery could not be retried or replayed.',
  fields: t => ({
    delivery: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The delivery, as it is now; null where retention has dropped it.',
      resolve: ({ id }, _args, { loaders }) => loaders.deliveries.load(id),
    }),
    code: t.expose('code', { type: ErrorCodeType, description: 'What went wrong, for programs: `INVALID_STATE`.' }),
    message: t.exposeString('message', { description: 'What went wrong, for people.' }),
  }),
});

const BulkErrorConnection = builder.connectionObject(
  {
    type: BulkErrorType,
    name: 'BulkOperationErrorConnection',
    description: 'A page of the errors of a bulk operation.',
  },
  { name: 'BulkOperationErrorEdge', description: 'An error in a page.' },
);

const BulkOperationStarterType = builder.objectRef<ActorIds>('BulkOperationStarter').implement({
  description: 'Who started a bulk operation.',
  fields: t => ({
    kind: t.field({ type: AuditActorKindType, description: 'With what kind of credential.', resolve: actorKindOf }),
    apiKey: t.field({
      type: ApiKeyType,
      nullable: true,
      description:
        'The API key, or the one that made the portal token; null: the root key, or whoever asks may not manage keys.',
      resolve: ({ apiKeyId }, _args, { actor, loaders }) =>
        apiKeyId !== null && actor.permissions.has('KEYS_MANAGE') ? loaders.apiKeys.load(apiKeyId) : null,
    }),
  }),
});

const BulkOutcomesType = builder.objectRef<BulkOutcomes>('BulkOperationOutcomes').implement({
  description:
    'How the deliveries that a bulk operation retried or created stand now. Each count is that of `deliveries(filter: { bulkOperationIds, statuses })`. A delivery that a later operation retried is counted there only; one that retention removed is not counted.',
  fields: t => ({
    queued: t.exposeInt('queued', {
      description: 'How many deliveries are PENDING or PROCESSING: they have no result yet.',
    }),
    waiting: t.exposeInt('waiting', {
      description: 'How many deliveries are RETRYING: their last attempt failed, and another one follows.',
    }),
    succeeded: t.exposeInt('succeeded', { description: 'How many deliveries are SUCCEEDED.' }),
    failed: t.exposeInt('failed', { description: 'How many deliveries are FAILED again.' }),
    exact: t.exposeBoolean('exact', {
      description: 'Whether all deliveries are counted. False: counting stopped at `max`, and there are more.',
    }),
  }),
});

builder.node(BulkOperationType, {
  description:
    'A retry or a replay of every delivery of a filter, in the background: oldest first, each exactly once, and no faster than senders take them, so that live traffic goes first.',
  id: { resolve: operation => operation.id },
  loadManyWithoutCache: async (ids, context) => {
    const found = await loadBulkOperations(context, ids);
    return ids.map(id => found.get(id) ?? null);
  },
  fields: t => ({
    kind: t.expose('kind', { type: BulkOperationKindType, description: 'What is done to each delivery.' }),
    status: t.expose('status', { type: BulkOperationStatusType, description: 'Where it stands.' }),
    filter: t.field({
      type: 'JSON',
      extensions: longText,
      description: 'The `DeliveryFilter` it runs, as it was given: `{ "statuses": ["FAILED"] }`.',
      resolve: ({ id, filter }, _args, { loaders }) => filter ?? loaders.bulkFilters.load(id),
    }),
    deliveryFilter: t.field({
      type: BulkOperationFilterType,
      extensions: longText,
      description: 'The filter of the deliveries, as it was given, with a type for each field.',
      resolve: async ({ id, filter }, _args, { loaders }) => (filter ?? (await loaders.bulkFilters.load(id))) as never,
    }),
    total: t.exposeInt('total', {
      description:
        'How many deliveries match. They are counted first: before the mutation answers or, where that takes long, in the background, and it grows until `done`, `failed` or `skipped` does. Once SUCCEEDED it is the sum of the three.',
    }),
    done: t.exposeInt('done', {
      description: 'Deliveries that were queued again, or whose replay was created. Their results are in `outcomes`.',
    }),
    failed: t.exposeInt('failed', {
      description:
        'Deliveries that could not be: the endpoint is disabled or deleted, or the payload purged. See `errors`.',
    }),
    skipped: t.exposeInt('skipped', {
      description: 'Deliveries that there was nothing to do for: a retry of one that is neither FAILED nor RETRYING.',
    }),
    outcomes: t.field({
      type: BulkOutcomesType,
      nullable: true,
      extensions: countingStatement,
      description:
        'How the deliveries that this operation retried or created stand now. It changes until they have ended, also after the operation has. Null if counting takes over a second.',
      args: {
        max: t.arg.int({
          defaultValue: 10_000,
          description: 'The most deliveries to count: 0 to 100,000. Default: 10,000.',
        }),
      },
      resolve: ({ id }, { max }, { loaders }) => loaders.bulkOutcomes.load({ id, limit: requireOutcomesMax(max) }),
    }),
    actor: t.field({
      type: ActorType,
      description: 'The credential that started the bulk operation.',
      resolve: ({ apiKeyId, portalTokenId }) => ({ apiKeyId, portalTokenId }),
    }),
    startedBy: t.field({
      type: BulkOperationStarterType,
      description: 'Who started it.',
      resolve: operation => operation,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it started. Only deliveries created before are in it.',
      resolve: ({ id }) => uuidTime(id),
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is RUNNING.',
    }),
    errors: t.field({
      type: BulkErrorConnection,
      description: 'Why single deliveries failed, newest delivery first. The first 10,000 that failed are kept.',
      args: pageArguments(t),
      resolve: async (operation, page, context) => toConnection(await listBulkErrors(context, operation, page)),
    }),
  }),
});

builder.objectField(DeliveryType, 'bulkOperation', t =>
  t.field({
    type: BulkOperationType,
    nullable: true,
    description:
      'The bulk operation that retried this delivery last or, for a replay, that created it. Null if none did, if it was removed, or if a portal token asks and another credential started it.',
    resolve: ({ bulkOperationId }, _args, { loaders }) =>
      bulkOperationId === null ? null : loaders.bulkOperations.load(bulkOperationId),
  }),
);

import { requireId } from '../domain/arguments.ts';
import { cancelBulkOperation } from '../domain/bulk-operations/cancel-bulk-operation.ts';
import { loadBulkOperations } from '../domain/bulk-operations/find-bulk-operations.ts';
import { listBulkOperations } from '../domain/bulk-operations/list-bulk-operations.ts';
import { startBulkOperation } from '../domain/bulk-operations/start-bulk-operation.ts';
import { builder } from './builder.ts';
import { BulkOperationType } from './bulk-operation.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { resultUnion } from './mutation-results.ts';
import { pageArguments, toConnection } from './pages.ts';

const BulkOperationConnection = builder.connectionObject(
  { type: BulkOperationType, name: 'BulkOperationConnection', description: 'A page of bulk operations.' },
  { name: 'BulkOperationEdge', description: 'A bulk operation in a page.' },
);

builder.queryFields(t => ({
  bulkOperation: t.field({
    type: BulkOperationType,
    nullable: true,
    description: 'The bulk operation of this id; null where the tenant has none.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: { id: t.arg.id({ required: true, description: 'Such as `blk_01h455vb4pex5vsknk084sn02q`.' }) },
    resolve: async (_root, { id }, context) => {
      const uuid = requireId('blk', id, 'id');
      return (await loadBulkOperations(context, [uuid])).get(uuid) ?? null;
    },
  }),
  bulkOperations: t.field({
    type: BulkOperationConnection,
    description: 'The bulk operations of the tenant, newest first.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: pageArguments(t),
    resolve: async (_root, page, context) => toConnection(await listBulkOperations(context, page)),
  }),
}));

const filterDescription =
  'Which. At least one of ids, endpointIds, createdAt and statuses must be there. Only deliveries created before the operation are in it, and of those each that matches when its turn comes.';

builder.mutationFields(t => ({
  retryDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts to retry every FAILED and RETRYING delivery of a filter, in the background. Those in another status are skipped.',
    errors: resultUnion('RetryDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'RETRY', filter),
  }),
  replayDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts to replay every delivery of a filter, in any status, each to its own endpoint, in the background.',
    errors: resultUnion('ReplayDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'REPLAY', filter),
  }),
  cancelBulkOperation: t.field({
    type: BulkOperationType,
    description: 'Ends a RUNNING bulk operation. Of the deliveries it has not come to, none is touched any more.',
    errors: resultUnion('CancelBulkOperationResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: 'Such as `blk_01h455vb4pex5vsknk084sn02q`.' }) },
    resolve: (_root, { id }, context) => cancelBulkOperation(context, id),
  }),
}));

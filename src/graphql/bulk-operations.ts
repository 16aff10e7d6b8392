import { requireId } from '../domain/arguments.ts';
import { cancelBulkOperation } from '../domain/bulk-operations/cancel-bulk-operation.ts';
import { loadBulkOperations } from '../domain/bulk-operations/find-bulk-operations.ts';
import { listBulkOperations } from '../domain/bulk-operations/list-bulk-operations.ts';
import { startBulkOperation } from '../domain/bulk-operations/start-bulk-operation.ts';
import { builder } from './builder.ts';
import { BulkOperationType } from './bulk-operation.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { resultUnion } from './mutation-results.ts';
import { toConnection } from './pages.ts';

const BulkOperationConnection = builder.connectionObject(
  { type: BulkOperationType, name: 'BulkOperationConnection', description: 'A page of bulk operations.' },
  { name: 'BulkOperationEdge', description: 'A bulk operation in a page.' },
);

builder.queryFields(t => ({
  bulkOperation: t.field({
    type: BulkOperationType,
    nullable: true,
    description: 'The bulk operation with this id. Null if the tenant has none.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the bulk operation, such as `blk_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    resolve: async (_root, { id }, context) => {
      const uuid = requireId('blk', id, 'id');
      return (await loadBulkOperations(context, [uuid])).get(uuid) ?? null;
    },
  }),
  bulkOperations: t.connection(
    {
      type: BulkOperationType,
      description: 'The bulk operations of the tenant, newest first.',
      resolve: async (_root, page, context) => toConnection(await listBulkOperations(context, page)),
    },
    BulkOperationConnection,
  ),
}));

const filterDescription =
  'The deliveries to include. At least one of ids, endpointIds, createdAt and statuses is required. Only deliveries that were created before the operation, and still match when it reaches them, are included.';

builder.mutationFields(t => ({
  retryDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts to retry all FAILED and RETRYING deliveries that match a filter, in the background. Deliveries in another status are skipped.',
    errors: resultUnion('RetryDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'RETRY', filter),
  }),
  replayDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts to replay all deliveries that match a filter, in any status, each to its own endpoint, in the background.',
    errors: resultUnion('ReplayDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'REPLAY', filter),
  }),
  cancelBulkOperation: t.field({
    type: BulkOperationType,
    description:
      'Cancels a RUNNING bulk operation. Deliveries that were already retried or replayed stay so, and the others are left unchanged.',
    errors: resultUnion('CancelBulkOperationResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the bulk operation, such as `blk_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    resolve: (_root, { id }, context) => cancelBulkOperation(context, id),
  }),
}));

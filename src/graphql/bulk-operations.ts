import { requireId } from '../domain/arguments.ts';
import { cancelBulkOperation } from '../domain/bulk-operations/cancel-bulk-operation.ts';
import { whereBulkOperation } from '../domain/bulk-operations/find-bulk-operations.ts';
import { listBulkOperations } from '../domain/bulk-operations/list-bulk-operations.ts';
import { startBulkOperation } from '../domain/bulk-operations/start-bulk-operation.ts';
import { builder } from './builder.ts';
import { BulkOperationNode, BulkOperationType } from './bulk-operation.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { resultUnion } from './mutation-results.ts';
import { selectPage, withIdCursors } from './prisma-pages.ts';

const BulkOperationConnection = builder.connectionObject(
  { type: BulkOperationNode, name: 'BulkOperationConnection', description: 'A page of bulk operations.' },
  { name: 'BulkOperationEdge', description: 'A bulk operation in a page.' },
);

builder.queryFields(t => ({
  bulkOperation: t.prismaField({
    type: BulkOperationNode,
    nullable: true,
    description: 'The bulk operation with this id. Null if the tenant has no bulk operation with this id.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the bulk operation, such as `blk_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    resolve: (query, _root, { id }, context) =>
      context.services.prisma.bulkOperation.findUnique({
        ...query,
        where: whereBulkOperation(context, requireId('blk', id, 'id')),
      }),
  }),
  bulkOperations: withIdCursors(
    'bulkOperations',
    t.prismaConnection(
      {
        type: BulkOperationNode,
        cursor: 'id',
        description: 'The bulk operations of the tenant, newest first.',
        resolve: (query, _root, args, context) => listBulkOperations(context, selectPage(query, args)),
      },
      BulkOperationConnection,
    ),
  ),
}));

const filterDescription =
  'The deliveries to include. At least one of ids, endpointIds, createdAt and statuses is required. Only deliveries that were created before the operation started, and that still match when the operation reaches them, are included.';

builder.mutationFields(t => ({
  retryDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts a bulk operation that retries all FAILED and RETRYING deliveries that match a filter. It runs in the background. Deliveries in another status are skipped.',
    errors: resultUnion('RetryDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'RETRY', filter),
  }),
  replayDeliveries: t.field({
    type: BulkOperationType,
    description:
      'Starts a bulk operation that replays all deliveries that match a filter, whatever their status, each to its original endpoint. It runs in the background.',
    errors: resultUnion('ReplayDeliveriesResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { filter: t.arg({ type: DeliveryFilter, required: true, description: filterDescription }) },
    resolve: (_root, { filter }, context) => startBulkOperation(context, 'REPLAY', filter),
  }),
  cancelBulkOperation: t.field({
    type: BulkOperationType,
    description:
      'Cancels a RUNNING bulk operation. Retries and replays that were already made are not undone, and the remaining deliveries stay unchanged.',
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

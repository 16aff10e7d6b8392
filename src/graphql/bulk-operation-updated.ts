import { watchBulkOperation } from '../domain/bulk-operations/watch-bulk-operation.ts';
import { builder } from './builder.ts';
import { BulkOperationType } from './bulk-operation.ts';
import { renewLoaders } from './loaders.ts';

builder.subscriptionField('bulkOperationUpdated', t =>
  t.field({
    type: BulkOperationType,
    description:
      'A bulk operation as it is now, and again each time it has got further, at most four times a second. The last update is its final state; then the subscription completes.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: { id: t.arg.id({ required: true, description: 'Such as `blk_01h455vb4pex5vsknk084sn02q`.' }) },
    subscribe: (_root, { id }, context) => watchBulkOperation(context, id, context.liveSignal()),
    resolve: (operation, _args, context) => {
      renewLoaders(context);
      return operation;
    },
  }),
);

import { clearAllDataLoaders } from '@pothos/plugin-dataloader';
import { watchBulkOperation } from '../domain/bulk-operations/watch-bulk-operation.ts';
import { builder } from './builder.ts';
import { BulkOperationType } from './bulk-operation.ts';

builder.subscriptionField('bulkOperationUpdated', t =>
  t.field({
    type: BulkOperationType,
    description:
      'Sends the current state of a bulk operation immediately, and again whenever it has progressed, at most four times a second. The last update is the final state, and then the subscription completes.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the bulk operation, such as `blk_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    subscribe: (_root, { id }, context) => watchBulkOperation(context, id, context.liveSignal()),
    resolve: (operation, _args, context) => {
      clearAllDataLoaders(context);
      return operation;
    },
  }),
);

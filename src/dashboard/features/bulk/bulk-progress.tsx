import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FilterPhrase } from './filter-phrase.tsx';
import { OperationOutcomes } from './operation-outcomes.tsx';
import { OperationProgress } from './operation-progress.tsx';
import { OperationStatus } from './operation-status.tsx';
import { useCancelOperation, useOperation } from './use-operation.ts';

export interface BulkProgressProps {
  readonly id: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The progress and the results of a bulk operation that was just started. Closing it does not stop the operation. */
export function BulkProgress({ id, isOpen, onClose }: BulkProgressProps) {
  const { operation } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  const isRunning = operation?.status === 'RUNNING';
  return (
    <Dialog
      title={operation?.kind === 'REPLAY' ? 'Replaying deliveries' : 'Retrying deliveries'}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          {isRunning && (
            <Button icon="cancel" onPress={cancel}>
              {isPending ? 'Stopping…' : 'Stop'}
            </Button>
          )}
          <Button tone="primary" onPress={onClose}>
            {isRunning ? 'Run in background' : 'Done'}
          </Button>
        </>
      }
    >
      {operation && (
        <>
          <p className="bulk-head">
            <OperationStatus operation={operation} />
            <Link href={`/operations/${id}`} onClick={onClose}>
              {operation.failed > 0 ? 'View errors' : 'View operation'}
            </Link>
          </p>
          <p className="bulk-sentence">
            {operation.kind === 'REPLAY' ? 'Replay' : 'Retry'} <FilterPhrase filter={operation.filter} />
          </p>
          <OperationProgress operation={operation} />
          <OperationOutcomes operation={operation} onLeave={onClose} />
        </>
      )}
    </Dialog>
  );
}

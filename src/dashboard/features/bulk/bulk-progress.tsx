import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './bulk.module.css';
import { FilterPhrase } from './filter-phrase.tsx';
import { messages } from './messages.ts';
import { OperationOutcomes } from './operation-outcomes.tsx';
import { OperationProgress } from './operation-progress.tsx';
import { OperationStatus } from './operation-status.tsx';
import { useCancelOperation, useOperation } from './use-operation.ts';

export interface BulkProgressProps {
  readonly id: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** A dialog with the progress and results of a new bulk operation. Closing it does not stop the operation. */
export function BulkProgress({ id, isOpen, onClose }: BulkProgressProps) {
  const { operation } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  const isRunning = operation?.status === 'RUNNING';
  return (
    <Dialog
      title={operation?.kind === 'REPLAY' ? messages.replayingDeliveries : messages.retryingDeliveries}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          {isRunning && (
            <Button icon="cancel" onPress={cancel}>
              {isPending ? messages.stopping : messages.stop}
            </Button>
          )}
          <Button tone="primary" onPress={onClose}>
            {isRunning ? messages.runInBackground : messages.done}
          </Button>
        </>
      }
    >
      {operation && (
        <>
          <p className={styles.head}>
            <OperationStatus operation={operation} />
            <Link href={`/operations/${id}`} onClick={onClose}>
              {operation.failed > 0 ? messages.viewErrors : messages.viewOperation}
            </Link>
          </p>
          <p className={styles.sentence}>
            {operation.kind === 'REPLAY' ? messages.replay : messages.retry} <FilterPhrase filter={operation.filter} />
          </p>
          <OperationProgress operation={operation} />
          <OperationOutcomes operation={operation} onLeave={onClose} />
        </>
      )}
    </Dialog>
  );
}

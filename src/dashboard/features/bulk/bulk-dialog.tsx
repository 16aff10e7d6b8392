import './bulk.css';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { BulkOperationKind, DeliveryFilter } from '../../generated/graphql.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { endNow, filterOfBulk } from './bulk-filter.ts';
import { BulkProgress } from './bulk-progress.tsx';
import { FilterPhrase } from './filter-phrase.tsx';
import { BulkCountQuery } from './operation-documents.ts';
import { useStartBulk } from './use-start-bulk.ts';

export interface BulkDialogProps {
  readonly kind: BulkOperationKind;
  readonly filter: DeliveryFilter;
  readonly onClose: () => void;
}

const words = {
  RETRY: {
    verb: 'Retry',
    what: 'Each delivery is retried now under its existing ID. Failed deliveries restart their retry schedule.',
    nothing: 'Nothing to retry. Only failed and retrying deliveries can be retried.',
  },
  REPLAY: {
    verb: 'Replay',
    what: 'Sends each event to its endpoint again as a new delivery, including ones that succeeded. Receivers see the same webhook-id.',
    nothing: 'Nothing to replay. No deliveries match.',
  },
} as const;

/** Says what will happen, starts the operation, and then shows its progress. */
export default function BulkDialog({ kind, filter, onClose }: BulkDialogProps) {
  const bulkFilter = useMemo(() => filterOfBulk(kind, filter, serverNowMs()), [kind, filter]);
  // What is counted is what the mutation receives: deliveries that are created meanwhile are in neither.
  const sent = useMemo(() => bulkFilter && endNow(bulkFilter, serverNowMs()), [bulkFilter]);
  const { start, isPending, problem, operationId } = useStartBulk(kind);
  const [{ data, error }] = useQuery({
    query: BulkCountQuery,
    variables: { filter: sent ?? {} },
    pause: sent === null,
    requestPolicy: 'network-only',
  });
  const [isOpen, setIsOpen] = useState(true);
  const { verb, what, nothing } = words[kind];
  const count = bulkFilter === null ? { value: 0, exact: true } : (data?.deliveries.totalCount ?? null);
  const countText = count && `${count.value.toLocaleString('en')}${count.exact ? '' : '+'}`;
  const close = () => {
    setIsOpen(false);
    onClose();
  };
  if (operationId) return <BulkProgress id={operationId} isOpen={isOpen} onClose={close} />;
  const canStart = sent !== null && count !== null && count.value > 0;
  return (
    <Dialog
      title={`${verb} deliveries`}
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button
            tone="primary"
            icon={kind === 'RETRY' ? 'retry' : 'replay'}
            isDisabled={!canStart}
            onPress={() => sent && void start(sent)}
          >
            {isPending ? 'Starting…' : canStart ? `${verb} ${countText}` : verb}
          </Button>
        </>
      }
    >
      {error && <p className="banner banner-danger">{describeError(error)}</p>}
      {problem && (
        <p className="banner banner-danger" role="alert">
          {problem}
        </p>
      )}
      {!error && count === null && <p role="status">Counting…</p>}
      {count?.value === 0 && <p>{nothing}</p>}
      {canStart && bulkFilter && (
        <>
          <p className="bulk-sentence">
            {verb} <strong>{countText}</strong> <FilterPhrase filter={bulkFilter} count={count.value} />.
          </p>
          <p className="muted">{what}</p>
          <p className="muted">
            Runs in the background, oldest first, with live traffic taking priority. Deliveries to disabled or deleted
            endpoints are skipped and listed. You can cancel at any time; completed{' '}
            {kind === 'RETRY' ? 'retries' : 'replays'} aren't undone.
          </p>
        </>
      )}
    </Dialog>
  );
}

import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { BulkOperationKind, DeliveryFilter } from '../../generated/graphql.ts';
import { formatCount } from '../../intl.ts';
import { reachedServerTimeMs, serverNowMs } from '../../time/server-clock.ts';
import styles from './bulk.module.css';
import { endNow, filterOfBulk } from './bulk-filter.ts';
import { BulkProgress } from './bulk-progress.tsx';
import { FilterPhrase } from './filter-phrase.tsx';
import { messages } from './messages.ts';
import { BulkCountQuery } from './operation-documents.ts';
import { useStartBulk } from './use-start-bulk.ts';

export interface BulkDialogProps {
  readonly kind: BulkOperationKind;
  readonly filter: DeliveryFilter;
  readonly onClose: () => void;
}

const words = {
  RETRY: {
    verb: messages.retry,
    what: messages.retryExplanation,
    nothing: messages.nothingToRetry,
  },
  REPLAY: {
    verb: messages.replay,
    what: messages.replayExplanation,
    nothing: messages.nothingToReplay,
  },
} as const;

/** Describes a bulk operation before it starts, starts it, and then shows its progress. */
export default function BulkDialog({ kind, filter, onClose }: BulkDialogProps) {
  const bulkFilter = useMemo(() => filterOfBulk(kind, filter, serverNowMs()), [kind, filter]);
  // The count and the mutation use the same filter. No delivery can be created any more before the end of its range.
  const sent = useMemo(() => bulkFilter && endNow(bulkFilter, reachedServerTimeMs()), [bulkFilter]);
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
  const countText = count && formatCount(count.value, count.exact);
  const close = () => {
    setIsOpen(false);
    onClose();
  };
  if (operationId) return <BulkProgress id={operationId} isOpen={isOpen} onClose={close} />;
  const canStart = sent !== null && count !== null && count.value > 0;
  return (
    <Dialog
      title={messages.dialogTitle(verb)}
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>{messages.cancel}</Button>
          <Button
            tone="primary"
            icon={kind === 'RETRY' ? 'retry' : 'replay'}
            isDisabled={!canStart}
            onPress={() => sent && void start(sent)}
          >
            {isPending ? messages.starting : canStart ? `${verb} ${countText}` : verb}
          </Button>
        </>
      }
    >
      {error && <Banner tone="danger">{describeQueryError(error)}</Banner>}
      {problem && (
        <Banner tone="danger" role="alert">
          {problem}
        </Banner>
      )}
      {!error && count === null && <p role="status">{messages.counting}</p>}
      {count?.value === 0 && <p>{nothing}</p>}
      {canStart && bulkFilter && (
        <>
          <p className={styles.sentence}>
            {verb} <strong>{countText}</strong> <FilterPhrase filter={bulkFilter} count={count.value} />.
          </p>
          <p className="muted">{what}</p>
          <p className="muted">{messages.backgroundExplanation(kind === 'RETRY' ? 'retries' : 'replays')}</p>
        </>
      )}
    </Dialog>
  );
}

import { Link } from 'wouter';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import type { DeliveryFilter } from '../../generated/graphql.ts';
import { formatDuration } from '../../time/format-time.ts';
import { logLinkOfFilter } from './bulk-filter.ts';
import { FilterPhrase } from './filter-phrase.tsx';
import { OperationErrors } from './operation-errors.tsx';
import { OperationProgress } from './operation-progress.tsx';
import { OperationStatus } from './operation-status.tsx';
import { starterWords } from './starter-words.ts';
import { useCancelOperation, useOperation } from './use-operation.ts';

/** One bulk operation: what it is for, how far it has got, and what could not be done. */
export function OperationDetail({ id }: { readonly id: string }) {
  const { operation, error, isLoading } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  if (isLoading) return <div className="operations-skeleton" role="status" aria-label="Loading the operation" />;
  if (!operation) {
    return (
      <Notice icon="search" title="There is no such operation" actions={<Link href="/operations">All operations</Link>}>
        {error ? describeError(error) : 'The id is that of another tenant, or of nothing.'}
      </Notice>
    );
  }
  const { kind, status, filter, createdAt, finishedAt, failed } = operation;
  const logHref = logLinkOfFilter(filter as DeliveryFilter);
  return (
    <>
      <p>
        <Link href="/operations">Bulk operations</Link>
      </p>
      <header className="operations-head">
        <h1 className="operation-heading">
          {kind === 'RETRY' ? 'Retry' : 'Replay'} <FilterPhrase filter={filter} />
        </h1>
        {status === 'RUNNING' && (
          <Button icon="cancel" onPress={cancel}>
            {isPending ? 'Canceling…' : 'Cancel it'}
          </Button>
        )}
      </header>
      <section className="operation-card" aria-label="Progress">
        <OperationProgress operation={operation} />
        <dl className="operation-facts">
          <div>
            <dt>State</dt>
            <dd>
              <OperationStatus operation={operation} />
            </dd>
          </div>
          <div>
            <dt>Started</dt>
            <dd>
              <RelativeTime at={createdAt} />
            </dd>
          </div>
          {finishedAt && (
            <div>
              <dt>Took</dt>
              <dd>{formatDuration(Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)))}</dd>
            </div>
          )}
          <div>
            <dt>By</dt>
            <dd>{starterWords(operation)}</dd>
          </div>
          <div>
            <dt>Id</dt>
            <dd className="operation-id">
              <code className="truncate">{id}</code>
              <CopyButton what="operation id" text={id} />
            </dd>
          </div>
          {logHref && (
            <div>
              <dt>Deliveries</dt>
              <dd>
                <Link href={logHref}>Look in the log</Link>
              </dd>
            </div>
          )}
        </dl>
      </section>
      <OperationErrors key={status} id={id} failed={failed} />
    </>
  );
}

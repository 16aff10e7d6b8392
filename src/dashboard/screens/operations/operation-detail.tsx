import { Link } from 'wouter';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { FilterPhrase } from '../../features/bulk/filter-phrase.tsx';
import { OperationOutcomes } from '../../features/bulk/operation-outcomes.tsx';
import { OperationProgress } from '../../features/bulk/operation-progress.tsx';
import { OperationStatus } from '../../features/bulk/operation-status.tsx';
import { useCancelOperation, useOperation } from '../../features/bulk/use-operation.ts';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { formatDuration } from '../../time/format-time.ts';
import { describeStarter } from './describe-starter.ts';
import { OperationErrors } from './operation-errors.tsx';

/** One bulk operation: its filter, progress, results and errors. */
export function OperationDetail({ id }: { readonly id: string }) {
  const { operation, error, isLoading } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  if (isLoading) return <div className="operations-skeleton" role="status" aria-label="Loading operation" />;
  if (!operation) {
    return (
      <Notice icon="search" title="Operation not found" actions={<Link href="/operations">View all operations</Link>}>
        {error ? describeError(error) : 'It may belong to another tenant or have been removed by retention.'}
      </Notice>
    );
  }
  const { kind, status, filter, createdAt, finishedAt, failed } = operation;
  const logHref = logLink({ operationIds: [id] });
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
            {isPending ? 'Stopping…' : 'Stop'}
          </Button>
        )}
      </header>
      <section className="operation-card" aria-label="Progress">
        <OperationProgress operation={operation} />
        <OperationOutcomes operation={operation} />
        <dl className="operation-facts">
          <div>
            <dt>Status</dt>
            <dd>
              <OperationStatus operation={operation} />
            </dd>
          </div>
          <div>
            <dt>Started</dt>
            <dd>
              <RelativeTime at={createdAt} absolute="inline" />
            </dd>
          </div>
          {finishedAt && (
            <div>
              <dt>Duration</dt>
              <dd>{formatDuration(Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)))}</dd>
            </div>
          )}
          <div>
            <dt>Started by</dt>
            <dd>{describeStarter(operation)}</dd>
          </div>
          <div>
            <dt>ID</dt>
            <dd className="operation-id">
              <code className="truncate">{id}</code>
              <CopyButton what="operation ID" text={id} />
            </dd>
          </div>
          <div>
            <dt>Deliveries</dt>
            <dd>
              <Link href={logHref}>View deliveries</Link>
            </dd>
          </div>
        </dl>
      </section>
      <OperationErrors key={status} id={id} failed={failed} />
    </>
  );
}

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
import { messages } from './messages.ts';
import { OperationErrors } from './operation-errors.tsx';
import styles from './operations.module.css';

/** The page of a bulk operation: its filter, progress, results and errors. */
export function OperationDetail({ id }: { readonly id: string }) {
  const { operation, error, isLoading } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  if (isLoading) return <div className={styles.skeleton} role="status" aria-label={messages.loadingOperation} />;
  if (!operation) {
    return (
      <Notice
        icon="search"
        title={messages.operationNotFound}
        actions={<Link href="/operations">{messages.viewAllOperations}</Link>}
      >
        {error ? describeError(error) : messages.operationNotFoundHint}
      </Notice>
    );
  }
  const { kind, status, filter, createdAt, finishedAt, failed } = operation;
  const logHref = logLink({ operationIds: [id] });
  return (
    <>
      <p>
        <Link href="/operations">{messages.bulkOperations}</Link>
      </p>
      <header className={styles.head}>
        <h1 className={styles.heading}>
          {kind === 'RETRY' ? messages.retry : messages.replay} <FilterPhrase filter={filter} />
        </h1>
        {status === 'RUNNING' && (
          <Button icon="cancel" onPress={cancel}>
            {isPending ? messages.stopping : messages.stop}
          </Button>
        )}
      </header>
      <section className={styles.card} aria-label={messages.progress}>
        <OperationProgress operation={operation} />
        <OperationOutcomes operation={operation} />
        <dl className={styles.facts}>
          <div>
            <dt>{messages.status}</dt>
            <dd>
              <OperationStatus operation={operation} />
            </dd>
          </div>
          <div>
            <dt>{messages.started}</dt>
            <dd>
              <RelativeTime at={createdAt} absolute="inline" />
            </dd>
          </div>
          {finishedAt && (
            <div>
              <dt>{messages.duration}</dt>
              <dd>{formatDuration(Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)))}</dd>
            </div>
          )}
          <div>
            <dt>{messages.startedBy}</dt>
            <dd>{describeStarter(operation)}</dd>
          </div>
          <div>
            <dt>{messages.id}</dt>
            <dd className={styles.id}>
              <code className="truncate">{id}</code>
              <CopyButton what={messages.operationId} text={id} />
            </dd>
          </div>
          <div>
            <dt>{messages.deliveries}</dt>
            <dd>
              <Link href={logHref}>{messages.viewDeliveries}</Link>
            </dd>
          </div>
        </dl>
      </section>
      <OperationErrors key={status} id={id} failed={failed} />
    </>
  );
}

import { Link } from 'wouter';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Notice } from '../../components/notice.tsx';
import pageStyles from '../../components/page.module.css';
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
  const { operation, error, isLoading, retry } = useOperation(id);
  const { cancel, isPending } = useCancelOperation(id);
  if (isLoading) return <div className={styles.skeleton} role="status" aria-label={messages.loadingOperation} />;
  if (error && !operation) {
    return (
      <Notice
        isPage
        tone="error"
        icon="alert"
        title={messages.couldntLoadThisOperation}
        actions={<Button onPress={retry}>{messages.retryNow}</Button>}
      >
        {describeQueryError(error)}
      </Notice>
    );
  }
  if (!operation) {
    return (
      <Notice
        isPage
        icon="search"
        title={messages.operationNotFound}
        actions={<Link href="/operations">{messages.viewAllOperations}</Link>}
      >
        {messages.operationNotFoundHint}
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
      <header className={pageStyles.head}>
        <h1>
          {kind === 'RETRY' ? messages.retry : messages.replay} <FilterPhrase filter={filter} />
        </h1>
        {status === 'RUNNING' && (
          <Button icon="cancel" onPress={cancel}>
            {isPending ? messages.stopping : messages.stop}
          </Button>
        )}
      </header>
      <section className={classNames(pageStyles.surface, styles.card)} aria-label={messages.progress}>
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

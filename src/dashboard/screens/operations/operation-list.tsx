import { useEffect, useRef, useState } from 'react';
import { type CombinedError, useQuery } from 'urql';
import { Link } from 'wouter';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { fill } from '../../components/fill.tsx';
import { Icon } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { OlderData } from '../../components/older-data.tsx';
import pageStyles from '../../components/page.module.css';
import { RelativeTime } from '../../components/relative-time.tsx';
import { FilterPhrase } from '../../features/bulk/filter-phrase.tsx';
import { OperationsQuery } from '../../features/bulk/operation-documents.ts';
import { OperationProgress } from '../../features/bulk/operation-progress.tsx';
import { OperationStatus } from '../../features/bulk/operation-status.tsx';
import { type Operation, useOperationUpdates } from '../../features/bulk/use-operation.ts';
import type { OperationsQuery as OperationsQueryData } from '../../generated/graphql.ts';
import { describeStarter } from './describe-starter.ts';
import { messages } from './messages.ts';
import styles from './operations.module.css';

const pageSize = 30;
const refreshMs = 15_000;

/** The last data and error of the page after a cursor. */
interface LatestPage {
  readonly after: string | null;
  readonly data?: OperationsQueryData | undefined;
  readonly error?: CombinedError | undefined;
}

/** The bulk operations of the tenant, newest first. Running ones are updated live. */
export function OperationList() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ fetching, ...result }, read] = useQuery({ query: OperationsQuery, variables: { first: pageSize, after } });
  // A failed request does not remove the list, and a repeated one does not remove the reason of the failure.
  const latest = useRef<LatestPage>({ after });
  const kept: LatestPage = latest.current.after === after ? latest.current : { after };
  const data = result.data ?? kept.data;
  const error = fetching ? kept.error : result.error;
  latest.current = { after, data, error };
  useEffect(() => {
    if (after !== null) return;
    const timer = setInterval(() => !document.hidden && read({ requestPolicy: 'network-only' }), refreshMs);
    return () => clearInterval(timer);
  }, [after, read]);
  const operations = data?.bulkOperations.nodes ?? [];
  const page = data?.bulkOperations.pageInfo;
  return (
    <>
      <header className={pageStyles.head}>
        <h1>{messages.bulkOperations}</h1>
      </header>
      {data && <OlderData problem={error ? describeQueryError(error) : null} />}
      {error && !data ? (
        <Notice
          tone="error"
          icon="alert"
          title={messages.couldntLoadOperations}
          actions={<Button onPress={() => read({ requestPolicy: 'network-only' })}>{messages.retry}</Button>}
        >
          {describeQueryError(error)}
        </Notice>
      ) : !data ? (
        <div className={styles.skeleton} role="status" aria-label={messages.loadingOperations} />
      ) : operations.length === 0 ? (
        <Notice icon="replay" title={messages.noBulkOperationsYet}>
          {fill(messages.noBulkOperationsYetHint, {
            link: <Link href="/deliveries">{messages.deliveryLog}</Link>,
            link2: <Link href="/failures">{messages.failureGroup}</Link>,
          })}
        </Notice>
      ) : (
        <ul className={pageStyles.surface} aria-label={messages.bulkOperations}>
          {operations.map(operation => (
            <OperationRow key={operation.id} operation={operation} />
          ))}
        </ul>
      )}
      {page?.hasNextPage && (
        <div className={styles.older}>
          <Button isPending={fetching} onPress={() => setAfter(page.endCursor ?? null)}>
            {messages.showOlder}
          </Button>
        </div>
      )}
    </>
  );
}

function OperationRow({ operation }: { readonly operation: Operation }) {
  const { id, kind, status, filter, createdAt } = operation;
  useOperationUpdates(id, status === 'RUNNING');
  return (
    <li className={styles.row}>
      <span className={styles.kind}>
        <Icon name={kind === 'RETRY' ? 'retry' : 'replay'} />
      </span>
      <Link href={`/operations/${id}`} className={classNames(styles.title)}>
        {kind === 'RETRY' ? messages.retry : messages.replay} <FilterPhrase filter={filter} />
      </Link>
      <OperationStatus operation={operation} />
      <OperationProgress operation={operation} />
      <span className={styles.when}>
        <RelativeTime at={createdAt} absolute="inline" />
        <span className={styles.starter}>{describeStarter(operation)}</span>
      </span>
    </li>
  );
}

import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { FilterPhrase } from '../../features/bulk/filter-phrase.tsx';
import { OperationsQuery } from '../../features/bulk/operation-documents.ts';
import { OperationProgress } from '../../features/bulk/operation-progress.tsx';
import { OperationStatus } from '../../features/bulk/operation-status.tsx';
import { type Operation, useOperationUpdates } from '../../features/bulk/use-operation.ts';
import { describeStarter } from './describe-starter.ts';

const pageSize = 30;
const refreshMs = 15_000;

/** The bulk operations of the tenant, newest first. Running ones are updated live. */
export function OperationList() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: OperationsQuery, variables: { first: pageSize, after } });
  useEffect(() => {
    if (after !== null) return;
    const timer = setInterval(() => !document.hidden && read({ requestPolicy: 'network-only' }), refreshMs);
    return () => clearInterval(timer);
  }, [after, read]);
  const operations = data?.bulkOperations.nodes ?? [];
  const page = data?.bulkOperations.pageInfo;
  return (
    <>
      <header className="operations-head">
        <h1>Bulk operations</h1>
      </header>
      {error && !data ? (
        <Notice
          tone="error"
          icon="alert"
          title="Couldn't load operations"
          actions={<Button onPress={() => read({ requestPolicy: 'network-only' })}>Retry</Button>}
        >
          {describeError(error)}
        </Notice>
      ) : !data ? (
        <div className="operations-skeleton" role="status" aria-label="Loading operations" />
      ) : operations.length === 0 ? (
        <Notice icon="replay" title="No bulk operations yet">
          Select deliveries in the <Link href="/deliveries">delivery log</Link>, or open a{' '}
          <Link href="/failures">failure group</Link>, to retry or replay them together.
        </Notice>
      ) : (
        <ul className="operations-list" aria-label="Bulk operations">
          {operations.map(operation => (
            <OperationRow key={operation.id} operation={operation} />
          ))}
        </ul>
      )}
      {page?.hasNextPage && (
        <Button isPending={fetching} onPress={() => setAfter(page.endCursor ?? null)}>
          Show older
        </Button>
      )}
    </>
  );
}

function OperationRow({ operation }: { readonly operation: Operation }) {
  const { id, kind, status, filter, createdAt } = operation;
  useOperationUpdates(id, status === 'RUNNING');
  return (
    <li className="operation-row">
      <span className="operation-kind">
        <Icon name={kind === 'RETRY' ? 'retry' : 'replay'} />
      </span>
      <Link href={`/operations/${id}`} className="operation-title">
        {kind === 'RETRY' ? 'Retry' : 'Replay'} <FilterPhrase filter={filter} />
      </Link>
      <OperationStatus operation={operation} />
      <OperationProgress operation={operation} />
      <span className="operation-when">
        <RelativeTime at={createdAt} absolute="inline" /> · {describeStarter(operation)}
      </span>
    </li>
  );
}

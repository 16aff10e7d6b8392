import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { describeError } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { OperationErrorsQuery } from '../../features/bulk/operation-documents.ts';

const pageSize = 50;

export interface OperationErrorsProps {
  readonly id: string;
  /** How many there are in all; the first 10,000 are kept. */
  readonly failed: number;
}

/** The deliveries that could not be retried or replayed, each with its error. Nothing if there are none. */
export function OperationErrors({ id, failed }: OperationErrorsProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }] = useQuery({
    query: OperationErrorsQuery,
    variables: { id, first: pageSize, after },
    pause: failed === 0,
  });
  if (failed === 0) return null;
  const errors = data?.bulkOperation?.errors;
  return (
    <section className="operation-card" aria-label="Errors">
      <h2>Errors · {failed.toLocaleString('en')}</h2>
      {error && <p className="banner banner-danger">{describeError(error)}</p>}
      <ul className="operation-errors">
        {errors?.edges.map(({ cursor, node: { delivery, message } }) => (
          <li key={cursor}>
            {delivery ? (
              <Link href={`/deliveries/${delivery.id}`} className="operation-error-link">
                <strong className="truncate">{delivery.endpoint.name}</strong>
                <span className="truncate">{delivery.eventType}</span>
              </Link>
            ) : (
              <span className="muted">Removed by retention</span>
            )}
            <span className="operation-message">{message}</span>
          </li>
        ))}
      </ul>
      {errors?.pageInfo.hasNextPage && (
        <Button isPending={fetching} onPress={() => setAfter(errors.pageInfo.endCursor ?? null)}>
          Show more
        </Button>
      )}
    </section>
  );
}

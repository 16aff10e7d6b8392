import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import pageStyles from '../../components/page.module.css';
import { OperationErrorsQuery } from '../../features/bulk/operation-documents.ts';
import { formatCount } from '../../intl.ts';
import { messages } from './messages.ts';
import styles from './operations.module.css';

const pageSize = 50;

export interface OperationErrorsProps {
  readonly id: string;
  /** The total number of deliveries with an error. The server stores the first 10,000. */
  readonly failed: number;
}

/** The deliveries that could not be retried or replayed, each with its error. Renders nothing if there are none. */
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
    <section className={classNames(pageStyles.surface, styles.card)} aria-label={messages.errors}>
      <h2>{messages.errorsCounted(formatCount(failed))}</h2>
      {error && <Banner tone="danger">{describeQueryError(error)}</Banner>}
      <ul className={styles.errors}>
        {errors?.edges.map(({ cursor, node: { delivery, message } }) => (
          <li key={cursor}>
            {delivery ? (
              <Link href={`/deliveries/${delivery.id}`} className={classNames(styles.errorLink)}>
                <strong className="truncate">{delivery.endpoint.name}</strong>
                <span className="truncate">{delivery.eventType}</span>
              </Link>
            ) : (
              <span className="muted">{messages.removedByRetention}</span>
            )}
            <span className={styles.message}>{message}</span>
          </li>
        ))}
      </ul>
      {errors?.pageInfo.hasNextPage && (
        <Button isPending={fetching} onPress={() => setAfter(errors.pageInfo.endCursor ?? null)}>
          {messages.showMore}
        </Button>
      )}
    </section>
  );
}

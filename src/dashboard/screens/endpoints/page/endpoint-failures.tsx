import { Link } from 'wouter';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { fill } from '../../../components/fill.tsx';
import { OlderData } from '../../../components/older-data.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../../features/deliveries/words.ts';
import { graphql } from '../../../generated/gql.ts';
import { formatCount } from '../../../intl.ts';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import styles from './endpoint-page.module.css';

const EndpointFailuresQuery = graphql(/* GraphQL */ `
  query EndpointFailures($filter: DeliveryFilter!) {
    failureGroups(filter: $filter, first: 8) {
      errorCode responseStatus retryingCount firstSeenAt lastSeenAt
      count { value exact }
      sample { id error { message } }
    }
  }
`);

const everyMs = 10_000;

/** The failed deliveries of the endpoint, grouped by error. Each group links to its deliveries. */
export function EndpointFailures({ endpointId }: { readonly endpointId: string }) {
  const { data, problem } = usePolledQuery({
    query: EndpointFailuresQuery,
    variablesAt: () => ({ filter: { endpointIds: [endpointId], isTest: false } }),
    key: endpointId,
    everyMs,
    isEnough: ({ failureGroups }) => failureGroups !== null,
  });
  const groups = data?.failureGroups ?? [];
  if (groups.length === 0 && problem === null) return null;
  const failed = { endpointIds: [endpointId], statuses: ['FAILED', 'RETRYING'], test: 'without' } as const;
  return (
    <section className={endpointsStyles.card} aria-label={messages.failures}>
      <header className={endpointsStyles.cardHead}>
        <h2>{messages.failures}</h2>
        <Link href={logLink(failed)}>{messages.viewAndRetry}</Link>
      </header>
      {data ? (
        <OlderData problem={problem} />
      ) : (
        <p className={fieldStyles.problem}>{messages.retryingEvery10Seconds(problem ?? '')}</p>
      )}
      <ul className={styles.failures}>
        {groups.map(({ errorCode, responseStatus, count, retryingCount, firstSeenAt, lastSeenAt, sample }) => (
          <li key={`${errorCode} ${responseStatus}`}>
            <span className={classNames(styles.failureCount, retryingCount < count.value && styles.hasFailed)}>
              {formatCount(count.value, count.exact)}
            </span>
            <span className={styles.failureWhat}>
              <Link
                href={logLink({
                  ...failed,
                  errorCodes: [errorCode],
                  ...(responseStatus !== null && responseStatus !== undefined && { responses: [`${responseStatus}`] }),
                })}
              >
                {responseStatus ? messages.http(responseStatus) : errorWords[errorCode]}
              </Link>
              {sample?.error && (
                <span className="muted truncate" title={sample.error.message}>
                  {sample.error.message}
                </span>
              )}
            </span>
            <span className={classNames(styles.failureWhen, 'muted')}>
              <RelativeTime at={lastSeenAt} absolute="inline" />
              <small>{fill(messages.firstSeen, { time: <RelativeTime at={firstSeenAt} absolute="inline" /> })}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

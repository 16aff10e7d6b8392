import { Link } from 'wouter';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../../features/deliveries/words.ts';
import { graphql } from '../../../generated/gql.ts';
import { formatCount } from '../../../intl.ts';

const EndpointFailuresQuery = graphql(/* GraphQL */ `
  query EndpointFailures($filter: DeliveryFilter!) {
    failureGroups(filter: $filter, first: 8) {
      errorCode responseStatus firstSeenAt lastSeenAt
      count { value exact }
      sample { id error { message } }
    }
  }
`);

const everyMs = 10_000;

/** What has failed at the endpoint, by how it failed: each group leads to its deliveries, where all can be retried. */
export function EndpointFailures({ endpointId }: { readonly endpointId: string }) {
  const { data } = usePolledQuery({
    query: EndpointFailuresQuery,
    variablesAt: () => ({ filter: { endpointIds: [endpointId], isTest: false } }),
    key: endpointId,
    everyMs,
  });
  const groups = data?.failureGroups ?? [];
  if (groups.length === 0) return null;
  const failed = { endpointIds: [endpointId], statuses: ['FAILED', 'RETRYING'] as const };
  return (
    <section className="endpoint-card" aria-label="Failures">
      <header className="endpoint-card-head">
        <h2>Failures</h2>
        <Link href={logLink(failed)}>View and retry</Link>
      </header>
      <ul className="endpoint-failures">
        {groups.map(({ errorCode, responseStatus, count, firstSeenAt, lastSeenAt, sample }) => (
          <li key={`${errorCode} ${responseStatus}`}>
            <span className="failure-count">{formatCount(count.value, count.exact)}</span>
            <span className="failure-what">
              <Link
                href={logLink({
                  ...failed,
                  errorCodes: [errorCode],
                  ...(responseStatus !== null && responseStatus !== undefined && { responses: [`${responseStatus}`] }),
                })}
              >
                {responseStatus ? `HTTP ${responseStatus}` : errorWords[errorCode]}
              </Link>
              {sample?.error && (
                <span className="muted truncate" title={sample.error.message}>
                  {sample.error.message}
                </span>
              )}
            </span>
            <span className="failure-when muted">
              <RelativeTime at={lastSeenAt} />
              <small>
                First seen <RelativeTime at={firstSeenAt} />
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

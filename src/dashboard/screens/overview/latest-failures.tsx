import { Link } from 'wouter';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import type { Overview } from './use-overview.ts';

/** The newest deliveries whose last attempt failed; each leads to its detail. */
export function LatestFailures({ overview }: { readonly overview: Overview }) {
  const { nodes } = overview.latestFailures;
  return (
    <section className="overview-panel" aria-label="Recent failures">
      <header className="overview-panel-head">
        <h2>Recent failures</h2>
        <Link href={logLink({ statuses: ['FAILED', 'RETRYING'] })}>View all</Link>
      </header>
      {nodes.length === 0 ? (
        <p className="overview-none">No recent failures.</p>
      ) : (
        <ul className="overview-rows">
          {nodes.map(({ id, status, eventType, endpoint, error, lastFailedAt, createdAt }) => (
            <li key={id}>
              <Link className="overview-row" href={`/deliveries/${id}`}>
                <span className="overview-row-main">
                  <span className="truncate" title={endpoint.name}>
                    {endpoint.name}
                  </span>
                  <span className="overview-row-sub truncate">{eventType}</span>
                </span>
                <StatusBadge status={status} />
                <span className="overview-row-sub truncate" title={error?.message}>
                  {error?.message ?? 'Failed before the first attempt.'}
                </span>
                <span className="overview-row-sub">
                  <RelativeTime at={lastFailedAt ?? createdAt} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

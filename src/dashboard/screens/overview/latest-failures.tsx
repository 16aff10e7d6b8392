import { Link } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import pageStyles from '../../components/page.module.css';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import type { Overview } from './use-overview.ts';

/** The newest deliveries whose last attempt failed, each with a link to its detail. */
export function LatestFailures({ overview }: { readonly overview: Overview }) {
  const { nodes } = overview.latestFailures;
  return (
    <section className={classNames(pageStyles.surface, styles.panel)} aria-label={messages.recentFailures}>
      <header className={styles.panelHead}>
        <h2>{messages.recentFailures}</h2>
        <Link href={logLink({ statuses: ['FAILED', 'RETRYING'] })}>{messages.viewAll}</Link>
      </header>
      {nodes.length === 0 ? (
        <p className={styles.none}>{messages.noRecentFailures}</p>
      ) : (
        <ul>
          {nodes.map(({ id, status, eventType, endpoint, error, lastFailedAt, createdAt }) => (
            <li key={id}>
              <Link className={classNames(styles.row)} href={`/deliveries/${id}`}>
                <span className={styles.rowMain}>
                  <span className="truncate" title={endpoint.name}>
                    {endpoint.name}
                  </span>
                  <span className={classNames(styles.rowSub, 'truncate')}>{eventType}</span>
                </span>
                <StatusBadge status={status} />
                <span className={classNames(styles.rowSub, 'truncate')} title={error?.message}>
                  {error?.message ?? messages.failedBeforeTheFirstAttempt}
                </span>
                <span className={styles.rowSub}>
                  <RelativeTime at={lastFailedAt ?? createdAt} absolute="inline" />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

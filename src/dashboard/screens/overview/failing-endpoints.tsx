import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { classNames } from '../../components/class-names.ts';
import pageStyles from '../../components/page.module.css';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../features/deliveries/words.ts';
import { formatCount } from '../../intl.ts';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import type { Overview } from './use-overview.ts';

type Group = NonNullable<Overview['failureGroups']>[number];

interface FailingEndpoint {
  readonly endpoint: Group['endpoint'];
  readonly count: number;
  /** The number of these deliveries that are not retried any more. */
  readonly failed: number;
  readonly isExact: boolean;
  /** The largest failure group of the endpoint. */
  readonly largest: Group;
  readonly lastSeenAt: string;
}

const shown = 6;

/** The endpoints with failed deliveries in the range, those with the most failures first. */
export function FailingEndpoints({ overview }: { readonly overview: Overview }) {
  const failing = byEndpoint(overview.failureGroups ?? []);
  return (
    <section className={classNames(pageStyles.surface, styles.panel)} aria-label={messages.failingEndpoints}>
      <header className={styles.panelHead}>
        <h2>
          {messages.failingEndpoints}
          {failing.length > 0 && ` · ${failing.length}`}
        </h2>
        <Link href="/failures">{messages.viewAll}</Link>
      </header>
      {overview.failureGroups === null ? (
        <p className={styles.none}>{messages.couldntLoadFailingEndpoints}</p>
      ) : failing.length === 0 ? (
        <p className={styles.none}>{messages.noFailingEndpoints}</p>
      ) : (
        <ul>
          {failing.slice(0, shown).map(({ endpoint, count, failed, isExact, largest, lastSeenAt }) => (
            <li key={endpoint.id}>
              <Link
                className={classNames(styles.row)}
                href={logLink({
                  time: `${overview.from}/`,
                  endpointIds: [endpoint.id],
                  statuses: ['FAILED', 'RETRYING'],
                })}
              >
                <span className={styles.rowMain}>
                  <span className="truncate" title={endpoint.name}>
                    {endpoint.name}
                  </span>
                  {endpoint.status !== 'ENABLED' && <Badge tone="warning">{endpoint.status.toLowerCase()}</Badge>}
                </span>
                <span className={classNames(styles.count, failed > 0 ? styles.countDanger : styles.countWarning)}>
                  {formatCount(count, isExact)}
                </span>
                <span className={classNames(styles.rowSub, 'truncate')}>
                  {largest.responseStatus === null
                    ? errorWords[largest.errorCode]
                    : messages.http(largest.responseStatus)}
                </span>
                <span className={styles.rowSub}>
                  <RelativeTime at={lastSeenAt} absolute="inline" />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function byEndpoint(groups: readonly Group[]): FailingEndpoint[] {
  const found = new Map<string, FailingEndpoint>();
  for (const group of groups) {
    const { endpoint, count, retryingCount, lastSeenAt } = group;
    const known = found.get(endpoint.id);
    found.set(endpoint.id, {
      endpoint,
      count: (known?.count ?? 0) + count.value,
      failed: (known?.failed ?? 0) + count.value - retryingCount,
      isExact: (known?.isExact ?? true) && count.exact,
      largest: known?.largest ?? group,
      lastSeenAt: known && known.lastSeenAt > lastSeenAt ? known.lastSeenAt : lastSeenAt,
    });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

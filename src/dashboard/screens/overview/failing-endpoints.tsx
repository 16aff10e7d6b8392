import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../features/deliveries/words.ts';
import { formatCount } from '../../intl.ts';
import type { Overview } from './use-overview.ts';

type Group = NonNullable<Overview['failureGroups']>[number];

interface FailingEndpoint {
  readonly endpoint: Group['endpoint'];
  readonly count: number;
  readonly isExact: boolean;
  /** How most of them failed. */
  readonly largest: Group;
  readonly lastSeenAt: string;
}

const shown = 6;

/** The endpoints of the range that have failed deliveries, the worst first. */
export function FailingEndpoints({ overview }: { readonly overview: Overview }) {
  const failing = byEndpoint(overview.failureGroups ?? []);
  return (
    <section className="overview-panel" aria-label="Failing endpoints">
      <header className="overview-panel-head">
        <h2>Failing endpoints{failing.length > 0 && ` · ${failing.length}`}</h2>
        <Link href="/failures">View all</Link>
      </header>
      {overview.failureGroups === null ? (
        <p className="overview-none">Couldn't load failing endpoints. Retrying every 10 seconds.</p>
      ) : failing.length === 0 ? (
        <p className="overview-none">No failing endpoints.</p>
      ) : (
        <ul className="overview-rows">
          {failing.slice(0, shown).map(({ endpoint, count, isExact, largest, lastSeenAt }) => (
            <li key={endpoint.id}>
              <Link
                className="overview-row"
                href={logLink({
                  time: `${overview.from}/`,
                  endpointIds: [endpoint.id],
                  statuses: ['FAILED', 'RETRYING'],
                })}
              >
                <span className="overview-row-main">
                  <span className="truncate" title={endpoint.name}>
                    {endpoint.name}
                  </span>
                  {endpoint.status !== 'ENABLED' && <Badge tone="warning">{endpoint.status.toLowerCase()}</Badge>}
                </span>
                <span className="overview-count overview-count-danger">{formatCount(count, isExact)}</span>
                <span className="overview-row-sub truncate">
                  {largest.responseStatus === null ? errorWords[largest.errorCode] : `HTTP ${largest.responseStatus}`}
                </span>
                <span className="overview-row-sub">
                  <RelativeTime at={lastSeenAt} />
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
    const { endpoint, count, lastSeenAt } = group;
    const known = found.get(endpoint.id);
    found.set(endpoint.id, {
      endpoint,
      count: (known?.count ?? 0) + count.value,
      isExact: (known?.isExact ?? true) && count.exact,
      largest: known?.largest ?? group,
      lastSeenAt: known && known.lastSeenAt > lastSeenAt ? known.lastSeenAt : lastSeenAt,
    });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

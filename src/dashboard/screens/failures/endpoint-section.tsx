import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { formatCount } from '../../intl.ts';
import type { FailingEndpoint } from './failure-group.ts';
import { RetrySince } from './retry-since.tsx';

export interface EndpointSectionProps {
  readonly failing: FailingEndpoint;
  /** The period of the groups, as a view says it. */
  readonly time: string;
  readonly mayManage: boolean;
  readonly onRetry: (time: string) => void;
  /** The endpoint's groups. */
  readonly children: ReactNode;
}

/** One endpoint's failures: since when it fails, how many failed and are retrying, and one action to retry them. */
export function EndpointSection({ failing, time, mayManage, onRetry, children }: EndpointSectionProps) {
  const { endpoint, failed, retrying, isExact } = failing;
  const { id, name, health, deletedAt } = endpoint;
  const failingSince = health?.isFailing ? (health.failingSince ?? null) : null;
  const linkTo = (status: 'FAILED' | 'RETRYING') => logLink({ endpointIds: [id], statuses: [status], time });
  return (
    <section className="failure-endpoint" aria-label={name}>
      <header>
        <h2>
          <Link className="failure-endpoint-name" href={`/endpoints/${id}`}>
            {name}
          </Link>
        </h2>
        {failingSince !== null && (
          <Badge tone="danger">
            Failing since <RelativeTime at={failingSince} absolute="inline" />
          </Badge>
        )}
        <span className="failure-sums">
          <Link href={linkTo('FAILED')}>{formatCount(failed, isExact)} failed</Link> ·{' '}
          <Link href={linkTo('RETRYING')}>{formatCount(retrying, isExact)} retrying</Link>
        </span>
        {mayManage && !deletedAt && <RetrySince endpointName={name} failingSince={failingSince} onRetry={onRetry} />}
      </header>
      <ul className="failures-list">{children}</ul>
    </section>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { classNames } from '../../components/class-names.ts';
import { fill } from '../../components/fill.tsx';
import pageStyles from '../../components/page.module.css';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { formatCount } from '../../intl.ts';
import type { FailingEndpoint } from './failure-group.ts';
import styles from './failures.module.css';
import { messages } from './messages.ts';
import { RetrySince } from './retry-since.tsx';

export interface EndpointSectionProps {
  readonly failing: FailingEndpoint;
  /** The time range of the groups, in the form that it has in the URL of the delivery log. */
  readonly time: string;
  readonly mayManage: boolean;
  readonly onRetry: (time: string) => void;
  /** The failure groups of the endpoint. */
  readonly children: ReactNode;
}

/**
 * The failures of one endpoint: since when it is failing, how many deliveries failed and are retrying, and a button
 * that retries them.
 */
export function EndpointSection({ failing, time, mayManage, onRetry, children }: EndpointSectionProps) {
  const { endpoint, failed, retrying, isExact } = failing;
  const { id, name, health, deletedAt } = endpoint;
  const failingSince = health?.isFailing ? (health.failingSince ?? null) : null;
  const linkTo = (status: 'FAILED' | 'RETRYING') => logLink({ endpointIds: [id], statuses: [status], time });
  return (
    <section className={styles.endpoint} aria-label={name}>
      <header>
        <h2>
          <Link className={classNames(styles.endpointName)} href={`/endpoints/${id}`}>
            {name}
          </Link>
        </h2>
        {failingSince !== null && (
          <Badge tone="danger">
            {fill(messages.failingSince, { time: <RelativeTime at={failingSince} absolute="inline" /> })}
          </Badge>
        )}
        <span className={styles.sums}>
          <Link href={linkTo('FAILED')}>{messages.failedLink(formatCount(failed, isExact))}</Link> ·{' '}
          <Link href={linkTo('RETRYING')}>{messages.retryingLink(formatCount(retrying, isExact))}</Link>
        </span>
        {mayManage && !deletedAt && <RetrySince endpointName={name} failingSince={failingSince} onRetry={onRetry} />}
      </header>
      <ul className={pageStyles.surface}>{children}</ul>
    </section>
  );
}

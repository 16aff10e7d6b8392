import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../features/deliveries/words.ts';
import { type FailureGroup, viewOfGroup } from './failure-group.ts';

export interface FailureRowProps {
  readonly group: FailureGroup;
  /** The period of the groups, as a view says it. */
  readonly time: string;
  readonly mayManage: boolean;
  readonly onRetryAll: () => void;
}

/** Deliveries to one endpoint whose last attempt failed in the same way. */
export function FailureRow({ group, time, mayManage, onRetryAll }: FailureRowProps) {
  const { endpoint, errorCode, responseStatus, count, retryingCount, firstSeenAt, lastSeenAt, sample } = group;
  const word = responseStatus === null ? errorWords[errorCode] : `HTTP ${responseStatus}`;
  const countText = `${count.value.toLocaleString('en')}${count.exact ? '' : '+'}`;
  const excerpt = sample?.lastAttempt?.responseExcerpt;
  const stopped = endpoint.deletedAt ? 'deleted' : endpoint.status === 'ENABLED' ? null : endpoint.status.toLowerCase();
  return (
    <li className="failure">
      <div className="failure-count">
        <Link
          href={logLink(viewOfGroup(group, time))}
          aria-label={`${countText} deliveries of ${endpoint.name}: ${word}`}
        >
          {countText}
        </Link>
        {retryingCount > 0 && <small>{retryingCount.toLocaleString('en')} retrying</small>}
      </div>
      <div className="failure-what">
        <p className="failure-title">
          <span className="truncate" title={endpoint.name}>
            {endpoint.name}
          </span>
          <Badge tone="danger">{word}</Badge>
          {stopped && <Badge tone="warning">{stopped}</Badge>}
        </p>
        <p className="failure-url truncate" title={endpoint.url}>
          {endpoint.url}
        </p>
        {sample && (
          <p className="failure-sample">
            <Link href={`/deliveries/${sample.id}`}>{sample.error?.message ?? 'Newest delivery'}</Link>
            {excerpt && (
              <code className="truncate" title={excerpt}>
                {excerpt}
              </code>
            )}
          </p>
        )}
      </div>
      <dl className="failure-times">
        <div>
          <dt>Last seen</dt>
          <dd>
            <RelativeTime at={lastSeenAt} absolute="inline" />
          </dd>
        </div>
        <div>
          <dt>First seen</dt>
          <dd>
            <RelativeTime at={firstSeenAt} absolute="inline" />
          </dd>
        </div>
      </dl>
      <div className="failure-actions">
        <Link className="button" href={logLink(viewOfGroup(group, time))}>
          Deliveries
        </Link>
        {mayManage && (
          <Button icon="retry" isDisabled={endpoint.deletedAt !== null} onPress={onRetryAll}>
            Retry all
          </Button>
        )}
      </div>
    </li>
  );
}

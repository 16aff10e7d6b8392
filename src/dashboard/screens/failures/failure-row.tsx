import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ButtonLink } from '../../components/button-link.tsx';
import { classNames } from '../../components/class-names.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { errorWords } from '../../features/deliveries/words.ts';
import { formatCount } from '../../intl.ts';
import { type FailureGroup, viewOfGroup } from './failure-group.ts';
import styles from './failures.module.css';
import { messages } from './messages.ts';

export interface FailureRowProps {
  readonly group: FailureGroup;
  /** The time range of the groups, in the form that it has in the URL of the delivery log. */
  readonly time: string;
  readonly mayManage: boolean;
  readonly onRetryAll: () => void;
}

/** A group of deliveries to one endpoint whose last attempts failed with the same error. */
export function FailureRow({ group, time, mayManage, onRetryAll }: FailureRowProps) {
  const { endpoint, errorCode, responseStatus, count, retryingCount, firstSeenAt, lastSeenAt, sample } = group;
  const word = responseStatus === null ? errorWords[errorCode] : messages.http(responseStatus);
  const countText = formatCount(count.value, count.exact);
  const failedCount = count.value - retryingCount;
  const excerpt = sample?.lastAttempt?.responseExcerpt;
  const stopped = endpoint.deletedAt ? 'deleted' : endpoint.status === 'ENABLED' ? null : endpoint.status.toLowerCase();
  return (
    <li className={styles.group}>
      <div className={classNames(styles.count, failedCount <= 0 && styles.retrying)}>
        <Link
          href={logLink(viewOfGroup(group, time))}
          aria-label={messages.failedDeliveries(countText, endpoint.name, word)}
        >
          {countText}
        </Link>
        {failedCount > 0 && (
          <small>
            {retryingCount > 0 ? messages.failedLink(formatCount(failedCount, count.exact)) : messages.failed}
          </small>
        )}
        {retryingCount > 0 && (
          <small className={styles.retrying}>
            {failedCount > 0 ? messages.retryingLink(formatCount(retryingCount)) : messages.retrying}
          </small>
        )}
      </div>
      <div className={styles.what}>
        <p className={styles.title}>
          <span className="truncate" title={endpoint.name}>
            {endpoint.name}
          </span>
          <Badge tone="danger">{word}</Badge>
          {stopped && <Badge tone="warning">{stopped}</Badge>}
        </p>
        <p className={classNames(styles.url, 'truncate')} title={endpoint.url}>
          {endpoint.url}
        </p>
        {sample && (
          <p className={styles.sample}>
            <Link href={`/deliveries/${sample.id}`}>{sample.error?.message ?? messages.newestDelivery}</Link>
            {excerpt && (
              <code className="truncate" title={excerpt}>
                {excerpt}
              </code>
            )}
          </p>
        )}
      </div>
      <dl className={styles.times}>
        <div>
          <dt>{messages.lastSeen}</dt>
          <dd>
            <RelativeTime at={lastSeenAt} absolute="inline" />
          </dd>
        </div>
        <div>
          <dt>{messages.firstSeen}</dt>
          <dd>
            <RelativeTime at={firstSeenAt} absolute="inline" />
          </dd>
        </div>
      </dl>
      <div className={styles.actions}>
        <ButtonLink href={logLink(viewOfGroup(group, time))}>{messages.deliveries}</ButtonLink>
        {mayManage && (
          <Button icon="retry" isDisabled={endpoint.deletedAt !== null} onPress={onRetryAll}>
            {messages.retryAll}
          </Button>
        )}
      </div>
    </li>
  );
}

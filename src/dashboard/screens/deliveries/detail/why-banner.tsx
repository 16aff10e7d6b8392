import { Banner } from '../../../components/banner.tsx';
import { AbsoluteTime } from '../../../components/relative-time.tsx';
import { describeAttemptError, describeFailure } from '../../../features/deliveries/words.ts';
import { useTimeText } from '../../../time/clock.ts';
import { formatMoment, formatRelative } from '../../../time/format-time.ts';
import { messages } from '../messages.ts';
import { describeWait } from '../wait-words.ts';
import styles from './delivery-detail.module.css';
import type { Detail } from './detail-documents.ts';

/** A banner that says why the delivery has its status, why it is on hold, and when the next attempt is. */
export function WhyBanner({ delivery }: { readonly delivery: Detail }) {
  const {
    status,
    failureReason,
    error,
    nextAttemptAt,
    attemptCount,
    maxAttempts,
    endpoint,
    responseStatus,
    waitingFor,
  } = delivery;
  const next = useTimeText(nowMs => {
    if (!nextAttemptAt) return '';
    const atMs = Date.parse(nextAttemptAt);
    return atMs - nowMs < 1_000 ? messages.dueNowInSentence : formatRelative(atMs, nowMs);
  });
  if (status === 'SUCCEEDED' || (status === 'PENDING' && !waitingFor)) return null;
  if (status === 'PROCESSING') return <Banner>{messages.sendingAttempt(attemptCount)}</Banner>;
  const what = error && (responseStatus === null ? describeAttemptError(error) : error.message);
  return (
    <Banner tone={status === 'FAILED' ? 'danger' : 'warning'} className={styles.why}>
      {failureReason && <p>{describeFailure(delivery, failureReason)}</p>}
      {what && <p>{what}</p>}
      {status === 'FAILED' && endpoint.status === 'DISABLED' && (
        <p>{messages.retryNeedsEnabledEndpoint(endpoint.statusReason ? ` (${endpoint.statusReason})` : '')}</p>
      )}
      {nextAttemptAt &&
        (waitingFor ? (
          <p>
            {describeWait(waitingFor, formatMoment)}
            {endpoint.status !== 'ENABLED' && endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}
          </p>
        ) : (
          <p title={formatMoment(nextAttemptAt)}>
            {messages.attemptOf(attemptCount + 1, Math.max(maxAttempts, attemptCount + 1), next)}{' '}
            <AbsoluteTime at={nextAttemptAt} />
          </p>
        ))}
    </Banner>
  );
}

import { describeAttemptError, describeFailure } from '../../../features/deliveries/words.ts';
import { useTimeText } from '../../../time/clock.ts';
import { formatMoment, formatRelative } from '../../../time/format-time.ts';
import { describeWait } from '../wait-words.ts';
import type { Detail } from './detail-documents.ts';

/** Why the delivery has its status, what holds it back, and when the next attempt is. */
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
    return atMs - nowMs < 1_000 ? 'due now' : formatRelative(atMs, nowMs);
  });
  if (status === 'SUCCEEDED' || (status === 'PENDING' && !waitingFor)) return null;
  if (status === 'PROCESSING') return <p className="banner">Sending attempt {attemptCount}…</p>;
  const what = error && (responseStatus === null ? describeAttemptError(error) : error.message);
  return (
    <div className={`banner ${status === 'FAILED' ? 'banner-danger' : 'banner-warning'} detail-why`}>
      {failureReason && <p>{describeFailure(delivery, failureReason)}</p>}
      {what && <p>{what}</p>}
      {status === 'FAILED' && endpoint.status === 'DISABLED' && (
        <p>The endpoint is disabled{endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}. Enable it to retry.</p>
      )}
      {nextAttemptAt &&
        (waitingFor ? (
          <p>
            {describeWait(waitingFor, formatMoment)}
            {endpoint.status !== 'ENABLED' && endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}
          </p>
        ) : (
          <p title={formatMoment(nextAttemptAt)}>
            Attempt {attemptCount + 1} of {Math.max(maxAttempts, attemptCount + 1)} {next}.
          </p>
        ))}
    </div>
  );
}

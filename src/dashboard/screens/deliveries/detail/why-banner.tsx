import { useTimeText } from '../../../time/clock.ts';
import { formatRelative, formatUtc } from '../../../time/format-time.ts';
import { errorWords, failureWords } from '../words.ts';
import type { Detail } from './detail-documents.ts';

/** Why the delivery is where it is, and when it is tried next: the sentence that one came to read. */
export function WhyBanner({ delivery }: { readonly delivery: Detail }) {
  const { status, failureReason, error, nextAttemptAt, attemptCount, maxAttempts, endpoint, responseStatus } = delivery;
  const next = useTimeText(nowMs => {
    if (!nextAttemptAt) return '';
    const atMs = Date.parse(nextAttemptAt);
    return atMs - nowMs < 1_000 ? 'due now' : formatRelative(atMs, nowMs);
  });
  if (status === 'SUCCEEDED' || (status === 'PENDING' && endpoint.status === 'ENABLED')) return null;
  if (status === 'PROCESSING') return <p className="banner">Attempt {attemptCount} is under way.</p>;
  const what = error && (responseStatus === null ? `${errorWords[error.code]}: ${error.message}` : error.message);
  const held = endpoint.status === 'PAUSED' ? 'paused' : 'disabled';
  return (
    <div className={`banner ${status === 'FAILED' ? 'banner-danger' : 'banner-warning'} detail-why`}>
      {failureReason && <p>{failureWords[failureReason]}</p>}
      {what && <p>{what}</p>}
      {status === 'FAILED' && endpoint.status === 'DISABLED' && (
        <p>Its endpoint is disabled{endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}: enable it to retry.</p>
      )}
      {nextAttemptAt &&
        (endpoint.status === 'ENABLED' ? (
          <p title={formatUtc(nextAttemptAt)}>
            Attempt {attemptCount + 1} of {Math.max(maxAttempts, attemptCount + 1)} is {next}.
          </p>
        ) : (
          <p>
            It waits: the endpoint is {held}
            {endpoint.statusReason ? ` (${endpoint.statusReason})` : ''}.
          </p>
        ))}
    </div>
  );
}

import type { AttemptErrorCode, FailureReason } from '../../generated/graphql.ts';

/** What went wrong with an attempt, in a few words. */
export const errorWords: Readonly<Record<AttemptErrorCode, string>> = {
  HTTP_STATUS: 'HTTP error status',
  TIMEOUT: 'Timed out',
  CONNECT_TIMEOUT: 'Connection timed out',
  CONNECTION_REFUSED: 'Connection refused',
  CONNECTION_RESET: 'Connection reset',
  DNS: 'DNS error',
  TLS: 'TLS error',
  PROTOCOL: 'Invalid HTTP response',
  BLOCKED_ADDRESS: 'Blocked address',
  TEMPLATE: 'Template error',
  DECRYPTION: 'Decryption error',
  INTERRUPTED: 'Interrupted (outcome unknown)',
};

/** What went wrong with an attempt. The words for its code are left out if the message of the server begins with them. */
export function describeAttemptError({ code, message }: { readonly code: AttemptErrorCode; readonly message: string }) {
  const words = errorWords[code];
  return message.toLowerCase().startsWith(words.toLowerCase()) ? message : `${words}: ${message}`;
}

/** Why a delivery failed, as a sentence. */
const failureWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: 'All attempts failed.',
  GONE: 'The endpoint returned 410 Gone, so retries stopped.',
  CANCELED: 'Canceled manually.',
  ENDPOINT_DELETED: 'The endpoint was deleted.',
  UNSENDABLE: "The request couldn't be built: check the endpoint's URL or template.",
  EXPIRED: 'Expired by data retention before it was delivered.',
};

/** Why a delivery failed, as a sentence that counts its attempts. */
export function describeFailure(
  { attemptCount, isTest }: { readonly attemptCount: number; readonly isTest: boolean },
  reason: FailureReason,
): string {
  if (reason !== 'EXHAUSTED') return failureWords[reason];
  if (isTest) return 'The test failed.';
  return attemptCount === 1 ? 'The only attempt failed.' : `All ${attemptCount} attempts failed.`;
}

/** Why a delivery failed, in a few words. */
export const reasonWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: 'Retries exhausted',
  GONE: 'Gone (410)',
  CANCELED: 'Canceled',
  ENDPOINT_DELETED: 'Endpoint deleted',
  UNSENDABLE: 'Invalid request',
  EXPIRED: 'Expired',
};

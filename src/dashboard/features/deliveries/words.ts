import type { AttemptErrorCode, FailureReason } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** The display text for each error of an attempt. */
export const errorWords: Readonly<Record<AttemptErrorCode, string>> = {
  HTTP_STATUS: messages.httpErrorStatus,
  TIMEOUT: messages.timedOut,
  CONNECT_TIMEOUT: messages.connectionTimedOut,
  CONNECTION_REFUSED: messages.connectionRefused,
  CONNECTION_RESET: messages.connectionReset,
  DNS: messages.dnsError,
  TLS: messages.tlsError,
  PROTOCOL: messages.invalidHttpResponse,
  BLOCKED_ADDRESS: messages.blockedAddress,
  TEMPLATE: messages.templateError,
  DECRYPTION: messages.decryptionError,
  INTERRUPTED: messages.interruptedOutcomeUnknown,
};

/** Describes the error of an attempt. The text for its code is left out if the message of the server begins with it. */
export function describeAttemptError({ code, message }: { readonly code: AttemptErrorCode; readonly message: string }) {
  const words = errorWords[code];
  return message.toLowerCase().startsWith(words.toLowerCase()) ? message : `${words}: ${message}`;
}

/** Sentences that say why a delivery failed, by failure reason. */
const failureWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: messages.failedByExhaustion,
  GONE: messages.failedByGone,
  CANCELED: messages.failedByCancellation,
  ENDPOINT_DELETED: messages.failedByEndpointDeletion,
  UNSENDABLE: messages.failedByInvalidRequest,
  EXPIRED: messages.failedByRetention,
};

/** Returns a sentence that says why a delivery failed, with the number of its attempts. */
export function describeFailure(
  { attemptCount, isTest }: { readonly attemptCount: number; readonly isTest: boolean },
  reason: FailureReason,
): string {
  if (reason !== 'EXHAUSTED') return failureWords[reason];
  if (isTest) return messages.failedTest;
  return attemptCount === 1 ? messages.theOnlyAttemptFailed : messages.allCountedAttemptsFailed(attemptCount);
}

/** The display text for each failure reason. */
export const reasonWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: messages.retriesExhausted,
  GONE: messages.gone410,
  CANCELED: messages.canceled,
  ENDPOINT_DELETED: messages.endpointDeleted,
  UNSENDABLE: messages.invalidRequest,
  EXPIRED: messages.expired,
};

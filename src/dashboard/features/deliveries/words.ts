import type { AttemptErrorCode, FailureReason } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** What went wrong with an attempt, in a few words. */
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

/** What went wrong with an attempt. The words for its code are left out if the message of the server begins with them. */
export function describeAttemptError({ code, message }: { readonly code: AttemptErrorCode; readonly message: string }) {
  const words = errorWords[code];
  return message.toLowerCase().startsWith(words.toLowerCase()) ? message : `${words}: ${message}`;
}

/** Why a delivery failed, as a sentence. */
const failureWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: messages.allAttemptsFailed,
  GONE: messages.theEndpointReturned410Gone,
  CANCELED: messages.canceledManually,
  ENDPOINT_DELETED: messages.theEndpointWasDeleted,
  UNSENDABLE: messages.theRequestCouldntBeBuilt,
  EXPIRED: messages.expiredByDataRetentionBefore,
};

/** Why a delivery failed, as a sentence that counts its attempts. */
export function describeFailure(
  { attemptCount, isTest }: { readonly attemptCount: number; readonly isTest: boolean },
  reason: FailureReason,
): string {
  if (reason !== 'EXHAUSTED') return failureWords[reason];
  if (isTest) return messages.theTestFailed;
  return attemptCount === 1 ? messages.theOnlyAttemptFailed : messages.allCountedAttemptsFailed(attemptCount);
}

/** Why a delivery failed, in a few words. */
export const reasonWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: messages.retriesExhausted,
  GONE: messages.gone410,
  CANCELED: messages.canceled,
  ENDPOINT_DELETED: messages.endpointDeleted,
  UNSENDABLE: messages.invalidRequest,
  EXPIRED: messages.expired,
};

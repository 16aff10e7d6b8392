import type { AttemptErrorCode, FailureReason } from '../../generated/graphql.ts';

/** What went wrong with an attempt, in a few words. */
export const errorWords: Readonly<Record<AttemptErrorCode, string>> = {
  HTTP_STATUS: 'Refused by status',
  TIMEOUT: 'Timed out',
  CONNECT_TIMEOUT: 'Connect timed out',
  CONNECTION_REFUSED: 'Connection refused',
  CONNECTION_RESET: 'Connection reset',
  DNS: 'Name not found',
  TLS: 'TLS failed',
  PROTOCOL: 'Not HTTP',
  BLOCKED_ADDRESS: 'Blocked address',
  TEMPLATE: 'Template failed',
  DECRYPTION: 'Secret not decrypted',
  INTERRUPTED: 'Interrupted, outcome unknown',
};

/** Why a delivery was given up, as a sentence. */
export const failureWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: 'Every attempt that the schedule allows has failed.',
  GONE: 'The receiver answered 410 Gone: it wants no more of it.',
  CANCELED: 'Somebody canceled it.',
  ENDPOINT_DELETED: 'Its endpoint was deleted.',
  UNSENDABLE: 'No request could be made, and none ever will: the URL or the template forbids it.',
  EXPIRED: 'It was still waiting when retention dropped it.',
};

/** Why a delivery was given up, in a few words. */
export const reasonWords: Readonly<Record<FailureReason, string>> = {
  EXHAUSTED: 'Attempts used up',
  GONE: 'Gone (410)',
  CANCELED: 'Canceled',
  ENDPOINT_DELETED: 'Endpoint deleted',
  UNSENDABLE: 'Unsendable',
  EXPIRED: 'Expired',
};

import type { ErrorCode } from './errors.ts';

/** The HTTP status of an error code, and its description in the documentation. */
export interface ErrorDescription {
  /** The HTTP status of a request that was rejected with this error before anything was executed. */
  readonly status: number;
  readonly meaning: string;
  /** Tells the client or the operator how to resolve the error. */
  readonly action: string;
}

/** Describes every error code. `npm run generate` writes `docs/reference/errors.md` from this table. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorDescription>> = {
  BAD_USER_INPUT: {
    status: 400,
    meaning:
      'The input can never be accepted. `argument` names the first field that is wrong, and `problems` all of them.',
    action: 'Correct the input. The same request gets the same error.',
  },
  UNAUTHORIZED: {
    status: 401,
    meaning: 'The key is missing, unknown, revoked or expired.',
    action: 'Send a valid key: `Authorization: Bearer <key>`.',
  },
  FORBIDDEN: {
    status: 403,
    meaning: 'The key lacks a permission, which `permission` names. It is null if no permission would do.',
    action: 'Use a key with that permission.',
  },
  NOT_FOUND: {
    status: 404,
    meaning:
      'The tenant has no object with this id, or the credential has no access to it. `argument` and `id` name it.',
    action: 'Check the id, and the tenant of the key.',
  },
  INVALID_STATE: {
    status: 409,
    meaning: 'The object exists, but its `state` does not allow the operation. Nothing was changed.',
    action: 'Read the object again. Enable a disabled endpoint before you retry or replay its deliveries.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    meaning: 'The tenant has as many objects of a kind as it may have, which is `limit`. Nothing was changed.',
    action: 'Remove what is no longer needed, or raise the setting that the message names.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    meaning:
      'The idempotency key was used within 7 days for another type, payload or list of endpoints. The error names the event that was published with it.',
    action: 'Use a new key for a new event. To repeat a request, send exactly the same content.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    meaning: 'The payload or the request is larger than this server accepts.',
    action: 'Send less, or raise `MAX_PAYLOAD_BYTES` or `MAX_REQUEST_BYTES`.',
  },
  CURSOR_EXPIRED: {
    status: 400,
    meaning:
      'The live feed no longer holds what follows the cursor, or could not be reached when the cursor was taken.',
    action: 'List again, then subscribe after the new `feedCursor`. If it happens often, raise `FEED_LOG_BYTES`.',
  },
  RATE_LIMITED: {
    status: 429,
    meaning: 'Too many requests of a key, too many failed sign-ins of an address, or too many streams of a key.',
    action: 'Wait for as many seconds as `Retry-After` says, then try again.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'The operation asks for too much at once: by its cost, its document, its JSON or its answer.',
    action: 'Ask for smaller pages or fewer fields, or split the operation.',
  },
  TIMEOUT: {
    status: 504,
    meaning:
      'The operation or one of its statements took too long. The message of a mutation says whether it was canceled before it took effect, or may have taken effect.',
    action: 'Ask for less. Repeat a publish with the same idempotency key.',
  },
  UNAVAILABLE: {
    status: 503,
    meaning:
      'The server needs something that does not answer, such as the database, or has too much waiting. A mutation may have taken effect.',
    action: 'Try again later, a publish with the same idempotency key. Look at `/readyz` if it lasts.',
  },
  INTERNAL: {
    status: 500,
    meaning: 'A bug in the server. `id` names it in the log.',
    action: 'Report the bug with the log line that has this id.',
  },
};

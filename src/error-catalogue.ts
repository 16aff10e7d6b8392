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
    meaning:
      'The key lacks the permission that `permission` names. It is null if no permission would allow the request.',
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
    meaning: 'The tenant has reached `limit`, the largest number of objects of this kind. Nothing was changed.',
    action: 'Delete objects that are no longer needed, or raise the setting that the message names.',
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
      'The live feed no longer contains the updates after the cursor, or was unreachable when the cursor was created.',
    action: 'List again, then subscribe after the new `feedCursor`. If it happens often, raise `FEED_LOG_BYTES`.',
  },
  RATE_LIMITED: {
    status: 429,
    meaning:
      'The key has sent too many requests or opened too many streams, or too many sign-ins from the address have failed.',
    action: 'Wait for as many seconds as `Retry-After` says, then try again.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'The operation exceeds a limit on its cost, its document, its JSON or the size of its response.',
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
      'A service that the server needs, such as the database, does not respond, or too many operations are waiting. A mutation may have taken effect.',
    action: 'Try again later. Repeat a publish with the same idempotency key. If the error persists, check `/readyz`.',
  },
  INTERNAL: {
    status: 500,
    meaning: 'A bug in the server. `id` names it in the log.',
    action: 'Report the bug with the log line that has this id.',
  },
};

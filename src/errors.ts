/**
 * The complete list of error codes that clients can receive.
 *
 * Domain functions throw errors with these codes. Any other error is a bug: the server logs it with an id, and the
 * client gets `INTERNAL` with that id and no details.
 */
export const errorCodes = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'INVALID_STATE',
  'QUOTA_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'CURSOR_EXPIRED',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * An expected failure. The client sees its message, so the message never contains a secret or another tenant's data.
 */
export abstract class LivehookError extends Error {
  abstract readonly code: ErrorCode;
}

/** The request has no API key, or its key is unknown, revoked or expired. */
export class UnauthorizedError extends LivehookError {
  readonly code = 'UNAUTHORIZED';
}

/**
 * The key is valid but lacks `permission`. `permission` is null if no permission allows the request, for example to
 * select another tenant.
 */
export class ForbiddenError extends LivehookError {
  readonly code = 'FORBIDDEN';
  readonly permission: string | null;
  constructor(message: string, permission: string | null) {
    super(message);
    this.permission = permission;
  }
}

/**
 * The tenant has no row with this id. A row of another tenant is reported in the same way.
 *
 * @property argument the path of the argument that contains the id, such as `id` or `input.endpointIds.2`.
 * @property id the id as the client sent it.
 */
export class NotFoundError extends LivehookError {
  readonly code = 'NOT_FOUND';
  readonly argument: string;
  readonly id: string;
  constructor(message: string, argument: string, id: string) {
    super(message);
    this.argument = argument;
    this.id = id;
  }
}

/** A problem that validation found in a client's input. */
export interface InputProblem {
  /** The path of the argument, such as `input.url` or `inputs.3.type`. */
  readonly argument: string;
  /** The problem in words, such as `must not have a fragment`. */
  readonly message: string;
}

/**
 * Input that can never be accepted. `argument` is the path of the first problem, such as `input.url`, and the message
 * begins with it: `input.url: must not have a fragment`. `problems` lists all problems, including the first.
 */
export class BadUserInputError extends LivehookError {
  readonly code = 'BAD_USER_INPUT';
  readonly argument: string;
  readonly problems: readonly InputProblem[];
  constructor(argument: string, message: string, others: readonly InputProblem[] = []) {
    super(`${argument}: ${message}`);
    this.argument = argument;
    this.problems = [{ argument, message }, ...others];
  }
}

/**
 * The row exists, but its state does not allow the operation. Nothing was changed.
 *
 * @property state the row's status, such as `SUCCEEDED`; or `DELETED`; or `PURGED` if retention has removed the
 *   payload; or `UNDECRYPTABLE` for a secret that the encryption key cannot decrypt.
 */
export class InvalidStateError extends LivehookError {
  readonly code = 'INVALID_STATE';
  readonly state: string;
  constructor(message: string, state: string) {
    super(message);
    this.state = state;
  }
}

/** The tenant already has `limit` objects of the type to be created. Nothing was changed. */
export class QuotaExceededError extends LivehookError {
  readonly code = 'QUOTA_EXCEEDED';
  readonly limit: number;
  constructor(message: string, limit: number) {
    super(message);
    this.limit = limit;
  }
}

/**
 * The idempotency key was used within 7 days for another type, payload or list of endpoints.
 *
 * @property eventId UUID of the event that was published with the key. Null if two events of this call share the key.
 */
export class IdempotencyConflictError extends LivehookError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  readonly eventId: string | null;
  constructor(message: string, eventId: string | null) {
    super(message);
    this.eventId = eventId;
  }
}

/** The payload exceeds `MAX_PAYLOAD_BYTES`, or the request exceeds `MAX_REQUEST_BYTES`. */
export class PayloadTooLargeError extends LivehookError {
  readonly code = 'PAYLOAD_TOO_LARGE';
  readonly argument: string;
  constructor(argument: string, problem: string) {
    super(`${argument}: ${problem}`);
    this.argument = argument;
  }
}

/** A key or socket has exceeded a limit. The same request may succeed later. */
export class RateLimitedError extends LivehookError {
  readonly code = 'RATE_LIMITED';
}

/**
 * The feed's log no longer contains what follows the cursor: entries were removed, or Redis lost the log. The client
 * has to list again and subscribe with a new cursor.
 */
export class CursorExpiredError extends LivehookError {
  readonly code = 'CURSOR_EXPIRED';
}

/** A dependency, mostly PostgreSQL, does not respond. The same request may succeed later. */
export class UnavailableError extends LivehookError {
  readonly code = 'UNAVAILABLE';
}

/** The statement exceeded `STATEMENT_TIMEOUT_MS`. The client should ask for less. */
export class TimeoutError extends LivehookError {
  readonly code = 'TIMEOUT';
}

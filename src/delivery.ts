/**
 * The statuses of a delivery, its transitions, and the decision about the next step after an attempt:
 *
 *     PENDING, RETRYING --claim--> PROCESSING
 *     PROCESSING --2xx--> SUCCEEDED
 *     PROCESSING --failed with retries left, or interrupted--> RETRYING (due at nextAttemptAt)
 *     PROCESSING --no retries left: EXHAUSTED; 410: GONE; the request can never be sent: UNSENDABLE--> FAILED
 *     PROCESSING --released, no request was written--> RETRYING (due as before, same attempt number)
 *     PENDING, RETRYING --cancel: CANCELED; endpoint deleted: ENDPOINT_DELETED; retention: EXPIRED--> FAILED
 *     FAILED --retryDelivery--> PENDING
 *
 * This file only decides. The statements in src/domain/delivery-state write the changes.
 */

/** The statuses of a delivery, in the order in which `DeliveryOrderField.STATUS` sorts them. */
export const deliveryStatuses = ['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export const failureReasons = ['EXHAUSTED', 'GONE', 'CANCELED', 'ENDPOINT_DELETED', 'UNSENDABLE', 'EXPIRED'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const attemptErrorCodes = [
  'HTTP_STATUS',
  'DNS',
  'CONNECTION_REFUSED',
  'CONNECTION_RESET',
  'CONNECT_TIMEOUT',
  'TIMEOUT',
  'TLS',
  'PROTOCOL',
  'BLOCKED_ADDRESS',
  'TEMPLATE',
  'DECRYPTION',
  'INTERRUPTED',
] as const;
export type AttemptErrorCode = (typeof attemptErrorCodes)[number];

/**
 * The cause of an attempt. Only a MANUAL attempt has priority over other deliveries of its endpoint, and is sent even
 * while a `Retry-After` of the receiver pauses the endpoint.
 */
export const attemptTriggers = ['SCHEDULE', 'MANUAL', 'BULK'] as const;
export type AttemptTrigger = (typeof attemptTriggers)[number];

/**
 * A delivery right after one of its transitions: all scalar fields that a list shows, and those that filters use. Ids
 * are UUIDs (not TypeIDs), times are Unix milliseconds.
 */
export interface DeliverySnapshot {
  readonly id: string;
  readonly tenantId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  /** The number of attempts that were claimed, including one in flight. */
  readonly attemptCount: number;
  /**
   * The attempt number at which the current retry schedule ends. The delivery fails if that attempt fails. An
   * interrupted attempt raises it.
   */
  readonly maxAttempts: number;
  /** The status of the last response. Null if the last attempt got no response. */
  readonly responseStatus: number | null;
  /** The error of the last attempt. Null after a success. */
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** The duration of the last attempt. Null before the first attempt ends. */
  readonly latencyMs: number | null;
  /** Set if and only if the status is PENDING or RETRYING. */
  readonly nextAttemptAt: number | null;
  readonly updatedAt: number;
  /** When the delivery became SUCCEEDED or FAILED. */
  readonly finishedAt: number | null;
  /** When the last failed attempt ended. */
  readonly lastFailedAt: number | null;
  readonly isTest: boolean;
  readonly replayOf: string | null;
  /**
   * The bulk operation that was the last to retry this delivery, or that created this replay. Null if there is none.
   */
  readonly bulkOperationId: string | null;
  /** The version of the delivery: 1 when it is created, and one more after each transition. */
  readonly version: number;
}

/** The values before a transition of the fields that the transition can change and that filters use. */
export type PreviousState = Pick<
  DeliverySnapshot,
  'status' | 'failureReason' | 'responseStatus' | 'errorCode' | 'bulkOperationId' | 'latencyMs'
>;

/** A change of a delivery's status, as the feed stores and publishes it. */
export interface Transition {
  readonly delivery: DeliverySnapshot;
  /** The delivery's state before the transition. Null if the delivery was just created. */
  readonly previous: PreviousState | null;
  /** When the transition was committed, in Unix milliseconds by the database's clock. */
  readonly occurredAt: number;
  /** The endpoint's name, which `search` in a filter also matches. */
  readonly endpointName: string;
  /** The endpoint's URL. The feed in Redis removes its query string, which may contain secrets: see `withoutQuery`. */
  readonly endpointUrl: string;
}

/** The part of an attempt's result that decides the next step of the delivery. */
export type AttemptResult =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | null }
  /** `failureReason` is null if a later attempt may succeed, so that the delivery follows its retry schedule. */
  | { readonly kind: 'error'; readonly failureReason: FailureReason | null }
  | { readonly kind: 'interrupted' };

/** The position of a delivery in its retry schedule when an attempt ends. */
export interface ScheduleState {
  /** The number of the attempt that ended. */
  readonly attemptNumber: number;
  /** The number of schedule steps used since the delivery was created or last retried by hand. */
  readonly scheduleStep: number;
  /** The number of consecutive INTERRUPTED attempts before this one. */
  readonly interruptions: number;
  /** The waits after failed attempts in seconds. Empty: one attempt. */
  readonly scheduleSeconds: readonly number[];
}

export type NextStep =
  | { readonly status: 'SUCCEEDED' }
  | ({ readonly status: 'FAILED'; readonly failureReason: FailureReason } & EndpointPause)
  | ({
      readonly status: 'RETRYING';
      readonly delayMs: number;
      /**
       * The schedule's own delay, if a longer `Retry-After` replaced it in `delayMs`. Null if `delayMs` is the
       * schedule's.
       */
      readonly scheduleDelayMs: number | null;
      readonly scheduleStep: number;
      readonly interruptions: number;
      readonly maxAttempts: number;
    } & EndpointPause);

interface EndpointPause {
  /** The receiver asked to pause the whole endpoint for this many milliseconds. Null if it did not. */
  readonly pauseEndpointMs: number | null;
}

const maxRetryAfterMs = 86_400_000;
/**
 * Status codes whose `Retry-After` pauses the endpoint, because the receiver or a gateway in front of it is overloaded
 * or unavailable.
 */
const pausingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const maxInterruptions = 3;
const jitter = 0.1;

/**
 * Decides the next step after an attempt. Pure except for `random`, a number in [0, 1) that varies the wait by ±10%.
 *
 * - A 2xx response succeeds, and 410 is GONE. Any other status or temporary error uses the next step of the schedule.
 * - `Retry-After` on 429, 502, 503 and 504 makes the wait longer, up to a day, and never shorter.
 * - INTERRUPTED uses no step, and the retry is due at once. The third one in a row counts as a failed attempt.
 */
export function decideNextStep(result: AttemptResult, state: ScheduleState, nowMs: number, random: number): NextStep {
  if (result.kind === 'response') {
    if (result.status >= 200 && result.status <= 299) return { status: 'SUCCEEDED' };
    if (result.status === 410) return fail('GONE');
  }
  if (result.kind === 'error' && result.failureReason !== null) return fail(result.failureReason);
  const { attemptNumber, scheduleStep, scheduleSeconds } = state;
  if (result.kind === 'interrupted' && state.interruptions + 1 < maxInterruptions) {
    return {
      status: 'RETRYING',
      delayMs: 0,
      scheduleDelayMs: null,
      scheduleStep,
      interruptions: state.interruptions + 1,
      maxAttempts: attemptNumber + 1 + Math.max(0, scheduleSeconds.length - scheduleStep),
      pauseEndpointMs: null,
    };
  }
  const pauseEndpointMs = decidePause(result, nowMs);
  const waitSeconds = scheduleSeconds[scheduleStep];
  if (waitSeconds === undefined) return fail('EXHAUSTED', pauseEndpointMs);
  const waitMs = Math.round(waitSeconds * 1000 * (1 + jitter * (2 * random - 1)));
  const isLengthened = pauseEndpointMs !== null && pauseEndpointMs > waitMs;
  return {
    status: 'RETRYING',
    delayMs: isLengthened ? Math.round(pauseEndpointMs) : waitMs,
    scheduleDelayMs: isLengthened ? waitMs : null,
    scheduleStep: scheduleStep + 1,
    interruptions: 0,
    maxAttempts: attemptNumber + scheduleSeconds.length - scheduleStep,
    pauseEndpointMs,
  };
}

function fail(failureReason: FailureReason, pauseEndpointMs: number | null = null): NextStep {
  return { status: 'FAILED', failureReason, pauseEndpointMs };
}

function decidePause(result: AttemptResult, nowMs: number): number | null {
  if (result.kind !== 'response' || !pausingStatuses.has(result.status)) return null;
  const askedMs = parseRetryAfter(result.retryAfter, nowMs);
  return askedMs ? Math.min(askedMs, maxRetryAfterMs) : null;
}

/**
 * Parses a `Retry-After` header into a wait in milliseconds. It accepts a number of seconds, or an IMF-fixdate in the
 * future. Returns null for anything else, and for null, which stands for a header that is absent or sent twice.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse accepts nearly any text, so only a text that equals its own formatted date is an IMF-fixdate.
  const at = Date.parse(value);
  return at > nowMs && new Date(at).toUTCString() === value ? at - nowMs : null;
}

/**
 * A delivery: its statuses, its transitions, and what follows an attempt. Every layer shares these words.
 *
 *     PENDING, RETRYING --claim--> PROCESSING
 *     PROCESSING --2xx--> SUCCEEDED
 *     PROCESSING --failed, the schedule has a next step; or interrupted--> RETRYING (due at nextAttemptAt)
 *     PROCESSING --schedule used up: EXHAUSTED; 410: GONE; no request can ever be made: UNSENDABLE--> FAILED
 *     PROCESSING --released, no request was written--> RETRYING (due as before, same attempt number)
 *     PENDING, RETRYING --cancel: CANCELED; endpoint deleted: ENDPOINT_DELETED; retention: EXPIRED--> FAILED
 *     FAILED --retryDelivery--> PENDING
 *
 * This file decides; the statements of src/domain/delivery-state write it.
 */

/** The states of a delivery, in the order in which `DeliveryOrderField.STATUS` sorts them. */
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

/** What causes an attempt. Of the three only MANUAL overtakes its lane, and a pause that the receiver asked for. */
export const attemptTriggers = ['SCHEDULE', 'MANUAL', 'BULK'] as const;
export type AttemptTrigger = (typeof attemptTriggers)[number];

/**
 * A delivery as it stood right after one of its transitions: every scalar that a list shows, and what a filter looks
 * at. Ids are UUIDs (not TypeIDs), times are unix milliseconds.
 */
export interface DeliverySnapshot {
  readonly id: string;
  readonly tenantId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  /** Attempts claimed so far, the one in flight included. */
  readonly attemptCount: number;
  /** The number of the last attempt that the current run of the schedule allows. */
  readonly maxAttempts: number;
  /** Of the last attempt; null where no response came. */
  readonly responseStatus: number | null;
  /** Of the last attempt; null after a success. */
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** How long the last attempt took. Null before the first attempt ends. */
  readonly latencyMs: number | null;
  /** Set exactly in PENDING and RETRYING. */
  readonly nextAttemptAt: number | null;
  readonly updatedAt: number;
  /** When SUCCEEDED or FAILED was reached. */
  readonly finishedAt: number | null;
  /** The end of the last failed attempt. */
  readonly lastFailedAt: number | null;
  readonly isTest: boolean;
  readonly replayOf: string | null;
  /** The bulk operation that retried it last or, for a replay, that created it. Null: none did. */
  readonly bulkOperationId: string | null;
  /** 1 at creation, +1 at each transition. */
  readonly version: number;
}

/** What a filter looks at and a transition changes: as it stood right before. */
export interface PreviousState {
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  readonly responseStatus: number | null;
  readonly errorCode: AttemptErrorCode | null;
  readonly bulkOperationId: string | null;
  readonly latencyMs: number | null;
}

/** A delivery moving from one status to another: what the feed carries. */
export interface Transition {
  readonly delivery: DeliverySnapshot;
  /** Null at creation. */
  readonly previous: PreviousState | null;
  /** Unix milliseconds, by the database's clock. */
  readonly occurredAt: number;
  /** For the filter's `search`. */
  readonly endpointName: string;
  /** Redis holds it without its query: see `withoutQuery`. */
  readonly endpointUrl: string;
}

/** How an attempt ended, as far as the next step depends on it. */
export type AttemptResult =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | null }
  | {
      readonly kind: 'error';
      readonly code: Exclude<AttemptErrorCode, 'INTERRUPTED' | 'HTTP_STATUS'>;
      readonly permanent: boolean;
    }
  | { readonly kind: 'interrupted' };

/** Where a delivery stands in its schedule when an attempt ends. */
export interface ScheduleState {
  /** The number of the attempt that ended. */
  readonly attemptNumber: number;
  /** Steps of the schedule that this run has taken. */
  readonly scheduleStep: number;
  /** INTERRUPTED attempts in a row before this one. */
  readonly interruptions: number;
  /** Waits after each failed attempt, in seconds. Empty: one attempt. */
  readonly scheduleSeconds: readonly number[];
}

export type NextStep =
  | { readonly status: 'SUCCEEDED' }
  | ({ readonly status: 'FAILED'; readonly failureReason: FailureReason } & EndpointPause)
  | ({
      readonly status: 'RETRYING';
      readonly delayMs: number;
      /** What the schedule alone asks for; null where `delayMs` is that. */
      readonly scheduleDelayMs: number | null;
      readonly scheduleStep: number;
      readonly interruptions: number;
      readonly maxAttempts: number;
    } & EndpointPause);

interface EndpointPause {
  /** The receiver asked for a pause of the whole endpoint, of this many milliseconds; null: it did not. */
  readonly pauseEndpointMs: number | null;
}

const maxRetryAfterMs = 86_400_000;
/** Responses whose `Retry-After` pauses the endpoint: the receiver, or a gateway before it, is overloaded or away. */
const pausingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const maxInterruptions = 3;
const jitter = 0.1;

/**
 * What follows an attempt. Pure but for `random`, a number in [0, 1) that spreads the wait by +-10 %.
 *
 * - Any 2xx succeeds. 410 is GONE. Every other status, and every error that may pass, takes the schedule's next step.
 * - `Retry-After` on 429, 502, 503 and 504 lengthens the wait to at most a day, and never shortens it.
 * - INTERRUPTED takes no step and is due at once; the third in a row counts as a failed attempt.
 */
export function decideNextStep(result: AttemptResult, state: ScheduleState, nowMs: number, random: number): NextStep {
  if (result.kind === 'response') {
    if (result.status >= 200 && result.status <= 299) return { status: 'SUCCEEDED' };
    if (result.status === 410) return fail('GONE');
  }
  if (result.kind === 'error' && result.permanent) return fail('UNSENDABLE');
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
 * The wait that a `Retry-After` asks for, in milliseconds: whole seconds, or an IMF-fixdate that lies ahead. Null for
 * anything else, and for null (absent, or given twice).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse takes nearly anything ('120' is the year 120); an IMF-fixdate is what it is printed as.
  const at = Date.parse(value);
  return at > nowMs && new Date(at).toUTCString() === value ? at - nowMs : null;
}

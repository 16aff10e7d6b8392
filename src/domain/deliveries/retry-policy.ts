import type { AttemptErrorCode, FailureReason } from '../../feed/transition.ts';

/**
 * The state machine of a delivery:
 *
 *     PENDING, RETRYING --claim--> PROCESSING
 *     PROCESSING --2xx--> SUCCEEDED
 *     PROCESSING --failed, the schedule has a next step; or interrupted--> RETRYING (due at nextAttemptAt)
 *     PROCESSING --schedule used up: EXHAUSTED; 410: GONE; no request can ever be made: UNSENDABLE--> FAILED
 *     PENDING, RETRYING --cancel: CANCELED; endpoint deleted: ENDPOINT_DELETED; retention: EXPIRED--> FAILED
 *     FAILED --retryDelivery--> PENDING
 *
 * This file decides what follows an attempt; src/domain/deliveries/settle.ts writes it.
 */

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
      scheduleStep,
      interruptions: state.interruptions + 1,
      maxAttempts: attemptNumber + 1 + Math.max(0, scheduleSeconds.length - scheduleStep),
      pauseEndpointMs: null,
    };
  }
  const pauseEndpointMs = decidePause(result, nowMs);
  const waitSeconds = scheduleSeconds[scheduleStep];
  if (waitSeconds === undefined) return fail('EXHAUSTED', pauseEndpointMs);
  const waitMs = waitSeconds * 1000 * (1 + jitter * (2 * random - 1));
  return {
    status: 'RETRYING',
    delayMs: Math.round(Math.max(waitMs, pauseEndpointMs ?? 0)),
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

/**
 * The pause between two requests to an endpoint that does not respond, as a share of the time since its first failure.
 */
const pauseShare = 0.05;
const maxPauseMs = 2000;

/**
 * Limits the requests that one endpoint may have in flight by additive increase and multiplicative decrease (AIMD).
 * Each response raises the limit by one, and each request without a response (refused, reset, timed out) halves it. At
 * a limit of one, each failure is followed by a pause of 5% of the time since the first failure, at most 2 s. All times
 * are `performance.now()`.
 */
export class AdaptiveConcurrency {
  readonly #max: number;
  #limit: number;
  /** When the first request failed after the last response. Null after a response. */
  #failingSinceMs: number | null = null;
  #pausedUntilMs = 0;

  /** @param max the initial limit, which is also the largest. */
  constructor(max: number) {
    this.#max = max;
    this.#limit = max;
  }

  /** The number of requests that may be in flight, at least 1. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether failures have reduced the limit below its maximum. */
  get isReduced(): boolean {
    return this.#limit < this.#max;
  }

  recordResponse(): void {
    this.#failingSinceMs = null;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }

  recordFailure(nowMs: number): void {
    this.#failingSinceMs ??= nowMs;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    if (this.#limit === 1) {
      this.#pausedUntilMs = nowMs + Math.min((nowMs - this.#failingSinceMs) * pauseShare, maxPauseMs);
    }
  }

  /** Returns the number of milliseconds until the next request may start. 0 means now. */
  readPause(nowMs: number): number {
    return this.#failingSinceMs === null ? 0 : Math.max(0, Math.ceil(this.#pausedUntilMs - nowMs));
  }
}

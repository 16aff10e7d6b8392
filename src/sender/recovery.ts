/** Failures of the connection in a row, after which one request at a time probes the endpoint. */
const probeAfterFailures = 5;
/**
 * Between two probes: a share of the outage so far, at most so long. Without a pause a refusing endpoint was probed 1,000
 * times a second, and its backlog spent its schedules on an outage of seconds; so it is 40 probes in the first ten.
 */
const probeShare = 0.05;
const longestProbeMs = 2000;
const windowMs = 10_000;
const windowWeight = 0.3;
/** An endpoint of which no rate is known comes back at this many a second. */
const unknownRatePerSecond = 20;
const firstMinuteFactor = 1.5;
const firstMinuteMs = 60_000;
/** After the first minute the pace doubles this often, until the endpoint is taken to be well. */
const doublingMs = 30_000;
const recoveredAfterMs = 300_000;

/**
 * How fast an endpoint that was away gets its backlog. After five connection-level failures in a row (no response at
 * all) it is probed by one request at a time, the less often the longer it has been away. Once one is answered, it gets 1.5 times its rate before the outage for a
 * minute, then twice as much every 30 seconds, and after five minutes whatever it takes.
 */
export class Recovery {
  #failuresInRow = 0;
  #failingSinceMs = 0;
  #probeAtMs = 0;
  /** Answered requests a second while all was well: a moving average over windows of 10 s. Null: none is complete yet. */
  #usualRate: number | null = null;
  #windowStartMs: number;
  #windowCount = 0;
  #answeredAtMs: number | null = null;
  #tokens = 1;
  #tokensAtMs = 0;

  constructor(nowMs: number) {
    this.#windowStartMs = nowMs;
  }

  get isProbing(): boolean {
    return this.#failuresInRow >= probeAfterFailures;
  }

  /** Requests that will be let through in the next second, about; Infinity where all is well. */
  get perSecond(): number {
    return this.#answeredAtMs === null ? Number.POSITIVE_INFINITY : this.#pace(performance.now() - this.#answeredAtMs);
  }

  /** A rate or an outage is known of this endpoint that is worth keeping while it is idle. */
  get isInformed(): boolean {
    return this.isProbing || this.#answeredAtMs !== null || this.#usualRate !== null;
  }

  noteEnd(isConnectionFailure: boolean, nowMs: number): void {
    if (isConnectionFailure) {
      if (this.#failuresInRow === 0) this.#failingSinceMs = nowMs;
      this.#failuresInRow += 1;
      if (!this.isProbing) return;
      this.#answeredAtMs = null;
      this.#probeAtMs = nowMs + Math.min((nowMs - this.#failingSinceMs) * probeShare, longestProbeMs);
      // What was counted of this window was the outage's beginning.
      this.#restartWindow(nowMs);
      return;
    }
    if (this.isProbing) {
      this.#answeredAtMs = nowMs;
      this.#tokens = 1;
      this.#tokensAtMs = nowMs;
    }
    this.#failuresInRow = 0;
    if (this.#answeredAtMs === null) this.#count(nowMs);
  }

  /** Takes a token to send one request now: 0, or in how many milliseconds to try again. */
  tryAcquire(nowMs: number): number {
    if (this.isProbing) return Math.max(0, Math.ceil(this.#probeAtMs - nowMs));
    if (this.#answeredAtMs === null) return 0;
    const sinceMs = nowMs - this.#answeredAtMs;
    if (sinceMs >= recoveredAfterMs) {
      this.#answeredAtMs = null;
      this.#restartWindow(nowMs);
      return 0;
    }
    const ratePerMs = this.#pace(sinceMs) / 1000;
    this.#tokens = Math.min(Math.max(1, ratePerMs * 100), this.#tokens + (nowMs - this.#tokensAtMs) * ratePerMs);
    this.#tokensAtMs = nowMs;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / ratePerMs);
    this.#tokens -= 1;
    return 0;
  }

  #pace(sinceMs: number): number {
    const first = this.#usualRate === null ? unknownRatePerSecond : Math.max(this.#usualRate * firstMinuteFactor, 1);
    return sinceMs < firstMinuteMs ? first : first * 2 ** ((sinceMs - firstMinuteMs) / doublingMs);
  }

  #count(nowMs: number): void {
    this.#windowCount += 1;
    const elapsedMs = nowMs - this.#windowStartMs;
    if (elapsedMs < windowMs) return;
    const rate = (this.#windowCount / elapsedMs) * 1000;
    this.#usualRate = this.#usualRate === null ? rate : this.#usualRate + windowWeight * (rate - this.#usualRate);
    this.#restartWindow(nowMs);
  }

  #restartWindow(nowMs: number): void {
    this.#windowStartMs = nowMs;
    this.#windowCount = 0;
  }
}

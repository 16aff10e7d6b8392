/** While new events arrive, a sender starts at most this many backlogged deliveries a second. */
const perSecond = 2000;
/** New events arrive if one was claimed within this time. */
const activeMs = 1000;
/** The bucket holds the tokens of this time. */
const burstMs = 10;

/**
 * Limits the rate of backlogged deliveries while new events arrive (token bucket). A backlog would otherwise use all CPU time,
 * that of the database as well, and new events would wait at each step. Without new events there is no limit. All times are
 * `performance.now()`.
 */
export class BacklogShare {
  #activeUntilMs = Number.NEGATIVE_INFINITY;
  #tokens = 0;
  #filledAtMs = 0;

  /** Records that a new delivery was claimed. */
  recordNew(nowMs: number): void {
    this.#activeUntilMs = nowMs + activeMs;
  }

  /** Whether new events arrive. */
  isActive(nowMs: number): boolean {
    return nowMs < this.#activeUntilMs;
  }

  /** In how many milliseconds the next backlogged delivery may start. 0 means now. */
  readWait(nowMs: number): number {
    if (!this.isActive(nowMs)) return 0;
    const elapsedMs = Math.min(nowMs - this.#filledAtMs, burstMs);
    this.#tokens = Math.min(this.#tokens + (elapsedMs * perSecond) / 1000, (burstMs * perSecond) / 1000);
    this.#filledAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / perSecond);
  }

  /** Records that a backlogged delivery starts. */
  recordStart(nowMs: number): void {
    if (this.isActive(nowMs)) this.#tokens -= 1;
  }
}

/** While new events arrive, a sender begins at most this many backlogged deliveries a second. */
const perSecond = 2000;
/** New events arrive if one was claimed within this time. */
const activeMs = 1000;
/** The bucket holds the tokens of this time. */
const burstMs = 10;

/**
 * The fixed share of backlogged deliveries beside new ones: a token bucket that applies while new events arrive. A backlog would
 * otherwise use all of the CPU that there is, the database's as well, and each step of a new event's way would wait for it.
 * Without new events there is no limit. All times are `performance.now()`.
 */
export class BacklogShare {
  #activeUntilMs = Number.NEGATIVE_INFINITY;
  #tokens = 0;
  #filledAtMs = 0;

  /** A delivery was claimed that was published just now. */
  recordNew(nowMs: number): void {
    this.#activeUntilMs = nowMs + activeMs;
  }

  /** In how many milliseconds the next backlogged delivery may begin; 0: now. */
  readWait(nowMs: number): number {
    if (nowMs >= this.#activeUntilMs) return 0;
    const elapsedMs = Math.min(nowMs - this.#filledAtMs, burstMs);
    this.#tokens = Math.min(this.#tokens + (elapsedMs * perSecond) / 1000, (burstMs * perSecond) / 1000);
    this.#filledAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / perSecond);
  }

  /** A backlogged delivery begins. */
  recordStart(nowMs: number): void {
    if (nowMs < this.#activeUntilMs) this.#tokens -= 1;
  }
}

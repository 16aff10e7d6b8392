/** The number of backlogged deliveries that a sender starts per second while new events arrive. */
const perSecond = 2000;
/** New events are considered to arrive for this time, in ms, after a new delivery was claimed. */
const activeMs = 1000;
/** The token bucket is full after this time, in ms. */
const burstMs = 10;

/**
 * Limits the rate of backlogged deliveries while new events arrive, by a token bucket. Without it, a backlog would use
 * all CPU time of sender and database, and new events would wait at each step. Without new events there is no limit. A
 * burst that becomes a backlog is not limited because of its own first events. All times are `performance.now()`.
 */
export class BacklogShare {
  /** The endpoints on time with a new delivery within the last second, and when it was claimed, in this order. */
  readonly #newAtMs = new Map<string, number>();
  #tokens = 0;
  #filledAtMs = 0;

  /** Records that a new delivery of an endpoint on time was claimed, which activates the limit for a second. */
  recordNew(endpointId: string, nowMs: number): void {
    this.#newAtMs.delete(endpointId);
    this.#newAtMs.set(endpointId, nowMs);
  }

  /** Records that an endpoint is backlogged. Its earlier new deliveries no longer activate the limit. */
  recordBacklogged(endpointId: string): void {
    this.#newAtMs.delete(endpointId);
  }

  /** Whether the limit applies, because an endpoint on time had a new delivery within the last second. */
  isActive(nowMs: number): boolean {
    for (const [endpointId, newAtMs] of this.#newAtMs) {
      if (nowMs < newAtMs + activeMs) return true;
      this.#newAtMs.delete(endpointId);
    }
    return false;
  }

  /** Returns the number of milliseconds until the next backlogged delivery may start. 0 means now. */
  readWait(nowMs: number): number {
    if (!this.isActive(nowMs)) return 0;
    const elapsedMs = Math.min(nowMs - this.#filledAtMs, burstMs);
    this.#tokens = Math.min(this.#tokens + (elapsedMs * perSecond) / 1000, (burstMs * perSecond) / 1000);
    this.#filledAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / perSecond);
  }

  /** Records that a backlogged delivery starts, which uses a token. */
  recordStart(nowMs: number): void {
    if (this.isActive(nowMs)) this.#tokens -= 1;
  }
}

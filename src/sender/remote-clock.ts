const windowMs = 2000;

/**
 * Converts times of another machine's clock to this process's clock (Cristian's algorithm). It uses the response with the
 * shortest way of the last 2 to 4 seconds, so that late responses do not matter, and a clock that was set is followed soon.
 */
export class RemoteClock {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #offsetMs = Number.POSITIVE_INFINITY;
  #previousOffsetMs = Number.POSITIVE_INFINITY;

  /**
   * Records that the other clock showed `remoteMs` before its response was read at `receivedMs` (performance.now()).
   *
   * @returns what to add to a time of the other clock.
   */
  adjust(remoteMs: number, receivedMs: number): number {
    const offsetMs = receivedMs - remoteMs;
    const ageMs = receivedMs - this.#windowStartMs;
    if (ageMs > windowMs) {
      this.#previousOffsetMs = ageMs > 2 * windowMs ? Number.POSITIVE_INFINITY : this.#offsetMs;
      this.#offsetMs = offsetMs;
      this.#windowStartMs = receivedMs;
    } else this.#offsetMs = Math.min(this.#offsetMs, offsetMs);
    return Math.min(this.#offsetMs, this.#previousOffsetMs);
  }
}

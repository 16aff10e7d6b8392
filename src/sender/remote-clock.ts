const windowMs = 2000;

/**
 * Converts times of another machine's clock to this process's clock (Cristian's algorithm). The offset between the
 * clocks comes from the response that arrived most quickly in the last 2 to 4 seconds. Late responses thus have no
 * effect, and a change of the other clock takes effect within 4 seconds.
 */
export class RemoteClock {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #offsetMs = Number.POSITIVE_INFINITY;
  #previousOffsetMs = Number.POSITIVE_INFINITY;

  /**
   * Records that the other clock showed `remoteMs` before its response was read at `receivedMs` (performance.now()).
   *
   * @returns the number of milliseconds to add to a time of the other clock to get a time of performance.now().
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

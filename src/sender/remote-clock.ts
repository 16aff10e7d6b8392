const windowMs = 2000;

/**
 * Tells when a moment of another machine's clock is by this process's clock, whatever single answers were late. As in
 * Cristian's algorithm, the answer that travelled least is believed: of the last 2 to 4 seconds, so that a clock that was
 * set is believed again soon.
 */
export class RemoteClock {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #leastMs = Number.POSITIVE_INFINITY;
  #leastBeforeMs = Number.POSITIVE_INFINITY;

  /**
   * Takes in that the other clock showed `remoteMs` before its answer was read at `receivedMs` (performance.now()).
   *
   * @returns what to add to a moment of the other clock.
   */
  adjust(remoteMs: number, receivedMs: number): number {
    const offsetMs = receivedMs - remoteMs;
    const ageMs = receivedMs - this.#windowStartMs;
    if (ageMs > windowMs) {
      this.#leastBeforeMs = ageMs > 2 * windowMs ? Number.POSITIVE_INFINITY : this.#leastMs;
      this.#leastMs = offsetMs;
      this.#windowStartMs = receivedMs;
    } else this.#leastMs = Math.min(this.#leastMs, offsetMs);
    return Math.min(this.#leastMs, this.#leastBeforeMs);
  }
}

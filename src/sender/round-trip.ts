/**
 * Estimates how long responses take at most: the smoothed round trip plus four times its deviation, as in TCP (RFC
 * 6298).
 */
export class RoundTrip {
  readonly #maxMs: number;
  #smoothedMs = 0;
  #deviationMs = 0;

  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  /** The time in ms within which nearly every response arrives. At most `maxMs`, and 0 before the first response. */
  get boundMs(): number {
    return Math.min(this.#smoothedMs + 4 * this.#deviationMs, this.#maxMs);
  }

  /** Records the duration of one round trip. A longer duration than `maxMs` counts as `maxMs`. */
  record(tookMs: number): void {
    const ms = Math.min(tookMs, this.#maxMs);
    if (this.#smoothedMs === 0) {
      this.#smoothedMs = ms;
      this.#deviationMs = ms / 2;
      return;
    }
    this.#deviationMs += (Math.abs(this.#smoothedMs - ms) - this.#deviationMs) / 4;
    this.#smoothedMs += (ms - this.#smoothedMs) / 8;
  }
}

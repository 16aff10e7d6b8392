import { type TokenGrant, tokenIntervalMs, tokenToleranceMs } from './rate-limiter.ts';

/**
 * From this limit on, a lane claims ahead what it sends in a quarter of a second, and acquires tokens for what it has claimed.
 * With a lower limit, a delivery is claimed only once its token is there, so that deliveries that wait are not PROCESSING.
 */
const claimsAheadFrom = 10;
const claimedAheadSeconds = 0.25;

/** The unused rate limit tokens of a lane. It also decides when to acquire more. */
export class LaneTokens {
  readonly ratePerSecond: number;
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When each token may be used, ascending (performance.now()). Those before `#firstIndex` are used or expired. */
  #tokensMs: number[] = [];
  /** The index of the next token. Shifting an array of ten thousand tokens would move all of them each time. */
  #firstIndex = 0;
  #grant: TokenGrant | null = null;
  #isAsking = false;
  #askAgainAtMs = 0;

  constructor(ratePerSecond: number) {
    this.ratePerSecond = ratePerSecond;
    this.#intervalMs = tokenIntervalMs(ratePerSecond);
    this.#toleranceMs = tokenToleranceMs(ratePerSecond);
  }

  /** Whether deliveries may be claimed before their tokens are there. */
  get claimsAhead(): boolean {
    return this.ratePerSecond >= claimsAheadFrom;
  }

  /** How many claimed deliveries may wait in the lane. */
  readRoom(nowMs: number): number {
    return this.claimsAhead ? Math.ceil(this.ratePerSecond * claimedAheadSeconds) : this.#count(nowMs);
  }

  /** Returns the number of milliseconds until the next token may be used. Null if there is none. */
  readWait(nowMs: number): number | null {
    this.#count(nowMs);
    const nextMs = this.#tokensMs[this.#firstIndex];
    return nextMs === undefined ? null : Math.max(0, Math.ceil(nextMs - nowMs));
  }

  /** Uses the token that `readWait` found. Returns when the next one may be used (performance.now()). */
  use(nowMs: number): number {
    const usedMs = this.#tokensMs[this.#firstIndex] ?? nowMs;
    this.#grant = null;
    if (this.#firstIndex < this.#tokensMs.length) this.#firstIndex += 1;
    return this.#tokensMs[this.#firstIndex] ?? usedMs + this.#intervalMs;
  }

  /**
   * How many tokens to ask for now. 0 or less means none. It asks while half of the tokens for `aheadMs` are left, so that the
   * next ones arrive before the last one is used.
   *
   * @param waiting the deliveries that wait for a token.
   * @param aheadMs how far ahead tokens are granted.
   */
  readWanted(waiting: number, aheadMs: number, nowMs: number): number {
    if (this.#isAsking || nowMs < this.#askAgainAtMs) return 0;
    const most = Math.max(1, Math.ceil(aheadMs / this.#intervalMs));
    const have = this.#count(nowMs);
    return have * 2 > most ? 0 : Math.min(most, waiting) - have;
  }

  /**
   * Returns the number of milliseconds until tokens may be requested again. 0 means now, or that a response is being
   * awaited.
   */
  readAskingWait(nowMs: number): number {
    return Math.max(0, Math.ceil(this.#askAgainAtMs - nowMs));
  }

  beginAsking(): void {
    this.#isAsking = true;
  }

  recordGrant(grant: TokenGrant, nowMs: number): void {
    this.#isAsking = false;
    this.#tokensMs = this.#tokensMs.slice(this.#firstIndex);
    this.#firstIndex = 0;
    this.#grant = this.#tokensMs.length === 0 ? grant : null;
    if (grant.count === 0) {
      this.#askAgainAtMs = grant.firstMs;
      return;
    }
    const lastMs = grant.firstMs + (grant.count - 1) * this.#intervalMs;
    if (lastMs + this.#toleranceMs <= nowMs) {
      // All are too late. One may be used, so that a process whose responses are always late sends something.
      this.#tokensMs.push(nowMs);
      return;
    }
    for (let index = 0; index < grant.count; index += 1) {
      this.#tokensMs.push(grant.firstMs + index * this.#intervalMs);
    }
  }

  /** Takes out the tokens if they are a whole grant of which nothing was used. Null otherwise. */
  takeUnused(): TokenGrant | null {
    const grant = this.#grant;
    this.#grant = null;
    if (grant) {
      this.#tokensMs = [];
      this.#firstIndex = 0;
    }
    return grant && grant.count > 0 ? grant : null;
  }

  /** Counts the tokens that may be used now or later. */
  #count(nowMs: number): number {
    for (;;) {
      const nextMs = this.#tokensMs[this.#firstIndex];
      if (nextMs === undefined || nextMs + this.#toleranceMs > nowMs) break;
      this.#firstIndex += 1;
      this.#grant = null;
    }
    return this.#tokensMs.length - this.#firstIndex;
  }
}

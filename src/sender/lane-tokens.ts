import { type TokenGrant, tokenIntervalMs, tokenToleranceMs } from './rate-limiter.ts';

/**
 * With a rate limit of at least this many requests per second, a lane claims ahead as many deliveries as it sends in a
 * quarter of a second, and then acquires tokens for them. With a lower limit, a lane claims a delivery only once it has
 * a token for it, so that a delivery that waits for a token is not PROCESSING.
 */
const claimsAheadFrom = 10;
const claimedAheadSeconds = 0.25;

/** Contains the unused rate limit tokens of a lane, and decides when to acquire more. */
export class LaneTokens {
  readonly ratePerSecond: number;
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When each token may be used, ascending (performance.now()). Those before `#firstIndex` are used or expired. */
  #tokensMs: number[] = [];
  /**
   * The index of the next token in `#tokensMs`. Removing each used token with `shift` would move up to ten thousand
   * others.
   */
  #firstIndex = 0;
  #grant: TokenGrant | null = null;
  #isAsking = false;
  #askAgainAtMs = 0;

  constructor(ratePerSecond: number) {
    this.ratePerSecond = ratePerSecond;
    this.#intervalMs = tokenIntervalMs(ratePerSecond);
    this.#toleranceMs = tokenToleranceMs(ratePerSecond);
  }

  /** Whether the lane may claim deliveries before it has tokens for them. */
  get claimsAhead(): boolean {
    return this.ratePerSecond >= claimsAheadFrom;
  }

  /** Returns the largest number of claimed deliveries that may wait in the lane. */
  readRoom(nowMs: number): number {
    return this.claimsAhead ? Math.ceil(this.ratePerSecond * claimedAheadSeconds) : this.#count(nowMs);
  }

  /** Returns the number of milliseconds until the next token may be used. Null if there is none. */
  readWait(nowMs: number): number | null {
    this.#count(nowMs);
    const nextMs = this.#tokensMs[this.#firstIndex];
    return nextMs === undefined ? null : Math.max(0, Math.ceil(nextMs - nowMs));
  }

  /**
   * Uses up the token whose wait `readWait` has returned. Returns when the token after it may be used
   * (performance.now()).
   */
  use(nowMs: number): number {
    const usedMs = this.#tokensMs[this.#firstIndex] ?? nowMs;
    this.#grant = null;
    if (this.#firstIndex < this.#tokensMs.length) this.#firstIndex += 1;
    return this.#tokensMs[this.#firstIndex] ?? usedMs + this.#intervalMs;
  }

  /**
   * Returns the number of tokens to request now. 0 or less means none. New tokens are requested when at most half of
   * the tokens for `aheadMs` are left, so that they arrive before the last one is used.
   *
   * @param waiting the number of deliveries that wait for a token.
   * @param aheadMs the time in ms for which tokens are granted in advance.
   */
  readWanted(waiting: number, aheadMs: number, nowMs: number): number {
    if (this.#isAsking || nowMs < this.#askAgainAtMs) return 0;
    const most = Math.max(1, Math.ceil(aheadMs / this.#intervalMs));
    const have = this.#count(nowMs);
    return have * 2 > most ? 0 : Math.min(most, waiting) - have;
  }

  /**
   * Returns the number of milliseconds until tokens may be requested again. 0 means that they may be requested now, or
   * that a request for tokens is already running.
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
      // All tokens of the grant have expired. One may be used anyway, so that a process that always receives its grants
      // too late still sends something.
      this.#tokensMs.push(nowMs);
      return;
    }
    for (let index = 0; index < grant.count; index += 1) {
      this.#tokensMs.push(grant.firstMs + index * this.#intervalMs);
    }
  }

  /**
   * Removes the tokens and returns their grant, if they are all of one grant and none was used. Otherwise returns null.
   */
  takeUnused(): TokenGrant | null {
    const grant = this.#grant;
    this.#grant = null;
    if (grant) {
      this.#tokensMs = [];
      this.#firstIndex = 0;
    }
    return grant && grant.count > 0 ? grant : null;
  }

  /** Removes the expired tokens and returns the number of the others. */
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

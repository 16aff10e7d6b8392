import { grantAheadMs, type RateLimiter, type TokenGrant, tokenIntervalMs, tokenToleranceMs } from './rate-limiter.ts';

/** Evenly spaced tokens that were not used yet. */
interface Tokens {
  count: number;
  /** When the first of them may be used (performance.now()). */
  nextMs: number;
  /** The grant that they came with. Null for a single token. */
  readonly grant: TokenGrant | null;
}

export interface LaneTokensOptions {
  readonly endpointId: string;
  readonly rateLimiter: Pick<RateLimiter, 'tryAcquire'>;
  /** Called when there are new tokens, or when tokens may be requested again. */
  readonly onReady: () => void;
}

/** Contains the unused rate limit tokens of a lane, and decides when to acquire more. */
export class LaneTokens {
  readonly ratePerSecond: number;
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** The grants that still have tokens, in the order in which they were requested. */
  readonly #tokens: Tokens[] = [];
  readonly #options: LaneTokensOptions;
  #isAcquiring = false;

  constructor(ratePerSecond: number, options: LaneTokensOptions) {
    this.ratePerSecond = ratePerSecond;
    this.#options = options;
    this.#intervalMs = tokenIntervalMs(ratePerSecond);
    this.#toleranceMs = tokenToleranceMs(ratePerSecond);
  }

  /** Removes the expired tokens and returns the number of the others. */
  count(nowMs: number): number {
    for (let [first] = this.#tokens; first; [first] = this.#tokens) {
      const lateMs = nowMs - this.#toleranceMs - first.nextMs;
      if (lateMs < 0) break;
      this.#take(first, Math.floor(lateMs / this.#intervalMs) + 1);
    }
    return this.#tokens.reduce((sum, { count }) => sum + count, 0);
  }

  /** Returns the number of milliseconds until the next token may be used. Null if there is none. */
  readWait(nowMs: number): number | null {
    this.count(nowMs);
    const [first] = this.#tokens;
    return first ? Math.max(0, Math.ceil(first.nextMs - nowMs)) : null;
  }

  /**
   * Uses up the token whose wait `readWait` has returned. Returns when the token after it may be used
   * (performance.now()).
   */
  use(nowMs: number): number {
    const [first] = this.#tokens;
    const usedMs = first?.nextMs ?? nowMs;
    if (first) this.#take(first, 1);
    return this.#tokens[0]?.nextMs ?? usedMs + this.#intervalMs;
  }

  #take(tokens: Tokens, count: number): void {
    tokens.count -= count;
    tokens.nextMs += count * this.#intervalMs;
    if (tokens.count <= 0) this.#tokens.shift();
  }

  /** Puts back the token of a request that was not written. */
  putBack(nowMs: number): void {
    this.#tokens.unshift({ count: 1, nextMs: nowMs, grant: null });
  }

  /** Returns the tokens if none of their grant was used, so that other senders can use them. */
  releaseUnused(): void {
    const [first] = this.#tokens;
    if (this.#tokens.length !== 1 || first?.count !== first?.grant?.count) return;
    this.#tokens.length = 0;
    first?.grant?.release();
  }

  /**
   * Requests tokens when at most half of the tokens for `grantAheadMs` are left, so that the next ones arrive before
   * the last one is used. If there are none yet, it waits until there may be some. Then it calls `onReady`.
   *
   * @param usable the number of tokens that the lane could use.
   */
  acquire(usable: number): void {
    const most = Math.max(1, Math.floor(grantAheadMs / this.#intervalMs));
    const have = this.count(performance.now());
    const wanted = Math.min(most, usable) - have;
    if (this.#isAcquiring || wanted <= 0 || have * 2 > most) return;
    this.#isAcquiring = true;
    const { rateLimiter, endpointId, onReady } = this.#options;
    void rateLimiter.tryAcquire(endpointId, this.ratePerSecond, wanted).then(grant => {
      const nowMs = performance.now();
      const resume = () => {
        this.#isAcquiring = false;
        onReady();
      };
      if (grant.count === 0) setTimeout(resume, Math.max(0, Math.ceil(grant.firstMs - nowMs))).unref();
      else {
        this.#add(grant, nowMs);
        resume();
      }
    });
  }

  #add(grant: TokenGrant, nowMs: number): void {
    const { count, firstMs } = grant;
    if (firstMs + (count - 1) * this.#intervalMs + this.#toleranceMs > nowMs) {
      this.#tokens.push({ count, nextMs: firstMs, grant });
    } else {
      // All tokens of the grant have expired. One may be used anyway, so that a process that always receives its grants
      // too late still sends something.
      this.#tokens.push({ count: 1, nextMs: nowMs, grant: null });
    }
  }
}

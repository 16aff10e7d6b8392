/**
 * What is published is to be claimed within this, nine times in ten, whatever waits besides. Beside a backlog of 200,000,
 * healthy endpoints got half of theirs within 25 ms and 99 % within 121 without a pace; with 15 ms, 7 and 40, and the
 * backlog 3,000 a second; with 8, 6 and 29, and 1,400 (2 cores for everything; alone 5 and 15).
 */
const targetMs = 12;
/** A window ends with so many waits, or after so long. */
const windowWaits = 10;
const windowMs = 100;
const longestWindowMs = 1000;
/** A backlog is never held to less. */
const leastPerSecond = 500;
const slowDown = 0.8;
const speedUp = 1.05;
/** Above this there is no bound: one process does not send as many. */
const unboundedPerSecond = 20_000;
/** Tokens for so long are kept, one at least. */
const burstMs = 10;

/**
 * How many deliveries a second a sender begins that are behind, beside others that are on time: as many as leave those
 * their latency. A backlog takes every core it gets, the database's as well, and has waited anyway; an event that was
 * published just now waits for it in each step of its way. So its wait is watched, from the wake-up to the claim, and
 * the pace of the backlog follows: slower by a fifth where the wait is too long, quicker by a twentieth where it is not.
 * With nothing on time there is no bound.
 */
export class BacklogPace {
  #perSecond = Number.POSITIVE_INFINITY;
  #windowStartMs: number;
  #starts = 0;
  #waitsMs: number[] = [];
  #tokens = 1;
  #tokensAtMs: number;

  constructor(nowMs: number) {
    this.#windowStartMs = nowMs;
    this.#tokensAtMs = nowMs;
  }

  /** Deliveries a second; Infinity where there is no bound. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** Of a lane that had nothing else to do, from being woken to what it was woken for being claimed. */
  noteWait(waitMs: number): void {
    this.#waitsMs.push(waitMs);
  }

  /** One that is behind is begun. */
  noteStart(): void {
    this.#starts += 1;
    if (this.#perSecond < Number.POSITIVE_INFINITY) this.#tokens -= 1;
  }

  /** In how many milliseconds one that is behind may be begun; 0: now. */
  readWait(nowMs: number): number {
    const elapsedMs = nowMs - this.#windowStartMs;
    if (elapsedMs >= (this.#waitsMs.length < windowWaits ? longestWindowMs : windowMs)) this.#endWindow(nowMs);
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 0;
    const perMs = this.#perSecond / 1000;
    const most = Math.max(1, perMs * burstMs);
    this.#tokens = Math.min(most, this.#tokens + (nowMs - this.#tokensAtMs) * perMs);
    this.#tokensAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / perMs);
  }

  #endWindow(nowMs: number): void {
    const startsPerSecond = (this.#starts / (nowMs - this.#windowStartMs)) * 1000;
    const waits = this.#waitsMs.sort((a, b) => a - b);
    const waitMs = waits[Math.floor(waits.length * 0.9)];
    if (this.#perSecond === Number.POSITIVE_INFINITY) {
      this.#tokens = 0;
      this.#tokensAtMs = nowMs;
    }
    this.#perSecond = this.#follow(waitMs, startsPerSecond);
    this.#windowStartMs = nowMs;
    this.#starts = 0;
    this.#waitsMs = [];
  }

  #follow(waitMs: number | undefined, startsPerSecond: number): number {
    if (waitMs === undefined) return Number.POSITIVE_INFINITY;
    if (waitMs > targetMs) return Math.max(leastPerSecond, Math.min(this.#perSecond, startsPerSecond) * slowDown);
    const isHeld = startsPerSecond > this.#perSecond * slowDown;
    const next = isHeld ? this.#perSecond * speedUp : this.#perSecond;
    return next > unboundedPerSecond ? Number.POSITIVE_INFINITY : next;
  }
}

/**
 * What is published is to be claimed within this, nine times in ten, whatever waits besides. Beside a backlog of 200,000,
 * healthy endpoints got half of theirs within 25 ms and 99 % within 121 without a pace; with 15 ms, 7 and 40, and the
 * backlog 3,000 a second; with 8, 6 and 29, and 1,400 (2 cores for everything; alone 5 and 15).
 */
const targetMs = 12;
/** A window ends with so many waits, but not before. More than the most are not kept. */
const windowWaits = 10;
const windowMs = 100;
const mostWaits = 1000;
/** After so long without a wait nothing is published, and the bound is lifted. */
const silenceMs = 2000;
/** A backlog is never held to less. */
const leastPerSecond = 500;
/** Of a window in which fewer were begun, nothing is known of the backlog's pace. */
const leastStarts = 10;
const slowDown = 0.8;
const speedUp = 1.05;
/** Above this there is no bound: one process does not send as many. */
const unboundedPerSecond = 20_000;
/** Tokens for so long are kept, one at least. */
const burstMs = 10;
/** Where waits are as long after so many windows at the least pace, the backlog is not why; so long it is let go. */
const futileWindows = 10;
const letGoMs = 30_000;

/**
 * How many deliveries a second a sender begins that are behind, beside others that are on time: as many as leave those
 * their latency. A backlog takes every core it gets, the database's as well, and has waited anyway; an event that was
 * published just now waits for it in each step of its way. So its wait is watched, from the wake-up to the claim, and
 * the pace of the backlog follows: slower by a fifth where the wait is too long, quicker by a twentieth where it is not.
 * With nothing on time there is no bound. All moments are performance.now().
 */
export class BacklogPace {
  #perSecond = Number.POSITIVE_INFINITY;
  #windowStartMs: number;
  #lastWaitMs: number;
  #starts = 0;
  #waitsMs: number[] = [];
  #tokens = 0;
  #tokensAtMs: number;
  #futile = 0;
  #letGoUntilMs = 0;

  constructor(nowMs: number) {
    this.#windowStartMs = nowMs;
    this.#lastWaitMs = nowMs;
    this.#tokensAtMs = nowMs;
  }

  /** Deliveries a second; Infinity where there is no bound. */
  readPace(nowMs: number): number {
    this.#look(nowMs);
    return this.#perSecond;
  }

  /** Of a lane that had nothing else to do, from being woken for something new to its being claimed. */
  noteWait(waitMs: number, nowMs: number): void {
    this.#look(nowMs);
    this.#lastWaitMs = nowMs;
    if (this.#waitsMs.length < mostWaits) this.#waitsMs.push(waitMs);
  }

  /** One that is behind is begun. */
  noteStart(): void {
    this.#starts += 1;
    if (this.#perSecond < Number.POSITIVE_INFINITY) this.#tokens -= 1;
  }

  /** In how many milliseconds one that is behind may be begun; 0: now. */
  readWait(nowMs: number): number {
    this.#look(nowMs);
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 0;
    const perMs = this.#perSecond / 1000;
    const most = Math.max(1, perMs * burstMs);
    this.#tokens = Math.min(most, this.#tokens + (nowMs - this.#tokensAtMs) * perMs);
    this.#tokensAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / perMs);
  }

  #look(nowMs: number): void {
    if (nowMs - this.#lastWaitMs > silenceMs) {
      this.#perSecond = Number.POSITIVE_INFINITY;
      this.#beginWindow(nowMs);
    } else if (this.#waitsMs.length >= windowWaits && nowMs - this.#windowStartMs >= windowMs) {
      const waits = this.#waitsMs.sort((a, b) => a - b);
      this.#follow(waits[Math.ceil(waits.length * 0.9) - 1] as number, nowMs);
      this.#beginWindow(nowMs);
    }
  }

  #beginWindow(nowMs: number): void {
    this.#windowStartMs = nowMs;
    this.#starts = 0;
    this.#waitsMs = [];
  }

  #follow(waitMs: number, nowMs: number): void {
    if (waitMs <= targetMs || nowMs < this.#letGoUntilMs) {
      this.#futile = 0;
      const next = this.#perSecond * speedUp;
      this.#perSecond = next > unboundedPerSecond ? Number.POSITIVE_INFINITY : next;
      return;
    }
    if (this.#perSecond === leastPerSecond) {
      this.#futile += 1;
      if (this.#futile < futileWindows) return;
      this.#futile = 0;
      this.#letGoUntilMs = nowMs + letGoMs;
      this.#perSecond = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#perSecond === Number.POSITIVE_INFINITY) {
      if (this.#starts < leastStarts) return;
      this.#tokens = 0;
      this.#tokensAtMs = nowMs;
    }
    const startsPerSecond = (this.#starts / (nowMs - this.#windowStartMs)) * 1000;
    this.#perSecond = Math.max(leastPerSecond, Math.min(this.#perSecond, startsPerSecond) * slowDown);
  }
}

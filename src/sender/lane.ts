import type { ClaimedDelivery, LaneRequest } from './claim.ts';
import type { Target } from './target.ts';

/** A claimed delivery with the endpoint it goes to. */
export interface Job {
  readonly claimed: ClaimedDelivery;
  readonly target: Target;
}

const beginning = { dueMs: -62_135_596_800_000, id: '00000000-0000-0000-0000-000000000000' };

/** Failures of the connection in a row, after which one request at a time probes the endpoint. */
const probeAfterFailures = 5;
/** How far ahead of its sends a lane claims: what it sends in this time, by the rate between its last two claims. */
const prefetchMs = 100;
const maxPrefetch = 1000;
/** A lane whose requests take longer is slow: it leaves some of the sender's slots to the others. */
const slowMs = 1000;
const latencyWeight = 0.2;

/**
 * One endpoint's own queue inside a sender. It keeps what is claimed and not yet sent, bounds what is in flight, and
 * knows whether the database may hold more.
 */
export class Lane {
  readonly endpointId: string;
  tenantId: string;
  readonly queue: Job[] = [];
  inFlight = 0;
  /** The database may hold more that is due. */
  mayHaveMore = false;
  isClaiming = false;
  /** Nothing is claimed before then (performance.now()). */
  heldUntilMs = 0;

  #limit: number;
  #failuresInRow = 0;
  #prefetch = 0;
  #lastClaimMs = 0;
  #endedSinceClaim = 0;
  /** Of the exchanges, a moving average; null before the first. */
  #latencyMs: number | null = null;
  #cursor = beginning;
  #cursorSetAtMs = 0;
  /** Since when requests are in flight and none has ended; null where none is in flight. */
  #silentSinceMs: number | null = null;

  constructor(endpointId: string, tenantId: string, limit: number) {
    this.endpointId = endpointId;
    this.tenantId = tenantId;
    this.#limit = limit;
  }

  /** Requests that may be in flight at once. */
  get width(): number {
    return this.#failuresInRow >= probeAfterFailures ? 1 : this.#limit;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
  }

  get canSend(): boolean {
    return this.queue.length > 0 && this.inFlight < this.width;
  }

  /** How many more to claim: the free slots, and some ahead where sends are quicker than claims. */
  get slots(): number {
    return this.width + this.#prefetch - this.inFlight - this.queue.length;
  }

  isSlow(nowMs: number): boolean {
    if (this.#latencyMs !== null && this.#latencyMs > slowMs) return true;
    return this.#silentSinceMs !== null && nowMs - this.#silentSinceMs > slowMs;
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.queue.length === 0 && !this.mayHaveMore && !this.isClaiming;
  }

  /** Begins a claim. Who wakes the lane from here on may mean what the claim does not see. */
  request(slots: number): LaneRequest {
    const nowMs = performance.now();
    const elapsedMs = Math.max(nowMs - this.#lastClaimMs, 1);
    this.#prefetch = Math.min(maxPrefetch, Math.round((this.#endedSinceClaim / elapsedMs) * prefetchMs));
    this.#lastClaimMs = nowMs;
    this.#endedSinceClaim = 0;
    this.isClaiming = true;
    this.mayHaveMore = false;
    return { endpointId: this.endpointId, slots, afterDueMs: this.#cursor.dueMs, afterId: this.#cursor.id };
  }

  /**
   * Takes note of what a claim for `slots` brought. Fewer than asked: the lane is drained, and is read from its
   * beginning next time, where something may have come due in between.
   */
  noteClaim(slots: number, claimed: readonly ClaimedDelivery[], nowMs: number, cursorMaxAgeMs: number): void {
    this.isClaiming = false;
    const isDrained = claimed.length < slots;
    if (!isDrained) this.mayHaveMore = true;
    const last = claimed.findLast(({ trigger, delivery }) => trigger === 'SCHEDULE' && !delivery.isTest);
    if (this.#cursor === beginning) this.#cursorSetAtMs = nowMs;
    const isStale = nowMs - this.#cursorSetAtMs > cursorMaxAgeMs;
    this.#cursor = isDrained || isStale || !last ? beginning : { dueMs: last.dueAtMs, id: last.delivery.id };
  }

  /** The claim did not come through; the next poll wakes the lane again. */
  noteClaimFailure(): void {
    this.isClaiming = false;
  }

  hold(untilMs: number): void {
    this.heldUntilMs = untilMs;
  }

  noteStart(nowMs: number): void {
    this.inFlight += 1;
    this.#silentSinceMs ??= nowMs;
  }

  /** @param isConnectionFailure no response came: refused, reset, timed out and the like. */
  noteEnd(durationMs: number, isConnectionFailure: boolean, nowMs: number): void {
    this.inFlight -= 1;
    this.#endedSinceClaim += 1;
    this.#silentSinceMs = this.inFlight === 0 ? null : nowMs;
    this.#failuresInRow = isConnectionFailure ? this.#failuresInRow + 1 : 0;
    this.#latencyMs =
      this.#latencyMs === null ? durationMs : this.#latencyMs + latencyWeight * (durationMs - this.#latencyMs);
  }
}

import type { ClaimedDelivery, LaneRequest } from '../domain/delivery-state/index.ts';
import { settingsValidMs } from '../domain/endpoints/await-senders.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import { LaneTokens } from './lane-tokens.ts';
import type { Target } from './target.ts';

/** A claimed delivery with the endpoint it goes to. */
export interface Job {
  readonly claimed: ClaimedDelivery;
  /** At the revision of the claim: its lease follows from this `timeoutMs`. */
  readonly target: Target;
  /** It was taken from the lane's tokens before, and put back. */
  hasToken?: boolean;
  /** How often its connection was open only after its settings had to be checked anew. Default: 0. */
  lateStarts?: number;
}

/** Behind this, a lane is read. */
interface Cursor {
  /** Unix milliseconds. */
  readonly dueMs: number;
  readonly id: string;
}

const lowestId = '00000000-0000-0000-0000-000000000000';
/** A claim goes on where the one before it ended, if that was less than this ago; else it reads from the lane's floor. */
const cursorLifetimeMs = 1000;
/** Whatever its claims bring, a lane is read from its floor this often: if the poll does not come through. */
const longestCursorMs = 30_000;
/** Behind a drained lane's last claim, this much is read again: what was not committed yet then. */
const uncommittedMs = 1000;

/** A request that was late so often is written: its receiver's connections open slowly and are not kept. */
const maxLateStarts = 3;

/** How far ahead of its sends a lane claims: what it sends in this time, by the rate between its last two claims. */
const prefetchMs = 100;
const maxPrefetch = 1000;
/**
 * A lane asks for this many at first, and for twice what its last claim brought: of ten thousand lanes with one delivery
 * each, a claim that may bring 500 then serves 62 and not 15.
 */
const firstAppetite = 8;
/** A lane whose requests take longer is slow: it leaves some of the sender's slots to the others. */
const slowMs = 1000;
const latencyWeight = 0.2;
const keptIdleMs = 900_000;

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
  /** What is claimed of it has waited for long. */
  isBehind = false;
  /** Of the endpoint's rate limit; null where it has none, or none that is known. */
  tokens: LaneTokens | null = null;

  readonly #concurrency: AdaptiveConcurrency;
  /** Of the endpoint as it was last claimed from; null before. */
  #target: Target | null = null;
  #prefetch = 0;
  #appetite = firstAppetite;
  #lastClaimMs = 0;
  #lastEndMs = 0;
  #endedSinceClaim = 0;
  /** Of the exchanges, a moving average; null before the first. */
  #latencyMs: number | null = null;
  /** Null: the lane's floor. */
  #cursor: Cursor | null = null;
  #cursorSetAtMs = 0;
  #readFromFloorAtMs = 0;
  #isRewound = false;
  #requestedAtUnixMs = 0;
  /** Since when requests are in flight and none has ended; null where none is in flight. */
  #silentSinceMs: number | null = null;
  /** Of the endpoint, as it was read last; all jobs in the queue are of this revision. 0: not read yet. */
  #revision = 0;
  /** From then on `#revision` may be used for `settingsValidMs` (performance.now()). */
  #validFromMs = Number.NEGATIVE_INFINITY;

  constructor(endpointId: string, tenantId: string, limit: number) {
    this.endpointId = endpointId;
    this.tenantId = tenantId;
    this.#concurrency = new AdaptiveConcurrency(limit);
  }

  /** Requests that may be in flight at once. */
  get width(): number {
    if (this.#target?.isFifo) return 1;
    return Math.min(this.#concurrency.limit, this.#target?.maxConcurrency ?? Number.POSITIVE_INFINITY);
  }

  /** What others may hold back as well: the lane is asked again after each of its results. */
  get isShared(): boolean {
    return this.#target !== null && (this.#target.isFifo || this.#target.maxConcurrency !== null);
  }

  /** The revision of the endpoint's settings as it was read last; 0: not read yet. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the revision was read so lately that a request may start by it. See src/domain/endpoints/await-senders.ts. */
  isVerified(nowMs: number): boolean {
    return nowMs - this.#validFromMs <= settingsValidMs;
  }

  /** Whether the first byte of this job's request may be written now. */
  mayStart(job: Job, nowMs: number): boolean {
    if (job.claimed.endpointRevision !== this.#revision) return false;
    return this.isVerified(nowMs) || (job.lateStarts ?? 0) >= maxLateStarts;
  }

  /**
   * Takes note of the endpoint's revision, as it was asked for at `validFromMs`.
   *
   * @returns the jobs that were claimed at an older revision; they are taken out of the queue.
   */
  noteRevision(revision: number, validFromMs: number): Job[] {
    if (revision < this.#revision) return [];
    if (revision === this.#revision) {
      this.#validFromMs = Math.max(this.#validFromMs, validFromMs);
      return [];
    }
    this.#revision = revision;
    this.#validFromMs = validFromMs;
    return this.queue.splice(0);
  }

  /** The job's request was not written because its settings had to be checked anew: it is the next one. */
  putBack(job: Job): void {
    job.lateStarts = (job.lateStarts ?? 0) + 1;
    this.queue.unshift(job);
  }

  /** The endpoint as it was read last. @returns whether its rate limit is another one. */
  setTarget(target: Target): boolean {
    this.#target = target;
    const rate = target.rateLimitPerSecond ?? null;
    if ((this.tokens?.ratePerSecond ?? null) === rate) return false;
    this.tokens = rate === null ? null : new LaneTokens(rate);
    return true;
  }

  enqueue(job: Job): void {
    this.setTarget(job.target);
    this.queue.push(job);
  }

  get canSend(): boolean {
    return this.queue.length > 0 && this.inFlight < this.width;
  }

  /** How many more to claim: the free slots, and some ahead where sends are quicker than claims. */
  get slots(): number {
    const ahead = this.width + (this.isShared || this.#concurrency.isReduced ? 0 : this.#prefetch);
    // What waits here is leased: no more of it than will be let through in a second.
    const room = this.tokens?.readRoom(performance.now()) ?? Number.POSITIVE_INFINITY;
    return Math.min(Math.min(ahead - this.inFlight, room) - this.queue.length, this.#appetite);
  }

  /** Nothing is claimed, and nothing known of that could be. */
  get isEmpty(): boolean {
    return this.queue.length === 0 && !this.mayHaveMore && !this.isClaiming;
  }

  /** Whether its next deliveries may be in the database still, or on their way from there. */
  get mayBeFilled(): boolean {
    return this.mayHaveMore || this.isClaiming;
  }

  /** Whether nothing but a token of its rate limit is missing to claim something. */
  get needsToken(): boolean {
    if (!this.tokens || this.tokens.claimsAhead) return false;
    return this.queue.length === 0 && this.inFlight < this.width;
  }

  /** In how many milliseconds the endpoint, which gave no response, may get its next request; 0: now. */
  readPause(nowMs: number): number {
    return this.#concurrency.readPause(nowMs);
  }

  /** Takes out of the queue what does not overtake the lane. */
  takeOrdinaryJobs(): Job[] {
    const isOvertaking = ({ claimed }: Job) => claimed.trigger === 'MANUAL' || claimed.delivery.isTest;
    const jobs = this.queue.splice(0);
    this.queue.push(...jobs.filter(isOvertaking));
    return jobs.filter(job => !isOvertaking(job));
  }

  /** One of which nothing is known yet may try a request: until that ends, it is taken to be slow. */
  isSlow(nowMs: number): boolean {
    if (this.#latencyMs === null ? this.inFlight > 0 : this.#latencyMs > slowMs) return true;
    return this.#silentSinceMs !== null && nowMs - this.#silentSinceMs > slowMs;
  }

  /** Nothing is going on. A lowered limit of requests in flight is remembered for a while. */
  isIdle(nowMs: number): boolean {
    if (this.inFlight > 0 || this.queue.length > 0 || this.mayHaveMore || this.isClaiming) return false;
    return !this.#concurrency.isReduced || nowMs - this.#lastEndMs > keptIdleMs;
  }

  /**
   * Begins a claim. Who wakes the lane from here on may mean what the claim does not see.
   *
   * @param floorMs nothing of the lane is due before, unix milliseconds.
   * @param nowUnixMs by the database's clock.
   */
  request(slots: number, floorMs: number, nowUnixMs: number): LaneRequest {
    const nowMs = performance.now();
    const elapsedMs = Math.max(nowMs - this.#lastClaimMs, 1);
    this.#prefetch = Math.min(maxPrefetch, Math.round((this.#endedSinceClaim / elapsedMs) * prefetchMs));
    this.#lastClaimMs = nowMs;
    this.#requestedAtUnixMs = nowUnixMs;
    this.#endedSinceClaim = 0;
    this.isClaiming = true;
    this.mayHaveMore = false;
    this.#isRewound = false;
    const isOld = nowMs - this.#cursorSetAtMs > cursorLifetimeMs || nowMs - this.#readFromFloorAtMs > longestCursorMs;
    if (isOld) this.#cursor = null;
    if (!this.#cursor) this.#readFromFloorAtMs = nowMs;
    const { dueMs, id } = this.#cursor ?? { dueMs: floorMs, id: lowestId };
    return { endpointId: this.endpointId, slots, floorMs, afterDueMs: dueMs, afterId: id };
  }

  /** The next claim reads the lane from its floor: something may be due behind what was claimed last. */
  rewind(): void {
    this.#cursor = null;
    this.#isRewound = true;
  }

  /** Takes note of what a claim for `slots` brought. Fewer than asked: the lane is drained. */
  noteClaim(slots: number, claimed: readonly ClaimedDelivery[], nowMs: number): void {
    this.isClaiming = false;
    const isDrained = claimed.length < slots;
    if (isDrained || slots >= this.#appetite) this.#appetite = Math.max(firstAppetite, claimed.length * 2);
    if (!isDrained) this.mayHaveMore = true;
    this.#cursorSetAtMs = nowMs;
    this.#cursor = this.#isRewound ? null : this.#placeCursor(claimed, isDrained);
  }

  #placeCursor(claimed: readonly ClaimedDelivery[], isDrained: boolean): Cursor | null {
    if (isDrained) {
      // What others hold back was not seen; and where nothing was found, what the lane was woken for may be further back.
      if (!this.#target || this.isShared || claimed.length === 0) return null;
      return { dueMs: this.#requestedAtUnixMs - uncommittedMs, id: lowestId };
    }
    const last = claimed.findLast(({ trigger, delivery }) => trigger !== 'MANUAL' && !delivery.isTest);
    return last ? { dueMs: last.dueAtMs, id: last.delivery.id } : this.#cursor;
  }

  /** The claim did not come through; the next poll wakes the lane again. */
  noteClaimFailure(): void {
    this.isClaiming = false;
  }

  noteStart(nowMs: number): void {
    this.inFlight += 1;
    this.#silentSinceMs ??= nowMs;
  }

  /** What was started was not sent after all: it says nothing of the endpoint. */
  noteReturn(): void {
    this.inFlight -= 1;
    if (this.inFlight === 0) this.#silentSinceMs = null;
  }

  /** @param isConnectionFailure no response came: refused, reset, timed out and the like. */
  noteEnd(durationMs: number, isConnectionFailure: boolean, nowMs: number): void {
    this.inFlight -= 1;
    this.#endedSinceClaim += 1;
    this.#silentSinceMs = this.inFlight === 0 ? null : nowMs;
    this.#lastEndMs = nowMs;
    if (isConnectionFailure) this.#concurrency.recordFailure(nowMs);
    else this.#concurrency.recordResponse();
    this.#latencyMs =
      this.#latencyMs === null ? durationMs : this.#latencyMs + latencyWeight * (durationMs - this.#latencyMs);
  }
}

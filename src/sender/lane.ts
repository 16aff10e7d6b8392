import type { ClaimedDelivery, LaneRequest } from '../domain/delivery-state/index.ts';
import { settingsValidMs } from '../domain/endpoints/await-senders.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import { ClaimWindow } from './claim-window.ts';
import { LaneTokens, type LaneTokensOptions } from './lane-tokens.ts';
import type { Target } from './target.ts';

/** A claimed delivery with its endpoint. */
export interface Job {
  readonly claimed: ClaimedDelivery;
  /** The endpoint at the revision of the claim. Its `timeoutMs` determines the length of the lease. */
  readonly target: Target;
}

/**
 * A job is sent anyway once it was put back this often because its connection opened too late. This happens if its
 * receiver accepts connections slowly and closes them after each request.
 */
const maxLateStarts = 3;
/**
 * A lane claims in advance as many deliveries as it sends in this time, in ms, at its rate since the previous claim.
 */
const prefetchMs = 100;
const maxPrefetch = 1000;
/** A lane whose requests take longer than this, in ms, is slow. Slow lanes cannot use all of the sender's slots. */
const slowMs = 1000;
const latencyWeight = 0.2;
/** How long, in ms, an idle lane remembers a limit of requests in flight that failures have lowered. */
const keptIdleMs = 900_000;

export interface LaneOptions extends LaneTokensOptions {
  readonly tenantId: string;
  /** The largest number of requests in flight. */
  readonly endpointConcurrency: number;
}

/**
 * The queue of one endpoint in a sender: its deliveries that are claimed and not sent yet, its limit of requests in
 * flight, and whether the database may have more due deliveries.
 */
export class Lane {
  readonly endpointId: string;
  readonly #options: LaneOptions;
  readonly #concurrency: AdaptiveConcurrency;
  /** Which deliveries the next claim asks for. */
  readonly window = new ClaimWindow();
  readonly #jobs: Job[] = [];
  /** How often each job's connection opened so late that its settings had to be checked again. */
  readonly #lateStarts = new WeakMap<Job, number>();
  #tenantId: string;
  #isBacklogged = false;
  #inFlight = 0;
  #tokens: LaneTokens | null = null;
  /** The endpoint as it was read last. Null before that. Outdated while its revision is lower than `#revision`. */
  #target: Target | null = null;
  /** The endpoint's revision that was last read. All jobs in the queue were claimed at it. 0 before the first read. */
  #revision = 0;
  /** When `#revision` was read (performance.now()). It may be used for `settingsValidMs` from then on. */
  #validFromMs = Number.NEGATIVE_INFINITY;
  #prefetch = 0;
  #lastClaimMs = 0;
  #endedSinceClaim = 0;
  #lastEndMs = 0;
  /** The moving average of the duration of requests, in ms. Null before the first has ended. */
  #latencyMs: number | null = null;
  /**
   * When the last request ended or, if none has ended since the lane was idle, when the first one started. Null if no
   * request is in flight.
   */
  #silentSinceMs: number | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.endpointId = options.endpointId;
    this.#tenantId = options.tenantId;
    this.#concurrency = new AdaptiveConcurrency(options.endpointConcurrency);
  }

  get tenantId(): string {
    return this.#tenantId;
  }

  /** Whether the lane's deliveries have been due for more than a second. */
  get isBacklogged(): boolean {
    return this.#isBacklogged;
  }

  /**
   * Changes the tenant and the group of the lane. Must not be called while the lane is in a ring of lanes that can send
   * or claim.
   */
  setGroup(tenantId: string, isBacklogged: boolean): void {
    this.#tenantId = tenantId;
    this.#isBacklogged = isBacklogged;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The number of jobs that wait in the queue. */
  get queued(): number {
    return this.#jobs.length;
  }

  /** Whether the settings of the endpoint are known at its current revision. They are read before the lane claims. */
  get isKnown(): boolean {
    return this.#settings !== null;
  }

  get #settings(): Target | null {
    return this.#target && this.#target.revision >= this.#revision ? this.#target : null;
  }

  /** The tokens of the endpoint's rate limit. Null if it has no rate limit, or if its settings are not known. */
  get tokens(): LaneTokens | null {
    return this.isKnown ? this.#tokens : null;
  }

  /** The largest number of requests that this sender may have in flight to the endpoint now. */
  get maxInFlight(): number {
    const settings = this.#settings;
    if (settings?.isFifo) return 1;
    return Math.min(this.#concurrency.limit, settings?.maxConcurrency ?? Number.POSITIVE_INFINITY);
  }

  /** Whether the endpoint has a limit that all senders share (`maxConcurrency` or FIFO). */
  get isShared(): boolean {
    return this.#target !== null && (this.#target.isFifo || this.#target.maxConcurrency !== null);
  }

  /** The revision of the endpoint's settings that was last read. 0 before the first read. */
  get revision(): number {
    return this.#revision;
  }

  get canSend(): boolean {
    return this.#jobs.length > 0 && this.#inFlight < this.maxInFlight;
  }

  /** Whether no claimed job waits, no claim is running, and no delivery is known to be due. */
  get isEmpty(): boolean {
    return this.#jobs.length === 0 && !this.window.hasMore && !this.window.isClaiming;
  }

  /**
   * Whether the lane can be removed. A lane with unused tokens is kept until they expire, and a lane whose limit of
   * requests in flight was lowered by failures for 15 minutes.
   */
  isIdle(nowMs: number): boolean {
    if (!this.isEmpty || this.#inFlight > 0 || this.#tokens?.count(nowMs)) return false;
    return !this.#concurrency.isReduced || nowMs - this.#lastEndMs > keptIdleMs;
  }

  /**
   * Whether the requests of this lane take longer than a second. While its first request is in flight, a lane counts as
   * slow.
   */
  isSlow(nowMs: number): boolean {
    if (this.#latencyMs === null ? this.#inFlight > 0 : this.#latencyMs > slowMs) return true;
    return this.#silentSinceMs !== null && nowMs - this.#silentSinceMs > slowMs;
  }

  /** Acquires tokens if the endpoint has a rate limit, and if another request may be in flight. */
  acquireTokens(): void {
    if (this.#inFlight < this.maxInFlight) this.tokens?.acquire(this.#jobs.length + this.window.unclaimed);
  }

  /** The number of deliveries to claim: for the free slots, and some in advance if requests are quicker than claims. */
  get slots(): number {
    const ahead = this.maxInFlight + (this.isShared || this.#concurrency.isReduced ? 0 : this.#prefetch);
    // Queued deliveries are leased, so the lane claims only as many as it has tokens for.
    const room = this.tokens?.count(performance.now()) ?? Number.POSITIVE_INFINITY;
    return Math.min(Math.min(ahead - this.#inFlight, room) - this.#jobs.length, this.window.size);
  }

  /**
   * Begins a claim and returns the lane's part of the request.
   *
   * @param nowUnixMs the time by the database's clock.
   */
  beginClaim(slots: number, nowUnixMs: number): LaneRequest {
    const nowMs = performance.now();
    const elapsedMs = Math.max(nowMs - this.#lastClaimMs, 1);
    this.#prefetch = Math.min(maxPrefetch, Math.round((this.#endedSinceClaim / elapsedMs) * prefetchMs));
    this.#lastClaimMs = nowMs;
    this.#endedSinceClaim = 0;
    return { endpointId: this.endpointId, slots, after: this.window.begin(slots, nowUnixMs) };
  }

  endClaim(claimed: readonly ClaimedDelivery[]): void {
    this.window.end(claimed, this.isShared);
  }

  enqueue(job: Job): void {
    this.setTarget(job.target);
    this.#jobs.push(job);
  }

  /** Records the endpoint's settings. */
  setTarget(target: Target): void {
    this.#target = target;
    const rate = target.rateLimitPerSecond ?? null;
    if ((this.#tokens?.ratePerSecond ?? null) === rate) return;
    this.#tokens = rate === null ? null : new LaneTokens(rate, this.#options);
  }

  /** Whether the revision was read recently enough to start a request (see src/domain/endpoints/await-senders.ts). */
  isVerified(nowMs: number): boolean {
    return nowMs - this.#validFromMs <= settingsValidMs;
  }

  /** Whether the first byte of this job's request may be written now. */
  mayStart(job: Job, nowMs: number): boolean {
    if (job.claimed.endpointRevision !== this.#revision) return false;
    return this.isVerified(nowMs) || (this.#lateStarts.get(job) ?? 0) >= maxLateStarts;
  }

  /**
   * Records the endpoint's revision, which was read at `validFromMs` (performance.now()).
   *
   * @returns the jobs that were claimed at an older revision. They are removed from the queue.
   */
  recordRevision(revision: number, validFromMs: number): Job[] {
    if (revision < this.#revision) return [];
    if (revision === this.#revision) {
      this.#validFromMs = Math.max(this.#validFromMs, validFromMs);
      return [];
    }
    this.#revision = revision;
    this.#validFromMs = validFromMs;
    return this.takeJobs(() => true);
  }

  /** Returns the next job, which stays in the queue. */
  peek(): Job | undefined {
    return this.#jobs[0];
  }

  /**
   * Returns how long the lane must wait, in ms, before the next request to an endpoint that gave no response. 0 means
   * that the request may be sent now.
   */
  readPause(nowMs: number): number {
    return this.#concurrency.readPause(nowMs);
  }

  /** Takes the next job out of the queue. Its request is in flight from now on. */
  startJob(nowMs: number): void {
    this.#jobs.shift();
    this.#inFlight += 1;
    this.#silentSinceMs ??= nowMs;
  }

  /** Ends a started job whose request was not written, which says nothing about the endpoint's health. */
  cancelStart(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#silentSinceMs = null;
  }

  /** Puts a started job back as the next one, because its endpoint's settings must be checked before it is sent. */
  putBack(job: Job): void {
    this.cancelStart();
    this.#tokens?.putBack(performance.now());
    this.#lateStarts.set(job, (this.#lateStarts.get(job) ?? 0) + 1);
    this.#jobs.unshift(job);
  }

  /**
   * Records the end of a request.
   *
   * @param isConnectionFailure whether there was no response, for example because the connection was refused.
   */
  endJob(durationMs: number, isConnectionFailure: boolean, nowMs: number): void {
    this.#inFlight -= 1;
    this.#endedSinceClaim += 1;
    this.#silentSinceMs = this.#inFlight === 0 ? null : nowMs;
    this.#lastEndMs = nowMs;
    if (isConnectionFailure) this.#concurrency.recordFailure(nowMs);
    else this.#concurrency.recordResponse();
    this.#latencyMs =
      this.#latencyMs === null ? durationMs : this.#latencyMs + latencyWeight * (durationMs - this.#latencyMs);
  }

  /** Removes the jobs that match from the queue and returns them. */
  takeJobs(isMatch: (job: Job) => boolean): Job[] {
    const jobs = this.#jobs.splice(0);
    this.#jobs.push(...jobs.filter(job => !isMatch(job)));
    return jobs.filter(isMatch);
  }
}

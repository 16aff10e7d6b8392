import type { DatabaseClock } from '../database/clock.ts';
import { isLeaseTooShort } from '../domain/delivery-state/index.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import type { BodyBytes } from './body-bytes.ts';
import type { Job, Lane } from './lane.ts';
import type { LaneTokens } from './lane-tokens.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { TokenRecorder } from './token-recorder.ts';

/**
 * Claimed deliveries that have to wait longer than this for tokens are released, so that they are not shown as
 * PROCESSING.
 */
const maxClaimedWaitMs = 1000;
/** A lane whose tenant has too many bytes of bodies in flight checks again after this time, in ms. */
const memoryCheckMs = 20;

export interface LaneThrottleOptions {
  readonly clock: Pick<DatabaseClock, 'now'>;
  readonly rateLimiter: Pick<RateLimiter, 'aheadMs' | 'tryAcquire' | 'release'>;
  readonly templates: Pick<TemplateRenderer, 'readWaitMs'>;
  readonly bodyBytes: Pick<BodyBytes, 'isFull'>;
  readonly tokenRecorder: Pick<TokenRecorder, 'record'>;
}

export interface LaneThrottleEvents {
  /** Called when a lane that had to wait may claim or send. */
  readonly onResume: (lane: Lane) => void;
  /** Called when the claimed deliveries of a lane have to wait longer than a second for tokens of the rate limit. */
  readonly onLongWait: (lane: Lane) => void;
}

/**
 * Makes a lane wait while its tenant has used up its template budget or has too many bytes of bodies in flight, while
 * the rate limit of its endpoint is reached, and between two requests to an endpoint that gives no response. Each waiting lane has one timer.
 */
export class LaneThrottle {
  readonly #options: LaneThrottleOptions;
  readonly #events: LaneThrottleEvents;
  readonly #timers = new Map<Lane, NodeJS.Timeout>();

  constructor(options: LaneThrottleOptions, events: LaneThrottleEvents) {
    this.#options = options;
    this.#events = events;
  }

  /**
   * Whether the lane's next job has to wait. If so, `onResume` is called after the wait. If not, the job has used a
   * token if the lane has a rate limit.
   */
  mustWait(lane: Lane, job: Job, nowMs: number): boolean {
    const bodyWaitMs = this.#readBodyWait(job);
    if (bodyWaitMs > 0) {
      this.#resumeIn(lane, bodyWaitMs);
      return true;
    }
    // A job that was put back into the queue after it took a token needs no second one.
    const tokens = lane.hasToken(job) ? null : lane.tokens;
    if (tokens) {
      const waitMs = tokens.readWait(nowMs);
      if (waitMs === null) this.acquire(lane, nowMs);
      else if (waitMs > 0) this.#resumeIn(lane, waitMs);
      if (waitMs !== 0) return true;
    }
    const waitMs = lane.readPause(nowMs);
    if (waitMs > 0) {
      this.#resumeIn(lane, waitMs);
      return true;
    }
    if (tokens) this.#spendToken(lane, tokens, job, nowMs);
    return false;
  }

  /**
   * Returns how long the job has to wait before its body may be loaded or rendered, in ms. A job whose lease is too
   * short does not wait, because it is released instead.
   */
  #readBodyWait({ claimed, target }: Job): number {
    const { clock, templates, bodyBytes } = this.#options;
    const isReady = claimed.payload !== null && !target.templates;
    if (isReady || isLeaseTooShort(claimed, clock.now())) return 0;
    const { tenantId } = claimed.delivery;
    if (bodyBytes.isFull(tenantId)) return memoryCheckMs;
    return target.templates ? templates.readWaitMs(tenantId) : 0;
  }

  #spendToken(lane: Lane, tokens: LaneTokens, job: Job, nowMs: number): void {
    const nextMs = tokens.use(nowMs);
    // Only for a low rate limit does the estimate of `nextAttemptAt` need this record.
    if (!tokens.claimsAhead) this.#options.tokenRecorder.record(lane.endpointId, nextMs);
    lane.recordToken(job);
    this.#acquire(lane, lane.queued - 1, nowMs);
  }

  /** Acquires tokens if the lane has a rate limit and needs some. The lane resumes once it has them. */
  acquire(lane: Lane, nowMs: number): void {
    this.#acquire(lane, Math.max(1, lane.queued), nowMs);
  }

  #acquire(lane: Lane, queued: number, nowMs: number): void {
    const { tokens } = lane;
    if (!tokens) return;
    // While the database may have more due deliveries, tokens are acquired for more deliveries than are queued.
    const waiting = tokens.claimsAhead && lane.mayBeFilled ? Number.POSITIVE_INFINITY : queued;
    if (waiting === 0) return;
    const waitMs = tokens.readAskingWait(nowMs);
    if (waitMs > 0) {
      this.#waitForTokens(lane, waitMs);
      return;
    }
    const wanted = tokens.readWanted(waiting, this.#options.rateLimiter.aheadMs, nowMs);
    if (wanted > 0) void this.#ask(lane, tokens, wanted);
  }

  async #ask(lane: Lane, tokens: LaneTokens, wanted: number): Promise<void> {
    tokens.beginAsking();
    const grant = await this.#options.rateLimiter.tryAcquire(lane.endpointId, tokens.ratePerSecond, wanted);
    tokens.recordGrant(grant, performance.now());
    // The rate limit may have been changed while the grant was requested.
    if (lane.tokens !== tokens) this.#events.onResume(lane);
    else if (grant.count === 0) this.#waitForTokens(lane, Math.max(0, Math.ceil(grant.firstMs - performance.now())));
    else this.#resumeIn(lane, 0);
  }

  #waitForTokens(lane: Lane, waitMs: number): void {
    this.#resumeIn(lane, waitMs);
    if (waitMs > maxClaimedWaitMs) this.#events.onLongWait(lane);
  }

  /**
   * Releases tokens that were acquired for a claim that returned no deliveries, so that other senders can have them.
   */
  releaseUnused(lane: Lane): void {
    if (!lane.tokens || lane.tokens.claimsAhead || lane.queued > 0) return;
    const grant = lane.tokens.takeUnused();
    if (grant) void this.#options.rateLimiter.release(lane.endpointId, grant);
  }

  #resumeIn(lane: Lane, waitMs: number): void {
    clearTimeout(this.#timers.get(lane));
    const resume = () => {
      this.#timers.delete(lane);
      this.#events.onResume(lane);
    };
    if (waitMs === 0) resume();
    // Unref'd, because a lane that waits must not keep the process running.
    else this.#timers.set(lane, setTimeout(resume, waitMs).unref());
  }

  /** Immediately resumes a lane whose settings were changed, because it may no longer have to wait. */
  cancelWait(lane: Lane): void {
    if (this.#timers.has(lane)) this.#resumeIn(lane, 0);
  }

  /** Cancels all timers, so that no lane resumes from now on. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

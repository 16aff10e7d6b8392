import type { Job, Lane } from './lane.ts';
import type { LaneTokens } from './lane-tokens.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** What is claimed and waits longer than this for its token is released: others can see that it waits. */
const longestClaimedWaitMs = 1000;

export interface LanePacingOptions {
  readonly rateLimiter: Pick<RateLimiter, 'aheadMs' | 'tryAcquire' | 'release'>;
  /** In how many milliseconds the job's templates may be rendered, or this be asked again; 0 if it need not wait. */
  readonly readRenderingWaitMs: (job: Job) => number;
  /** Called when a lane that had to wait may claim or send. */
  readonly onResume: (lane: Lane) => void;
  /** Called with a lane whose claimed deliveries must wait too long for their tokens. */
  readonly onLongWait: (lane: Lane) => void;
  /** Called where a lane waits by settings that were not read lately: its limit may have been changed. */
  readonly onUnverified: (endpointId: string) => void;
  /** Called when a token of a slow limit was used: when the next one may be (performance.now()). */
  readonly onTokenUsed: (endpointId: string, nextMs: number) => void;
}

/**
 * Holds lanes back: for the budget of their tenant's templates, for the rate limit of their endpoint, and while their
 * endpoint gives no response.
 */
export class LanePacing {
  readonly #options: LanePacingOptions;
  readonly #timers = new Map<Lane, NodeJS.Timeout>();

  constructor(options: LanePacingOptions) {
    this.#options = options;
  }

  /** Whether the lane's next job has to wait; if so, the lane is resumed by itself. If not, its token is used. */
  mustWait(lane: Lane, job: Job, nowMs: number): boolean {
    const renderingWaitMs = this.#options.readRenderingWaitMs(job);
    if (renderingWaitMs > 0) {
      this.#resumeIn(lane, renderingWaitMs);
      return true;
    }
    // A job that was put back has its token.
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
    if (tokens) {
      const nextMs = tokens.use(nowMs);
      // Of a quicker limit, a reader's estimate is as good without.
      if (!tokens.claimsAhead) this.#options.onTokenUsed(lane.endpointId, nextMs);
      lane.recordToken(job);
      this.#acquire(lane, lane.queued - 1, nowMs);
    }
    return false;
  }

  /** Asks for tokens, if the lane has a limit and needs some: it is resumed once they are there. */
  acquire(lane: Lane, nowMs: number): void {
    this.#acquire(lane, Math.max(1, lane.queued), nowMs);
  }

  #acquire(lane: Lane, queued: number, nowMs: number): void {
    const { tokens } = lane;
    if (!tokens) return;
    // While claims bring all that they ask for, the queue alone does not tell what will be sent.
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
    tokens.noteAsking();
    const { rateLimiter, onResume } = this.#options;
    const grant = await rateLimiter.tryAcquire(lane.endpointId, tokens.ratePerSecond, wanted);
    tokens.noteGrant(grant, performance.now());
    // The limit was changed meanwhile.
    if (lane.tokens !== tokens) onResume(lane);
    else if (grant.count === 0) this.#waitForTokens(lane, Math.max(0, Math.ceil(grant.firstMs - performance.now())));
    else this.#resumeIn(lane, 0);
  }

  #waitForTokens(lane: Lane, waitMs: number): void {
    this.#resumeIn(lane, waitMs);
    if (waitMs <= longestClaimedWaitMs) return;
    if (!lane.isVerified(performance.now())) this.#options.onUnverified(lane.endpointId);
    this.#options.onLongWait(lane);
  }

  /** A claim brought nothing for the tokens that were acquired for it: other senders may have them. */
  releaseUnused(lane: Lane): void {
    if (!lane.tokens || lane.tokens.claimsAhead || lane.queued > 0) return;
    const grant = lane.tokens.takeUnused();
    if (grant) void this.#options.rateLimiter.release(lane.endpointId, grant);
  }

  #resumeIn(lane: Lane, waitMs: number): void {
    clearTimeout(this.#timers.get(lane));
    const resume = () => {
      this.#timers.delete(lane);
      this.#options.onResume(lane);
    };
    if (waitMs === 0) resume();
    // Unref'd: a lane that waits must not hold up the end of the process.
    else this.#timers.set(lane, setTimeout(resume, waitMs).unref());
  }

  /** The settings of the lane were changed: what it waits for may be over. */
  cancelWait(lane: Lane): void {
    if (this.#timers.has(lane)) this.#resumeIn(lane, 0);
  }

  /** Resumes nothing any more. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

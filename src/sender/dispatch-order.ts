import { isLeaseTooShort } from '../domain/delivery-state/index.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import type { BacklogShare } from './backlog-share.ts';
import type { BodyBytes } from './body-bytes.ts';
import { type FairRing, LaneRings } from './fair-ring.ts';
import type { Job, Lane } from './lane.ts';
import type { TokenRecorder } from './token-recorder.ts';

/** The share of the sender's slots that lanes with slow endpoints cannot use. */
const shareForQuickLanes = 1 / 8;
/** The share of the sender's slots that retries cannot use. */
const shareForFirstAttempts = 1 / 4;
/** Only for a lower rate limit does the estimate of `nextAttemptAt` need the time of the next token. */
const recordedBelow = 10;
/** A lane whose tenant has too many bytes of bodies in flight checks again after this time, in ms. */
const memoryCheckMs = 20;

export interface DispatchOrderOptions {
  /** The largest number of requests in flight. */
  readonly concurrency: number;
  readonly templates: Pick<TemplateRenderer, 'readWaitMs'>;
  readonly bodyBytes: Pick<BodyBytes, 'isFull'>;
  readonly tokenRecorder: Pick<TokenRecorder, 'record'>;
  readonly backlogShare: BacklogShare;
  /** Called with a lane whose endpoint's revision must be read before it can send. */
  readonly onUnverified: (lane: Lane) => void;
  /** Called when a lane that had to wait may send. */
  readonly onReady: () => void;
}

export interface LaneJob {
  readonly lane: Lane;
  readonly job: Job;
}

/**
 * Decides which job is sent next, and counts the requests in flight. A lane waits while its tenant has used up its
 * template budget or has too many bytes of bodies in flight, until the time of its next token, and between two requests
 * to an endpoint that gives no response.
 */
export class DispatchOrder {
  readonly #options: DispatchOrderOptions;
  readonly #rings = new LaneRings<Lane>();
  readonly #timers = new Map<Lane, NodeJS.Timeout>();
  #inFlight = 0;
  #retriesInFlight = 0;
  #isBackloggedNext = false;
  #backlogTimer: NodeJS.Timeout | null = null;

  constructor(options: DispatchOrderOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  add(lane: Lane): void {
    this.#rings.add(lane);
  }

  delete(lane: Lane): void {
    this.#rings.delete(lane);
  }

  /** Records that the request of a job is no longer in flight. */
  recordEnd(job: Job): void {
    this.#inFlight -= 1;
    if (isRetry(job)) this.#retriesInFlight -= 1;
  }

  /** Removes and returns the next job, which counts as in flight from now on. Null if none may start. */
  take(nowMs: number): LaneJob | null {
    if (this.#inFlight >= this.#options.concurrency) return null;
    const { onTime, backlogged } = this.#rings;
    const takeOnTime = () => this.#takeFrom(onTime, nowMs);
    const takeBacklogged = () => (this.#mayStartBacklogged(nowMs) ? this.#takeFrom(backlogged, nowMs) : null);
    const taken = this.#isBackloggedNext ? (takeBacklogged() ?? takeOnTime()) : (takeOnTime() ?? takeBacklogged());
    if (!taken) return null;
    if (taken.lane.isBacklogged) this.#options.backlogShare.recordStart(nowMs);
    this.#isBackloggedNext = !this.#isBackloggedNext;
    this.#inFlight += 1;
    if (isRetry(taken.job)) this.#retriesInFlight += 1;
    return taken;
  }

  #mayStartBacklogged(nowMs: number): boolean {
    if (this.#rings.backlogged.isEmpty) return false;
    const waitMs = this.#options.backlogShare.readWait(nowMs);
    if (waitMs === 0) return true;
    this.#backlogTimer ??= setTimeout(() => {
      this.#backlogTimer = null;
      this.#options.onReady();
    }, waitMs).unref();
    return false;
  }

  #takeFrom(ring: FairRing<Lane>, nowMs: number): LaneJob | null {
    const passedOver: Lane[] = [];
    let taken: LaneJob | null = null;
    while (!taken) {
      const lane = ring.take();
      if (!lane) break;
      const job = lane.peek();
      if (!job || !lane.canSend) continue;
      if (!lane.isVerified(nowMs)) this.#options.onUnverified(lane);
      else if (this.#mustLeaveSlots(lane, job, nowMs)) passedOver.push(lane);
      else if (!this.#mustWait(lane, job, nowMs)) taken = { lane, job };
    }
    // The chosen lane is added before those that were passed over, which would otherwise be checked again for each job.
    if (taken) ring.add(taken.lane);
    for (const lane of passedOver) ring.add(lane);
    return taken;
  }

  /** Whether the lane has to wait. If so, it is added again after the wait. If not, the job has used a token. */
  #mustWait(lane: Lane, job: Job, nowMs: number): boolean {
    const blockedMs = Math.max(this.#readBodyWait(job), lane.readPause(nowMs));
    const waitMs = blockedMs || (lane.tokens ? lane.tokens.readWait(nowMs) : 0);
    if (waitMs === null) lane.acquireTokens();
    else if (waitMs > 0) this.#addIn(lane, waitMs);
    else if (lane.tokens) {
      const nextMs = lane.tokens.use(nowMs);
      if (lane.tokens.ratePerSecond < recordedBelow) this.#options.tokenRecorder.record(lane.endpointId, nextMs);
    }
    return waitMs !== 0;
  }

  /**
   * Returns how long the job has to wait before its body may be loaded or rendered, in ms. A job whose lease is too
   * short does not wait, because it is released instead.
   */
  #readBodyWait({ claimed, target }: Job): number {
    const { templates, bodyBytes } = this.#options;
    const isReady = claimed.payload !== null && !target.templates;
    if (isReady || isLeaseTooShort(claimed)) return 0;
    const { tenantId } = claimed.delivery;
    if (bodyBytes.isFull(tenantId)) return memoryCheckMs;
    return target.templates ? templates.readWaitMs(tenantId) : 0;
  }

  /** Adds the lane after this time, in ms. A lane has one timer. */
  #addIn(lane: Lane, waitMs: number): void {
    clearTimeout(this.#timers.get(lane));
    const timer = setTimeout(() => {
      this.#timers.delete(lane);
      if (!lane.canSend) return;
      this.add(lane);
      this.#options.onReady();
    }, waitMs);
    // A lane that waits must not keep the process running.
    this.#timers.set(lane, timer.unref());
  }

  /** Whether the free slots are reserved for quick lanes or first attempts, so that this job must wait. */
  #mustLeaveSlots(lane: Lane, job: Job, nowMs: number): boolean {
    const { concurrency } = this.#options;
    if (this.#inFlight >= concurrency * (1 - shareForQuickLanes) && lane.isSlow(nowMs)) return true;
    return isRetry(job) && this.#retriesInFlight >= concurrency * (1 - shareForFirstAttempts);
  }
}

function isRetry({ claimed }: Job): boolean {
  return claimed.delivery.attemptCount > 1;
}

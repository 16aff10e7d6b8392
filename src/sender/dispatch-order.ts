import { BacklogShare } from './backlog-share.ts';
import { type FairRing, LaneRings } from './fair-ring.ts';
import type { Job, Lane } from './lane.ts';
import type { LaneThrottle } from './lane-throttle.ts';

/** The share of the sender's slots that lanes with slow endpoints cannot use. */
const shareForQuickLanes = 1 / 8;
/** The share of the sender's slots that retries cannot use. */
const shareForFirstAttempts = 1 / 4;

export interface DispatchOrderOptions {
  /** The largest number of requests in flight. */
  readonly concurrency: number;
  readonly throttle: Pick<LaneThrottle, 'mustWait'>;
  /** Called with a lane whose endpoint's revision must be read before it can send. */
  readonly onUnverified: (lane: Lane) => void;
  /** Called when a backlogged lane that had to wait may send. */
  readonly onReady: () => void;
}

export interface LaneJob {
  readonly lane: Lane;
  readonly job: Job;
}

/** Decides which job is sent next, and counts the requests in flight. */
export class DispatchOrder {
  readonly #options: DispatchOrderOptions;
  readonly #rings = new LaneRings<Lane>();
  readonly #backlogShare = new BacklogShare();
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

  /** Records that a new delivery was claimed, which limits the rate of backlogged lanes for a second. */
  recordNew(nowMs: number): void {
    this.#backlogShare.recordNew(nowMs);
  }

  /** Records that the request of a job is no longer in flight. */
  recordEnd(job: Job): void {
    this.#inFlight -= 1;
    if (isRetry(job)) this.#retriesInFlight -= 1;
  }

  /** Whether a new delivery was claimed within the last second. */
  hasNew(nowMs: number): boolean {
    return this.#backlogShare.isActive(nowMs);
  }

  /** Removes and returns the next job, which counts as in flight from now on. Null if none may start. */
  take(nowMs: number): LaneJob | null {
    if (this.#inFlight >= this.#options.concurrency) return null;
    const { onTime, backlogged } = this.#rings;
    const takeOnTime = () => this.#takeFrom(onTime, nowMs);
    const takeBacklogged = () => (this.#mayStartBacklogged(nowMs) ? this.#takeFrom(backlogged, nowMs) : null);
    const taken = this.#isBackloggedNext ? (takeBacklogged() ?? takeOnTime()) : (takeOnTime() ?? takeBacklogged());
    if (!taken) return null;
    if (taken.lane.isBacklogged) this.#backlogShare.recordStart(nowMs);
    this.#isBackloggedNext = !this.#isBackloggedNext;
    this.#inFlight += 1;
    if (isRetry(taken.job)) this.#retriesInFlight += 1;
    return taken;
  }

  #mayStartBacklogged(nowMs: number): boolean {
    if (this.#rings.backlogged.isEmpty) return false;
    const waitMs = this.#backlogShare.readWait(nowMs);
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
      else if (!this.#options.throttle.mustWait(lane, job, nowMs)) taken = { lane, job };
    }
    // The chosen lane is added before those that were passed over, which would otherwise be checked again for each job.
    if (taken) ring.add(taken.lane);
    for (const lane of passedOver) ring.add(lane);
    return taken;
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

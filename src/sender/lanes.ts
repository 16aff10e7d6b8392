import type { ClaimedDelivery } from '../domain/delivery-state/index.ts';
import { BacklogShare } from './backlog-share.ts';
import type { FairRing } from './fair-ring.ts';
import type { FoundLane } from './find-lanes.ts';
import { type Job, Lane } from './lane.ts';
import { LanePacing, type LanePacingOptions } from './lane-pacing.ts';
import { LaneRings } from './lane-rings.ts';
import type { Target } from './target.ts';

/** This share of the sender's slots is out of reach for lanes that are slow, so that the others always have some. */
const keptForQuickLanes = 1 / 8;
/** This share of the sender's slots is out of reach for retries while first attempts wait. */
const keptForFirstAttempts = 1 / 4;
/** This share of a claim is out of reach for lanes that are on time while others are behind. */
const keptForBehind = 1 / 8;
/** Backlogged lanes claim at least this many at once: a claim costs as much as 60 of its deliveries. */
const leastBehindClaim = 32;
/** What is claimed, or waits to be, when it has been due for longer is behind. */
const behindMs = 1000;
/** Jobs that are claimed and wait, of all lanes, for each slot of the sender. */
const queuedPerSlot = 4;

export interface LanesOptions {
  /** Requests in flight per lane. */
  readonly limit: number;
  /** Requests in flight in all. */
  readonly concurrency: number;
  readonly rateLimiter: LanePacingOptions['rateLimiter'];
  /** An endpoint as this process has read it before. */
  readonly peekTarget?: (endpointId: string) => Target | undefined;
  /** In how many milliseconds the job's templates may be rendered, or this be asked again; 0 if it need not wait. */
  readonly readRenderingWaitMs: (job: Job) => number;
  /** Called when a lane that had to wait may send. */
  readonly onReady: () => void;
  /** Called where a lane's revision must be read before its jobs are sent: `noteRevision` is to follow. */
  readonly onUnverified: (endpointId: string) => void;
  /** Called when a token of a slow rate limit was used: when the next one may be (performance.now()). */
  readonly onTokenUsed: LanePacingOptions['onTokenUsed'];
  /** Takes jobs that must wait longer for their rate limit than a delivery may be PROCESSING without a request. */
  readonly onLongWait: (jobs: readonly Job[]) => void;
}

/**
 * The lanes of a sender, who take turns: tenant by tenant, endpoint by endpoint, both for what is sent next and for
 * what is claimed next.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #sendable = new LaneRings();
  readonly #hungry = new LaneRings();
  readonly #backlogShare = new BacklogShare();
  readonly #limit: number;
  readonly #concurrency: number;
  readonly #pacing: LanePacing;
  readonly #peekTarget: LanesOptions['peekTarget'];
  readonly #onReady: () => void;
  readonly #onUnverified: (endpointId: string) => void;
  #inFlight = 0;
  #retriesInFlight = 0;
  #queued = 0;
  /** Of those, in lanes that are behind. */
  #queuedBehind = 0;
  #hasWoken = false;
  #isTurnOfBehind = false;
  #backlogTimer: NodeJS.Timeout | null = null;

  constructor(options: LanesOptions) {
    this.#limit = options.limit;
    this.#concurrency = options.concurrency;
    this.#peekTarget = options.peekTarget;
    this.#pacing = new LanePacing({
      ...options,
      onResume: lane => this.#resume(lane),
      onLongWait: lane => options.onLongWait(this.#takeWithoutToken(lane)),
    });
    this.#onReady = options.onReady;
    this.#onUnverified = options.onUnverified;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The most that may be in flight. */
  get concurrency(): number {
    return this.#concurrency;
  }

  /** Claimed and waiting to be sent, of all lanes. */
  get queued(): number {
    return this.#queued;
  }

  /** A lane was woken since lanes were last taken for a claim: something was published, or is to be tried at once. */
  get hasWoken(): boolean {
    return this.#hasWoken;
  }

  /** The endpoint has something due, wherever in its lane. @param nowUnixMs by the database's clock. */
  rewind({ endpointId, tenantId, firstDueMs }: FoundLane, nowUnixMs: number): void {
    const lane = this.#find(endpointId, tenantId);
    const hadNothing = lane.isEmpty && lane.inFlight === 0;
    this.wake(endpointId, tenantId);
    if (hadNothing && firstDueMs !== null && nowUnixMs - firstDueMs > behindMs) {
      this.#group(lane, tenantId, true);
    }
    lane.rewind();
  }

  /** The endpoint may have something new that is due. @param tenantId null where it is not known yet. */
  wake(endpointId: string, tenantId: string | null): void {
    const lane = this.#find(endpointId, tenantId);
    this.#hasWoken ||= !lane.mayHaveMore;
    // What an empty lane is woken for is new.
    this.#group(lane, tenantId ?? lane.tenantId, lane.isBehind && !lane.isEmpty);
    lane.mayHaveMore = true;
    // It is woken after a change of its limit as well.
    if (lane.needsToken) this.#pacing.acquire(lane, performance.now());
    this.#hungry.add(lane);
  }

  #find(endpointId: string, tenantId: string | null): Lane {
    const known = this.#lanes.get(endpointId);
    if (known) return known;
    const lane = new Lane(endpointId, tenantId ?? endpointId, this.#limit);
    const target = this.#peekTarget?.(endpointId);
    if (target) lane.setTarget(target);
    this.#lanes.set(endpointId, lane);
    return lane;
  }

  /** The next job whose turn it is; it counts as in flight from here on. */
  takeJob(nowMs: number): { readonly lane: Lane; readonly job: Job } | null {
    if (this.#inFlight >= this.#concurrency) return null;
    const { onTime, behind } = this.#sendable;
    const takeBehind = () => {
      const begun = this.#mayTakeBehind(nowMs) ? this.#takeFrom(behind, nowMs) : null;
      if (begun) this.#backlogShare.recordStart(nowMs);
      return begun;
    };
    const taken = this.#isTurnOfBehind
      ? (takeBehind() ?? this.#takeFrom(onTime, nowMs))
      : (this.#takeFrom(onTime, nowMs) ?? takeBehind());
    if (taken) this.#isTurnOfBehind = !this.#isTurnOfBehind;
    return taken;
  }

  /** Whether something of a lane that is behind may be begun; if not yet, there is a turn once it may. */
  #mayTakeBehind(nowMs: number): boolean {
    if (this.#sendable.behind.isEmpty) return false;
    const waitMs = this.#backlogShare.readWait(nowMs);
    if (waitMs === 0) return true;
    this.#backlogTimer ??= setTimeout(() => {
      this.#backlogTimer = null;
      this.#onReady();
    }, waitMs).unref();
    return false;
  }

  #takeFrom(ring: FairRing<Lane>, nowMs: number): { readonly lane: Lane; readonly job: Job } | null {
    const passedOver: Lane[] = [];
    let taken: { lane: Lane; job: Job } | null = null;
    for (;;) {
      const lane = ring.take();
      if (!lane) break;
      const job = lane.queue[0];
      if (!job || !lane.canSend) continue;
      if (!lane.isVerified(nowMs)) {
        this.#onUnverified(lane.endpointId);
        continue;
      }
      if (this.#mustLeaveSlots(lane, job, nowMs)) {
        passedOver.push(lane);
        continue;
      }
      if (this.#pacing.mustWait(lane, job, nowMs)) continue;
      lane.queue.shift();
      this.#countQueued(lane, -1);
      this.#inFlight += 1;
      if (isRetry(job)) this.#retriesInFlight += 1;
      lane.noteStart(nowMs);
      if (lane.canSend) this.#sendable.add(lane);
      taken = { lane, job };
      break;
    }
    for (const lane of passedOver) this.#sendable.add(lane);
    return taken;
  }

  #countQueued(lane: Lane, change: number): void {
    this.#queued += change;
    if (lane.isBehind) this.#queuedBehind += change;
  }

  /** Whether the slots that are left are kept for others: for quick lanes, or for first attempts. */
  #mustLeaveSlots(lane: Lane, job: Job, nowMs: number): boolean {
    if (this.#inFlight >= this.#concurrency * (1 - keptForQuickLanes) && lane.isSlow(nowMs)) return true;
    return isRetry(job) && this.#retriesInFlight >= this.#concurrency * (1 - keptForFirstAttempts);
  }

  #resume(lane: Lane): void {
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.mayHaveMore) this.#hungry.add(lane);
    this.#onReady();
  }

  /** What is claimed and has no token of the rate limit: the lane claims it again when it has one. */
  #takeWithoutToken(lane: Lane): Job[] {
    const jobs = lane.queue.splice(0);
    lane.queue.push(...jobs.filter(job => job.hasToken));
    const taken = jobs.filter(job => !job.hasToken);
    this.#countQueued(lane, -taken.length);
    if (taken.length > 0) lane.mayHaveMore = true;
    return taken;
  }

  /** The endpoint was read anew: a limit that is another one works at once. */
  setTarget(target: Target): void {
    const lane = this.#lanes.get(target.endpointId);
    if (lane?.setTarget(target)) this.#pacing.cancelWait(lane);
  }

  noteEnd(lane: Lane, job: Job, durationMs: number, isConnectionFailure: boolean): void {
    lane.noteEnd(durationMs, isConnectionFailure, performance.now());
    this.#goOn(lane, job);
  }

  /** The job was not sent after all. */
  noteReturn(lane: Lane, job: Job): void {
    lane.noteReturn();
    this.#goOn(lane, job);
  }

  #goOn(lane: Lane, job: Job): void {
    this.#inFlight -= 1;
    if (isRetry(job)) this.#retriesInFlight -= 1;
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }

  /**
   * The lanes whose turn it is to claim, each with how much: at most `maxLanes`, and `maxClaim` deliveries in all. Those
   * that are on time come first, but for a share; of the others no more is claimed than will soon be sent.
   */
  takeHungry(nowMs: number, maxLanes: number, maxClaim: number): { readonly lane: Lane; readonly slots: number }[] {
    const most = this.#concurrency * queuedPerSlot;
    const roomBehind = most - this.#queuedBehind;
    const claimsBehind = !this.#hungry.behind.isEmpty && roomBehind >= Math.min(leastBehindClaim, most / 4);
    const kept = claimsBehind ? Math.ceil(maxClaim * keptForBehind) : 0;
    let room = Math.min(maxClaim - kept, most - (this.#queued - this.#queuedBehind));
    const wanted: { lane: Lane; slots: number }[] = [];
    this.#hasWoken = false;
    const takeFrom = (ring: FairRing<Lane>) => {
      while (room > 0 && wanted.length < maxLanes) {
        const lane = ring.take();
        if (!lane) break;
        // One that has no room comes back when a request ends, or with its token.
        const slots = Math.min(room, lane.slots);
        if (slots <= 0) {
          if (lane.needsToken) this.#pacing.acquire(lane, nowMs);
          continue;
        }
        wanted.push({ lane, slots });
        room -= slots;
      }
    };
    takeFrom(this.#hungry.onTime);
    const taken = wanted.reduce((sum, { slots }) => sum + slots, 0);
    room = Math.min(maxClaim - taken, roomBehind);
    if (claimsBehind) takeFrom(this.#hungry.behind);
    return wanted;
  }

  noteClaim(lane: Lane, slots: number, claimed: readonly ClaimedDelivery[], nowMs: number): void {
    lane.noteClaim(slots, claimed, nowMs);
    if (claimed.length === 0) this.#pacing.releaseUnused(lane);
    const last = claimed.at(-1);
    if (last) this.#group(lane, last.delivery.tenantId, last.claimedAtMs - last.dueAtMs > behindMs);
    if (!lane.isBehind && isNew(claimed[0])) this.#backlogShare.recordNew(nowMs);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }

  /**
   * Takes note of an endpoint's revision, as it was asked for at `validFromMs` (performance.now()).
   *
   * @returns the jobs that wait and may not be sent: they were claimed at an older revision.
   */
  noteRevision(endpointId: string, revision: number, validFromMs: number): Job[] {
    const lane = this.#lanes.get(endpointId);
    if (!lane) return [];
    const stale = lane.noteRevision(revision, validFromMs);
    this.#countQueued(lane, -stale.length);
    if (lane.canSend) this.#sendable.add(lane);
    return stale;
  }

  /** Whether the lane's settings are older than this revision. */
  isOutdated(endpointId: string, revision: number): boolean {
    const lane = this.#lanes.get(endpointId);
    return lane !== undefined && lane.revision < revision;
  }

  /** The job's request was not written because its endpoint's revision must be read anew: it is sent first then. */
  putBack(lane: Lane, job: Job): void {
    lane.putBack(job);
    this.#countQueued(lane, 1);
    this.noteReturn(lane, job);
  }

  enqueue(lane: Lane, job: Job): void {
    lane.enqueue(job);
    this.#countQueued(lane, 1);
    if (lane.canSend) this.#sendable.add(lane);
  }

  /** Everything that is claimed and not being sent. */
  takeAllJobs(): Job[] {
    const jobs: Job[] = [];
    this.#pacing.stop();
    for (const lane of this.#lanes.values()) {
      jobs.push(...lane.queue.splice(0));
      this.#sendable.delete(lane);
    }
    this.#queued = 0;
    this.#queuedBehind = 0;
    return jobs;
  }

  /** What waits for this endpoint, without what goes to one that is held: tests, and what a person retried. */
  takeOrdinaryJobs(endpointId: string): Job[] {
    const lane = this.#lanes.get(endpointId);
    if (!lane) return [];
    const jobs = lane.takeOrdinaryJobs();
    this.#countQueued(lane, -jobs.length);
    return jobs;
  }

  forgetIdle(nowMs: number): void {
    for (const lane of this.#lanes.values()) if (lane.isIdle(nowMs)) this.#lanes.delete(lane.endpointId);
  }

  /** After a result: a lane that others may have held back is asked again. */
  wakeShared(endpointId: string): void {
    const lane = this.#lanes.get(endpointId);
    if (!lane?.isShared) return;
    lane.mayHaveMore = true;
    this.#hungry.add(lane);
  }

  /** Gives the lane its place: among its tenant's, and among those that are behind or on time. */
  #group(lane: Lane, tenantId: string, isBehind: boolean): void {
    if (lane.tenantId === tenantId && lane.isBehind === isBehind) return;
    this.#sendable.delete(lane);
    this.#hungry.delete(lane);
    if (lane.isBehind !== isBehind) this.#queuedBehind += isBehind ? lane.queue.length : -lane.queue.length;
    lane.tenantId = tenantId;
    lane.isBehind = isBehind;
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }
}

/** Published, and not tried before. */
function isNew(claimed: ClaimedDelivery | undefined): boolean {
  return claimed?.previousStatus === 'PENDING' && claimed.trigger === 'SCHEDULE';
}

function isRetry({ claimed }: Job): boolean {
  return claimed.delivery.attemptCount > 1;
}

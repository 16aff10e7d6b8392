import type { ClaimedDelivery } from '../domain/delivery-state/index.ts';
import type { DueNotification } from '../feed/feed.ts';
import { BacklogShare } from './backlog-share.ts';
import type { FairRing } from './fair-ring.ts';
import type { FoundLane } from './find-lanes.ts';
import { type Job, Lane } from './lane.ts';
import { LanePacing, type LanePacingOptions } from './lane-pacing.ts';
import { LaneRings } from './lane-rings.ts';
import type { Target } from './target.ts';

/** Slow lanes cannot use this share of the sender's slots, so that the others always have some. */
const keptForQuickLanes = 1 / 8;
/** Retries cannot use this share of the sender's slots while first attempts wait. */
const keptForFirstAttempts = 1 / 4;
/** Lanes that are on time cannot use this share of a claim while backlogged lanes can claim. */
const keptForBacklogged = 1 / 8;
/** Backlogged lanes claim at least this many at once: a claim costs as much as 60 of its deliveries. */
const minBackloggedClaim = 32;
/** A lane whose deliveries have been due for longer is backlogged. */
const backloggedMs = 1000;
/** Claimed jobs that wait in all lanes, for each slot of the sender. */
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
  /** Called when a lane's revision must be read before its jobs are sent: `recordRevision` is to follow. */
  readonly onUnverified: (endpointId: string) => void;
  /** Called when a token of a slow rate limit was used: when the next one may be (performance.now()). */
  readonly onTokenUsed: LanePacingOptions['onTokenUsed'];
  /** Takes jobs that must wait longer for their rate limit than a delivery may be PROCESSING without a request. */
  readonly onLongWait: (jobs: readonly Job[]) => void;
}

export interface LaneSlots {
  readonly lane: Lane;
  readonly slots: number;
}

interface StartedJob {
  readonly lane: Lane;
  readonly job: Job;
}

/**
 * The lanes of a sender. Tenants take turns, and the lanes of each tenant, both to send and to claim. A lane is in the
 * rings that its state asks for: `#update` puts it there after each change.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #sendable = new LaneRings();
  readonly #claimable = new LaneRings();
  readonly #backlogShare = new BacklogShare();
  readonly #pacing: LanePacing;
  #inFlight = 0;
  #retriesInFlight = 0;
  #queued = 0;
  #queuedBacklogged = 0;
  #hasNotified = false;
  #isTurnOfBacklogged = false;
  #backlogTimer: NodeJS.Timeout | null = null;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#pacing = new LanePacing({
      ...options,
      onResume: lane => {
        this.#update(lane, () => {});
        options.onReady();
      },
      onLongWait: lane => options.onLongWait(this.#takeWithoutToken(lane)),
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The most that may be in flight. */
  get concurrency(): number {
    return this.#options.concurrency;
  }

  /** Claimed jobs that wait, of all lanes. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether a lane was notified since lanes were last taken for a claim: something new is due. */
  get hasNotified(): boolean {
    return this.#hasNotified;
  }

  /** An endpoint has deliveries that are due. */
  notify({ endpointId, tenantId, count }: DueNotification): void {
    const lane = this.#findOrCreate(endpointId, tenantId);
    this.#hasNotified ||= !lane.hasMore;
    // An empty lane is notified of something new.
    this.#move(lane, tenantId, lane.isBacklogged && !lane.isEmpty);
    this.#update(lane, () => (count === null ? lane.rewind() : lane.expect(count)));
    this.#acquireToken(lane);
  }

  /** The poll has found that the endpoint has something due. @param nowUnixMs by the database's clock. */
  recordFound({ endpointId, tenantId, firstDueMs }: FoundLane, nowUnixMs: number): void {
    const lane = this.#findOrCreate(endpointId, tenantId);
    const isKnown = !lane.isEmpty || lane.inFlight > 0;
    const isBacklogged = isKnown ? lane.isBacklogged && !lane.isEmpty : nowUnixMs - firstDueMs > backloggedMs;
    this.#move(lane, tenantId, isBacklogged);
    this.rewind(endpointId);
  }

  /** Something may be due anywhere in the lane. */
  rewind(endpointId: string): void {
    const lane = this.#lanes.get(endpointId);
    if (!lane) return;
    this.#hasNotified ||= !lane.hasMore;
    this.#update(lane, () => lane.rewind());
    this.#acquireToken(lane);
  }

  /** A result was written: a lane with a limit that senders share may claim again. */
  recheckShared(endpointId: string): void {
    const lane = this.#lanes.get(endpointId);
    if (lane?.isShared) this.#update(lane, () => lane.continue());
  }

  /** The next job whose turn it is; it counts as in flight from now on. Null if nothing may be sent. */
  takeJob(nowMs: number): StartedJob | null {
    if (this.#inFlight >= this.concurrency) return null;
    const takeOnTime = () => this.#takeFrom(this.#sendable.onTime, nowMs);
    const takeBacklogged = () => {
      const started = this.#mayStartBacklogged(nowMs) ? this.#takeFrom(this.#sendable.backlogged, nowMs) : null;
      if (started) this.#backlogShare.recordStart(nowMs);
      return started;
    };
    const started = this.#isTurnOfBacklogged ? (takeBacklogged() ?? takeOnTime()) : (takeOnTime() ?? takeBacklogged());
    if (started) this.#isTurnOfBacklogged = !this.#isTurnOfBacklogged;
    return started;
  }

  /** Whether a backlogged job may be started. If not yet, `onReady` is called when it may. */
  #mayStartBacklogged(nowMs: number): boolean {
    if (this.#sendable.backlogged.isEmpty) return false;
    const waitMs = this.#backlogShare.readWait(nowMs);
    if (waitMs === 0) return true;
    this.#backlogTimer ??= setTimeout(() => {
      this.#backlogTimer = null;
      this.#options.onReady();
    }, waitMs).unref();
    return false;
  }

  #takeFrom(ring: FairRing<Lane>, nowMs: number): StartedJob | null {
    const passedOver: Lane[] = [];
    let started: StartedJob | null = null;
    while (!started) {
      const lane = ring.take();
      if (!lane) break;
      const job = lane.peek();
      if (!job || !lane.canSend) continue;
      if (!lane.isVerified(nowMs)) this.#options.onUnverified(lane.endpointId);
      else if (this.#mustLeaveSlots(lane, job, nowMs)) passedOver.push(lane);
      else if (!this.#pacing.mustWait(lane, job, nowMs)) started = { lane, job };
    }
    if (started) {
      const { lane, job } = started;
      this.#update(lane, () => lane.startJob(nowMs));
      if (isRetry(job)) this.#retriesInFlight += 1;
    }
    for (const lane of passedOver) ring.add(lane);
    return started;
  }

  /** Whether the slots that are left are kept for others: for quick lanes, or for first attempts. */
  #mustLeaveSlots(lane: Lane, job: Job, nowMs: number): boolean {
    if (this.#inFlight >= this.concurrency * (1 - keptForQuickLanes) && lane.isSlow(nowMs)) return true;
    return isRetry(job) && this.#retriesInFlight >= this.concurrency * (1 - keptForFirstAttempts);
  }

  endJob(lane: Lane, job: Job, durationMs: number, isConnectionFailure: boolean): void {
    this.#leaveSlot(lane, job, () => lane.endJob(durationMs, isConnectionFailure, performance.now()));
  }

  /** The job was not sent after all. */
  cancelStart(lane: Lane, job: Job): void {
    this.#leaveSlot(lane, job, () => lane.cancelStart());
  }

  /** The job's request was not written because its endpoint's revision must be read again: it is sent first then. */
  putBack(lane: Lane, job: Job): void {
    this.#leaveSlot(lane, job, () => lane.putBack(job));
  }

  #leaveSlot(lane: Lane, job: Job, change: () => void): void {
    if (isRetry(job)) this.#retriesInFlight -= 1;
    this.#update(lane, change);
  }

  /**
   * The lanes whose turn it is to claim, each with how much: at most `maxLanes`, and `maxClaim` deliveries in all. Lanes
   * that are on time come first, except for a share.
   */
  takeClaimable(nowMs: number, maxLanes: number, maxClaim: number): LaneSlots[] {
    const most = this.concurrency * queuedPerSlot;
    const roomBacklogged = most - this.#queuedBacklogged;
    const { onTime, backlogged } = this.#claimable;
    const claimsBacklogged = !backlogged.isEmpty && roomBacklogged >= Math.min(minBackloggedClaim, most / 4);
    const kept = claimsBacklogged ? Math.ceil(maxClaim * keptForBacklogged) : 0;
    this.#hasNotified = false;
    const roomOnTime = most - (this.#queued - this.#queuedBacklogged);
    const wanted = this.#takeSlots(onTime, nowMs, maxLanes, Math.min(maxClaim - kept, roomOnTime));
    if (!claimsBacklogged) return wanted;
    const taken = wanted.reduce((sum, { slots }) => sum + slots, 0);
    const room = Math.min(maxClaim - taken, roomBacklogged);
    return [...wanted, ...this.#takeSlots(backlogged, nowMs, maxLanes - wanted.length, room)];
  }

  #takeSlots(ring: FairRing<Lane>, nowMs: number, maxLanes: number, maxSlots: number): LaneSlots[] {
    const wanted: LaneSlots[] = [];
    let room = maxSlots;
    while (room > 0 && wanted.length < maxLanes) {
      const lane = ring.take();
      if (!lane) break;
      // A lane without room comes back when a request ends, or with its token.
      const slots = Math.min(room, lane.slots);
      if (slots > 0) {
        wanted.push({ lane, slots });
        room -= slots;
      } else if (lane.needsToken) this.#pacing.acquire(lane, nowMs);
    }
    return wanted;
  }

  endClaim(lane: Lane, claimed: readonly ClaimedDelivery[], nowMs: number): void {
    this.#update(lane, () => lane.endClaim(claimed));
    if (claimed.length === 0) this.#pacing.releaseUnused(lane);
    const last = claimed.at(-1);
    if (last) this.#move(lane, last.delivery.tenantId, last.claimedAtMs - last.dueAtMs > backloggedMs);
    if (!lane.isBacklogged && isNew(claimed[0])) this.#backlogShare.recordNew(nowMs);
  }

  /** The claim failed. The next poll finds the lane again. */
  failClaim(lane: Lane): void {
    this.#update(lane, () => lane.failClaim());
  }

  /**
   * Records an endpoint's revision, which was requested at `validFromMs` (performance.now()).
   *
   * @returns the jobs that wait and may not be sent: they were claimed at an older revision.
   */
  recordRevision(endpointId: string, revision: number, validFromMs: number): Job[] {
    const lane = this.#lanes.get(endpointId);
    return lane ? this.#update(lane, () => lane.recordRevision(revision, validFromMs)) : [];
  }

  /** Whether the lane's settings are older than this revision. */
  isOutdated(endpointId: string, revision: number): boolean {
    const lane = this.#lanes.get(endpointId);
    return lane !== undefined && lane.revision < revision;
  }

  /** The endpoint was read again: a changed limit applies at once. */
  setTarget(target: Target): void {
    const lane = this.#lanes.get(target.endpointId);
    if (lane && this.#update(lane, () => lane.setTarget(target))) this.#pacing.cancelWait(lane);
  }

  enqueue(lane: Lane, job: Job): void {
    this.#update(lane, () => lane.enqueue(job));
  }

  /** Takes everything that is claimed and not in flight. Nothing is resumed any more. */
  takeAllJobs(): Job[] {
    this.#pacing.stop();
    return [...this.#lanes.values()].flatMap(lane => this.#take(lane, () => true));
  }

  /** Takes what waits for this endpoint, except tests and manual retries, which go to paused endpoints as well. */
  takeOrdinaryJobs(endpointId: string): Job[] {
    const lane = this.#lanes.get(endpointId);
    return lane ? this.#take(lane, ({ claimed }) => claimed.trigger !== 'MANUAL' && !claimed.delivery.isTest) : [];
  }

  /** Takes the jobs without a token of the rate limit: the lane claims them again when it has one. */
  #takeWithoutToken(lane: Lane): Job[] {
    // A lane that is asked for its slots may get here: it must not become claimable again by that.
    if (lane.queued === 0) return [];
    const taken = this.#take(lane, job => !lane.hasToken(job));
    if (taken.length > 0) this.#update(lane, () => lane.rewind());
    return taken;
  }

  #take(lane: Lane, isMatch: (job: Job) => boolean): Job[] {
    return this.#update(lane, () => lane.takeJobs(isMatch));
  }

  removeIdle(nowMs: number): void {
    for (const lane of this.#lanes.values()) if (lane.isIdle(nowMs)) this.#lanes.delete(lane.endpointId);
  }

  #findOrCreate(endpointId: string, tenantId: string): Lane {
    const known = this.#lanes.get(endpointId);
    if (known) return known;
    const lane = new Lane(endpointId, tenantId, this.#options.limit);
    const target = this.#options.peekTarget?.(endpointId);
    if (target) lane.setTarget(target);
    this.#lanes.set(endpointId, lane);
    return lane;
  }

  #acquireToken(lane: Lane): void {
    if (lane.needsToken) this.#pacing.acquire(lane, performance.now());
  }

  /** Puts the lane among those of its tenant, and among those that are backlogged or on time. */
  #move(lane: Lane, tenantId: string, isBacklogged: boolean): void {
    if (lane.tenantId === tenantId && lane.isBacklogged === isBacklogged) return;
    this.#sendable.delete(lane);
    this.#claimable.delete(lane);
    this.#update(lane, () => lane.setGroup(tenantId, isBacklogged));
  }

  /** Changes a lane, counts what that means for the sender, and puts the lane into the rings where it belongs. */
  #update<Result>(lane: Lane, change: () => Result): Result {
    const { queued, inFlight, isBacklogged } = lane;
    const result = change();
    this.#queued += lane.queued - queued;
    this.#inFlight += lane.inFlight - inFlight;
    this.#queuedBacklogged += (lane.isBacklogged ? lane.queued : 0) - (isBacklogged ? queued : 0);
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.hasMore) this.#claimable.add(lane);
    return result;
  }
}

/** Published, and not tried before. */
function isNew(claimed: ClaimedDelivery | undefined): boolean {
  return claimed?.previousStatus === 'PENDING' && claimed.trigger === 'SCHEDULE';
}

function isRetry({ claimed }: Job): boolean {
  return claimed.delivery.attemptCount > 1;
}

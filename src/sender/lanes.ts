import { type ClaimedDelivery, isLeaseTooShort } from '../domain/delivery-state/index.ts';
import type { DueNotification } from '../feed/feed.ts';
import { BacklogShare } from './backlog-share.ts';
import { ClaimOrder, type LaneSlots } from './claim-order.ts';
import { DispatchOrder, type DispatchOrderOptions, type LaneJob } from './dispatch-order.ts';
import type { FoundLane } from './find-lanes.ts';
import { type Job, Lane, type LaneOptions } from './lane.ts';
import type { Releaser } from './releaser.ts';
import type { Target } from './target.ts';

/** A lane whose deliveries have been due for longer than this, in ms, is backlogged. */
const backloggedMs = 1000;

export interface LanesOptions
  extends Omit<DispatchOrderOptions, 'backlogShare' | 'onUnverified'>,
    Pick<LaneOptions, 'endpointConcurrency' | 'rateLimiter'> {
  readonly releaser: Pick<Releaser, 'release'>;
  /** Called when a change of a lane may allow a request or a claim that was not possible before. */
  readonly onReady: () => void;
}

/**
 * All lanes of a sender. It decides which request is sent next, and which lanes claim next. After each change of a
 * lane, `#update` puts it into the rings of lanes that can send or claim.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #claimOrder: ClaimOrder;
  readonly #backlogShare = new BacklogShare();
  readonly #dispatchOrder: DispatchOrder;
  /** The endpoints whose revision must be read before their jobs can be sent. */
  readonly #unverified = new Set<string>();
  #isClaimUrgent = false;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#claimOrder = new ClaimOrder(options.concurrency);
    this.#dispatchOrder = new DispatchOrder({
      ...options,
      backlogShare: this.#backlogShare,
      onUnverified: lane => this.#unverified.add(lane.endpointId),
    });
  }

  get inFlight(): number {
    return this.#dispatchOrder.inFlight;
  }

  /** The largest number of requests in flight. */
  get concurrency(): number {
    return this.#options.concurrency;
  }

  /** The number of claimed jobs that wait in all lanes. */
  get queued(): number {
    return this.#claimOrder.queued;
  }

  /**
   * Whether the next claim should be soon. True if a lane without known due deliveries was notified, or a lane on time
   * waited for a result, since `takeClaimable` was last called.
   */
  get isClaimUrgent(): boolean {
    return this.#isClaimUrgent;
  }

  /** Whether new events arrive: a claim is urgent, or a new delivery was claimed within the last second. */
  hasNew(nowMs: number): boolean {
    return this.#isClaimUrgent || this.#backlogShare.isActive(nowMs);
  }

  /** Records a notification of the feed that an endpoint has due deliveries. */
  notify({ endpointId, tenantId, count }: DueNotification): void {
    const lane = this.#findOrCreate(endpointId, tenantId);
    // A lane that was empty is not backlogged, because the notification concerns new deliveries.
    this.#move(lane, tenantId, lane.isBacklogged && !lane.isEmpty);
    this.#isClaimUrgent ||= !lane.window.hasMore;
    if (count === null) this.rewind([endpointId]);
    else this.#change(lane, () => lane.window.expect(count));
  }

  /**
   * Records that the poll has found due deliveries of an endpoint.
   *
   * @param nowUnixMs the time by the database's clock.
   */
  recordFound({ endpointId, tenantId, firstDueMs }: FoundLane, nowUnixMs: number): void {
    const lane = this.#findOrCreate(endpointId, tenantId);
    const isKnown = !lane.isEmpty || lane.inFlight > 0;
    const isBacklogged = isKnown ? lane.isBacklogged && !lane.isEmpty : nowUnixMs - firstDueMs > backloggedMs;
    this.#move(lane, tenantId, isBacklogged);
    this.rewind([endpointId]);
  }

  /** Records that deliveries anywhere in the lanes of these endpoints may be due. */
  rewind(endpointIds: Iterable<string>): void {
    for (const endpointId of endpointIds) {
      const lane = this.#lanes.get(endpointId);
      if (!lane) continue;
      this.#isClaimUrgent ||= !lane.window.hasMore;
      this.#change(lane, () => lane.window.rewind());
      // A lane without claimed deliveries may wait for a token although its limit was changed.
      if (lane.tokens && !lane.isVerified(performance.now())) this.#unverified.add(endpointId);
    }
  }

  /**
   * Records that a result of the endpoint was stored. If the endpoint has a limit that senders share, its lane may now
   * claim again.
   */
  recordSettled(endpointId: string): void {
    const lane = this.#lanes.get(endpointId);
    if (!lane?.isShared) return;
    this.#isClaimUrgent ||= !lane.isBacklogged;
    this.#change(lane, () => lane.window.continue());
  }

  /** Removes and returns the next job, which counts as in flight from now on. Null if none may start. */
  dispatchNext(nowMs: number): LaneJob | null {
    const next = this.#dispatchOrder.take(nowMs);
    if (next) {
      this.#update(next.lane, () => next.lane.startJob(nowMs));
      next.lane.acquireTokens();
    }
    return next;
  }

  endJob(lane: Lane, job: Job, durationMs: number, isConnectionFailure: boolean): void {
    this.#freeSlot(lane, job, () => lane.endJob(durationMs, isConnectionFailure, performance.now()));
  }

  /** Ends a job whose request was not written. */
  cancelStart(lane: Lane, job: Job): void {
    this.#freeSlot(lane, job, () => lane.cancelStart());
  }

  /**
   * Puts a job back as the lane's next one, because the endpoint's revision must be read before its request is written.
   */
  putBack(lane: Lane, job: Job): void {
    this.#freeSlot(lane, job, () => lane.putBack(job));
  }

  #freeSlot(lane: Lane, job: Job, change: () => void): void {
    this.#dispatchOrder.recordEnd(job);
    this.#change(lane, change);
  }

  /** Removes and returns the lanes that claim next: at most `maxLanes`, and together at most `maxClaim` deliveries. */
  takeClaimable(maxLanes: number, maxClaim: number): LaneSlots[] {
    this.#isClaimUrgent = false;
    return this.#claimOrder.take(maxLanes, maxClaim);
  }

  endClaim(lane: Lane, claimed: readonly ClaimedDelivery[], nowMs: number): void {
    this.#change(lane, () => lane.endClaim(claimed));
    // Another sender has the endpoint's deliveries in flight. It needs the token next.
    if (claimed.length === 0 && lane.isShared) lane.tokens?.releaseUnused();
    const last = claimed.at(-1);
    if (last) this.#move(lane, last.delivery.tenantId, last.claimedAtMs - last.dueAtMs > backloggedMs);
    if (lane.isBacklogged) this.#backlogShare.recordBacklogged(lane.endpointId);
    else if (isNew(claimed[0])) this.#backlogShare.recordNew(lane.endpointId, nowMs);
  }

  /** Ends a claim that failed. The next poll finds the lane again. */
  failClaim(lane: Lane): void {
    this.#change(lane, () => lane.window.fail());
  }

  enqueue(lane: Lane, job: Job): void {
    this.#change(lane, () => lane.enqueue(job));
  }

  /**
   * Removes and returns the endpoints whose revision must be read before their jobs can be sent. The caller must call
   * `recordRevision` for each.
   */
  takeUnverified(): string[] {
    const endpointIds = [...this.#unverified];
    this.#unverified.clear();
    return endpointIds;
  }

  /**
   * Records an endpoint's revision, which was read at `validFromMs` (performance.now()). Waiting jobs that were claimed
   * at an older revision are claimed again.
   */
  recordRevision(endpointId: string, revision: number, validFromMs: number): void {
    const lane = this.#lanes.get(endpointId);
    if (lane) this.reclaim(this.#change(lane, () => lane.recordRevision(revision, validFromMs)));
  }

  /** Records the settings of an endpoint. */
  setTarget(target: Target): void {
    const lane = this.#lanes.get(target.endpointId);
    if (lane) this.#change(lane, () => lane.setTarget(target));
  }

  /**
   * Releases jobs that were claimed at an older revision of their endpoint, so that they are claimed again at the
   * current one.
   */
  reclaim(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    const endpointIds = new Set(jobs.map(({ target }) => target.endpointId));
    void this.#options.releaser.release(jobs).then(() => this.rewind(endpointIds));
  }

  /** Releases all jobs that are not in flight. */
  releaseAll(): void {
    for (const lane of this.#lanes.values()) void this.#release(lane, () => true);
  }

  /**
   * Releases the waiting jobs of this endpoint, except tests and manual retries, because they are sent to paused
   * endpoints as well.
   */
  async releaseOrdinary(endpointId: string): Promise<void> {
    const lane = this.#lanes.get(endpointId);
    if (lane) await this.#release(lane, ({ claimed }) => claimed.trigger !== 'MANUAL' && !claimed.delivery.isTest);
  }

  #release(lane: Lane, isMatch: (job: Job) => boolean): Promise<void> {
    return this.#options.releaser.release(this.#change(lane, () => lane.takeJobs(isMatch)));
  }

  /** Removes idle lanes. Releases jobs that have waited so long for a slot that their leases would soon expire. */
  tidy(nowMs: number): void {
    for (const lane of this.#lanes.values()) {
      if (lane.isIdle(nowMs)) this.#lanes.delete(lane.endpointId);
      else if (lane.queued > 0) void this.#release(lane, ({ claimed }) => isLeaseTooShort(claimed));
    }
  }

  #findOrCreate(endpointId: string, tenantId: string): Lane {
    const known = this.#lanes.get(endpointId);
    if (known) return known;
    const { endpointConcurrency, rateLimiter } = this.#options;
    const onReady = () => this.#change(lane, () => {});
    const lane = new Lane({ endpointId, tenantId, endpointConcurrency, rateLimiter, onReady });
    this.#lanes.set(endpointId, lane);
    return lane;
  }

  /** Moves the lane to the rings of this tenant, and of backlogged lanes or lanes that are on time. */
  #move(lane: Lane, tenantId: string, isBacklogged: boolean): void {
    if (lane.tenantId === tenantId && lane.isBacklogged === isBacklogged) return;
    this.#dispatchOrder.delete(lane);
    this.#claimOrder.delete(lane);
    this.#change(lane, () => lane.setGroup(tenantId, isBacklogged));
  }

  /** Changes a lane like `#update`, then calls `onReady`, because the change may allow a request or a claim. */
  #change<Result>(lane: Lane, change: () => Result): Result {
    const result = this.#update(lane, change);
    this.#options.onReady();
    return result;
  }

  /**
   * Runs `change` on a lane, updates the number of waiting jobs, and adds the lane to the rings of lanes that can send
   * or claim.
   */
  #update<Result>(lane: Lane, change: () => Result): Result {
    const { queued, isBacklogged } = lane;
    const result = change();
    this.#claimOrder.recordQueued(-queued, isBacklogged);
    this.#claimOrder.recordQueued(lane.queued, lane.isBacklogged);
    if (lane.canSend) this.#dispatchOrder.add(lane);
    if (lane.window.hasMore) this.#claimOrder.add(lane);
    return result;
  }
}

/** Whether the delivery was just published and has not been tried before. */
function isNew(claimed: ClaimedDelivery | undefined): boolean {
  return claimed?.previousStatus === 'PENDING' && claimed.trigger === 'SCHEDULE';
}

import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import { describeTransition } from '../domain/deliveries/announce-change.ts';
import { type ClaimedDelivery, claim, describeInterrupted } from '../domain/delivery-state/index.ts';
import type { Logger } from '../log.ts';
import type { LaneSlots } from './claim-order.ts';
import type { Job } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Releaser } from './releaser.ts';
import type { SettleQueue } from './settle-queue.ts';
import type { Target, TargetCache } from './target.ts';

export interface ClaimerOptions {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly announcer: Announcer;
  readonly log: Logger;
  readonly lanes: Lanes;
  readonly targets: TargetCache;
  readonly releaser: Releaser;
  readonly settleQueue: Pick<SettleQueue, 'add'>;
  readonly defaultTimeoutMs: number;
}

const maxClaim = 500;
/**
 * The largest number of deliveries in one claim while new events arrive, so that their deliveries do not wait for a
 * long claim.
 */
const maxClaimBesideNew = 100;
const maxLanesPerClaim = 500;
/**
 * The pause between two claims while jobs wait. During the pause, more slots become free and more events are published,
 * which the next claim includes.
 */
const claimIntervalMs = 4;
/**
 * The pause between two claims while as many jobs wait as may be in flight, unless a claim is urgent. Claims are then
 * larger and fewer, because each has a fixed cost as high as that of 60 deliveries.
 */
const backlogClaimIntervalMs = 20;

/** Claims deliveries for the lanes of a sender: one claim at a time, for many lanes in one statement. */
export class Claimer implements AsyncDisposable {
  readonly #options: ClaimerOptions;
  #isStopped = false;
  #isClaiming = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = 0;
  #lastClaimMs = Number.NEGATIVE_INFINITY;
  #lastResponseMs = Number.NEGATIVE_INFINITY;
  #claiming: Promise<void> = Promise.resolve();

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  /** When the database last responded to a claim (performance.now()). */
  get lastResponseMs(): number {
    return this.#lastResponseMs;
  }

  /** Claims immediately if no job waits, otherwise after the pause between claims. */
  claimSoon(): void {
    if (this.#isClaiming || this.#isStopped) return;
    const { lanes } = this.#options;
    const isBacklog = !lanes.isClaimUrgent && lanes.queued >= lanes.concurrency;
    const atMs = lanes.queued === 0 ? 0 : this.#lastClaimMs + (isBacklog ? backlogClaimIntervalMs : claimIntervalMs);
    if (this.#timer !== null) {
      if (this.#timerAtMs <= atMs) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    const waitMs = atMs - performance.now();
    if (waitMs > 0) {
      this.#timerAtMs = atMs;
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#claiming = this.#claim();
      }, waitMs);
    } else this.#claiming = this.#claim();
  }

  async #claim(): Promise<void> {
    const { pool, clock, lanes, log, defaultTimeoutMs } = this.#options;
    const nowMs = performance.now();
    const most = lanes.hasNew(nowMs) ? maxClaimBesideNew : maxClaim;
    let wanted = lanes.takeClaimable(maxLanesPerClaim, most);
    if (wanted.length === 0) return;
    this.#isClaiming = true;
    this.#lastClaimMs = performance.now();
    try {
      wanted = await this.#applyLimits(wanted);
      if (wanted.length === 0) return;
      const requests = wanted.map(({ lane, slots }) => lane.beginClaim(slots, clock.now()));
      const { outboxId, claimed } = await claim(pool, requests, defaultTimeoutMs);
      this.#lastResponseMs = performance.now();
      await this.#accept(wanted, claimed, outboxId, this.#lastClaimMs);
    } catch (error) {
      for (const { lane } of wanted) lanes.failClaim(lane);
      log.warn({ err: error }, 'deliveries could not be claimed; the next poll tries again');
    } finally {
      this.#isClaiming = false;
    }
  }

  /** Reads the endpoints of lanes whose settings are not known, so that the claim keeps their limits. */
  async #applyLimits(wanted: LaneSlots[]): Promise<LaneSlots[]> {
    const { lanes, targets } = this.#options;
    const unknown = wanted.filter(({ lane }) => !lane.isKnown);
    if (unknown.length === 0) return wanted;
    const found = await targets.read(new Map(unknown.map(({ lane }) => [lane.endpointId, lane.revision])));
    for (const target of found.values()) lanes.setTarget(target);
    const limited = unknown.map(({ lane, slots }) => ({ lane, slots: Math.min(slots, lane.slots) }));
    return [...wanted.filter(item => !unknown.includes(item)), ...limited.filter(({ slots }) => slots > 0)];
  }

  async #accept(
    wanted: readonly LaneSlots[],
    claimed: readonly ClaimedDelivery[],
    outboxId: number | null,
    claimedAtMs: number,
  ): Promise<void> {
    const { lanes, clock, announcer, settleQueue } = this.#options;
    const found = await this.#readTargets(claimed);
    // There must be no `await` from here on. When the claim of a lane has ended and its jobs are not queued yet, the
    // lane looks idle, and another task would remove it.
    const laneOf = new Map(wanted.map(({ lane }) => [lane.endpointId, lane]));
    const byEndpoint = Map.groupBy(claimed, item => item.delivery.endpointId);
    const nowMs = performance.now();
    const stale: Job[] = [];
    for (const { lane } of wanted) {
      const items = byEndpoint.get(lane.endpointId) ?? [];
      lanes.endClaim(lane, items, nowMs);
      const [first] = items;
      if (first) lanes.recordRevision(lane.endpointId, first.endpointRevision, claimedAtMs);
    }
    const transitions = [];
    for (const item of claimed) {
      const target = found.get(item.delivery.endpointId);
      const lane = laneOf.get(item.delivery.endpointId);
      if (!target || !lane) continue;
      if (item.isInterrupted) {
        settleQueue.add(describeInterrupted({ claimed: item, target }, item.claimedAtMs, clock.now()));
        continue;
      }
      const job = { claimed: item, target };
      const isCurrent = item.endpointRevision === lane.revision && item.endpointRevision === target.revision;
      if (isCurrent) lanes.enqueue(lane, job);
      else stale.push(job);
      const before = { ...item.delivery, status: item.previousStatus };
      const origin = { endpointName: target.name, endpointUrl: target.url };
      transitions.push(describeTransition(before, item.delivery, origin));
    }
    announcer.announce({ outboxId, transitions });
    lanes.reclaim(stale);
  }

  /** Reads the endpoints of claimed deliveries. If that fails, it releases the deliveries and throws the error. */
  async #readTargets(claimed: readonly ClaimedDelivery[]): Promise<ReadonlyMap<string, Target>> {
    const { targets, releaser } = this.#options;
    // An interrupted delivery is not released, because a lost sender may have sent its request. Its new lease will
    // expire instead.
    const unsent = claimed.filter(item => !item.isInterrupted);
    try {
      const revisions = new Map(claimed.map(item => [item.delivery.endpointId, item.endpointRevision]));
      const found = await targets.read(revisions);
      const lost = unsent.filter(item => !found.has(item.delivery.endpointId));
      await releaser.release(lost.map(item => ({ claimed: item, target: null })));
      return found;
    } catch (error) {
      await releaser.release(unsent.map(item => ({ claimed: item, target: null })));
      throw error;
    }
  }

  /** Stops claiming. Resolves once the running claim has ended and its jobs are in their lanes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#claiming;
  }
}

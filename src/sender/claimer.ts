import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import { type ClaimedDelivery, claim, type Settlement } from '../domain/delivery-state/index.ts';
import type { Logger } from '../log.ts';
import { settleInterrupted } from './attempt.ts';
import type { Job } from './lane.ts';
import type { LaneSlots, Lanes } from './lanes.ts';
import type { Releaser } from './releaser.ts';
import type { Target, TargetCache } from './target.ts';

export interface ClaimerOptions {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly announcer: Announcer;
  readonly log: Logger;
  readonly lanes: Lanes;
  readonly targets: TargetCache;
  readonly releaser: Releaser;
  readonly defaultTimeoutMs: number;
  /** Takes the end of an attempt that nobody will finish. */
  readonly settle: (settlement: Settlement) => void;
  /** Takes jobs that were claimed at a revision of their endpoint that is no longer the last one. */
  readonly onStale: (jobs: readonly Job[]) => void;
  /** The database has answered. */
  readonly onClaimed: () => void;
  /** There may be something to send. */
  readonly onReady: () => void;
}

const maxClaim = 500;
/**
 * The same after a lane was notified: a new event waits for one claim to end, and for its own.
 */
const maxNotifiedClaim = 100;
const maxLanesPerClaim = 500;
/** Slots that come free, and what is published meanwhile, are claimed for together. */
const claimPaceMs = 4;
/**
 * While claims bring much of what they ask for, no lane was notified and as many jobs wait as may be in flight, there is
 * only a backlog: its claims are made larger and fewer, as each costs as much as 60 of its deliveries.
 */
const backlogPaceMs = 20;
const muchClaimed = 32;

/** Fills the lanes of a sender from the database: one claim at a time, for many lanes in one statement. */
export class Claimer implements AsyncDisposable {
  readonly #options: ClaimerOptions;
  #isStopped = false;
  #isClaiming = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = 0;
  #lastClaimMs = Number.NEGATIVE_INFINITY;
  #isBacklog = false;
  #claiming: Promise<void> = Promise.resolve();

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  /** At once where nothing is left to send; else paced. */
  claimSoon(): void {
    if (this.#isClaiming || this.#isStopped) return;
    const { lanes } = this.#options;
    const isBacklog = this.#isBacklog && !lanes.hasNotified && lanes.queued >= lanes.concurrency;
    const atMs = lanes.queued === 0 ? 0 : this.#lastClaimMs + (isBacklog ? backlogPaceMs : claimPaceMs);
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
    const most = lanes.hasNotified ? maxNotifiedClaim : maxClaim;
    const wanted = lanes.takeClaimable(performance.now(), maxLanesPerClaim, most);
    if (wanted.length === 0) return;
    this.#isClaiming = true;
    this.#lastClaimMs = performance.now();
    try {
      const requests = wanted.map(({ lane, slots }) => lane.beginClaim(slots, clock.now()));
      const { outboxId, claimed } = await claim(pool, requests, defaultTimeoutMs);
      this.#options.onClaimed();
      const asked = wanted.reduce((sum, { slots }) => sum + slots, 0);
      this.#isBacklog = claimed.length >= muchClaimed && claimed.length * 2 >= asked;
      await this.#accept(wanted, claimed, outboxId, this.#lastClaimMs);
    } catch (error) {
      for (const { lane } of wanted) lanes.failClaim(lane);
      log.warn({ err: error }, 'deliveries could not be claimed; the next poll tries again');
    } finally {
      this.#isClaiming = false;
    }
    this.#options.onReady();
  }

  async #accept(
    wanted: readonly LaneSlots[],
    claimed: readonly ClaimedDelivery[],
    outboxId: number | null,
    claimedAtMs: number,
  ): Promise<void> {
    const { lanes, clock, announcer } = this.#options;
    const found = await this.#readTargets(claimed);
    // From here on without a pause: a lane whose claim is over, and whose jobs are not in it, would be taken to be idle.
    const laneOf = new Map(wanted.map(({ lane }) => [lane.endpointId, lane]));
    const byEndpoint = Map.groupBy(claimed, item => item.delivery.endpointId);
    const nowMs = performance.now();
    const stale: Job[] = [];
    for (const { lane } of wanted) {
      const items = byEndpoint.get(lane.endpointId) ?? [];
      lanes.endClaim(lane, items, nowMs);
      const [first] = items;
      if (first) stale.push(...lanes.recordRevision(lane.endpointId, first.endpointRevision, claimedAtMs));
    }
    const transitions = [];
    for (const item of claimed) {
      const target = found.get(item.delivery.endpointId);
      const lane = laneOf.get(item.delivery.endpointId);
      if (!target || !lane) continue;
      if (item.isInterrupted) {
        this.#options.settle(settleInterrupted({ claimed: item, target }, item.claimedAtMs, clock.now()));
        continue;
      }
      const job = { claimed: item, target };
      const isCurrent = item.endpointRevision === lane.revision && item.endpointRevision === target.revision;
      if (isCurrent) lanes.enqueue(lane, job);
      else stale.push(job);
      const { responseStatus, errorCode, bulkOperationId, latencyMs, updatedAt } = item.delivery;
      transitions.push({
        delivery: item.delivery,
        previous: {
          status: item.previousStatus,
          failureReason: null,
          responseStatus,
          errorCode,
          bulkOperationId,
          latencyMs,
        },
        occurredAt: updatedAt,
        endpointName: target.name,
        endpointUrl: target.url,
      });
    }
    announcer.announce({ outboxId, transitions });
    this.#options.onStale(stale);
  }

  /** The endpoints of what was claimed. @throws what reading them throws; what was claimed is released by then. */
  async #readTargets(claimed: readonly ClaimedDelivery[]): Promise<ReadonlyMap<string, Target>> {
    const { targets, releaser } = this.#options;
    // An attempt that a lost sender may have made is not released: its lease runs out once more.
    const unsent = claimed.filter(item => !item.isInterrupted);
    try {
      const revisions = new Map(claimed.map(item => [item.delivery.endpointId, item.endpointRevision]));
      const found = await targets.read(revisions);
      const lost = unsent.filter(item => !found.has(item.delivery.endpointId));
      await releaser.release(lost.map(item => ({ claimed: item, endpoint: null })));
      return found;
    } catch (error) {
      await releaser.release(unsent.map(item => ({ claimed: item, endpoint: null })));
      throw error;
    }
  }

  /** Claims no more; resolves once what was being claimed is in its lanes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#claiming;
  }
}

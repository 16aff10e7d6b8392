import type { ClaimedDelivery } from './claim.ts';
import { FairRing } from './fair-ring.ts';
import { type Job, Lane } from './lane.ts';

/** This share of the sender's slots is out of reach for lanes that are slow, so that the others always have some. */
const keptForQuickLanes = 1 / 8;
/** Jobs that are claimed and wait, of all lanes, for each slot of the sender. */
const queuedPerSlot = 4;
/** A busy lane is read from its beginning this often: something may have come due behind the cursor. */
const cursorMaxAgeMs = 2000;

/**
 * The lanes of a sender, who take turns: tenant by tenant, endpoint by endpoint, both for what is sent next and for
 * what is claimed next.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #sendable = new FairRing<Lane>();
  readonly #hungry = new FairRing<Lane>();
  readonly #limit: number;
  readonly #concurrency: number;
  #inFlight = 0;
  #queued = 0;

  /**
   * @param limit requests in flight per lane.
   * @param concurrency requests in flight in all.
   */
  constructor(limit: number, concurrency: number) {
    this.#limit = limit;
    this.#concurrency = concurrency;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Claimed and waiting to be sent, of all lanes. */
  get queued(): number {
    return this.#queued;
  }

  /** The endpoint may have something due. @param tenantId null where it is not known yet. */
  wake(endpointId: string, tenantId: string | null): void {
    let lane = this.#lanes.get(endpointId);
    if (!lane) {
      lane = new Lane(endpointId, tenantId ?? endpointId, this.#limit);
      this.#lanes.set(endpointId, lane);
    }
    lane.mayHaveMore = true;
    if (tenantId !== null) this.#moveTo(lane, tenantId);
    this.#hungry.add(lane);
  }

  /** The next job whose turn it is; it counts as in flight from here on. */
  takeJob(nowMs: number): { readonly lane: Lane; readonly job: Job } | null {
    if (this.#inFlight >= this.#concurrency) return null;
    const passedOver: Lane[] = [];
    let taken: { lane: Lane; job: Job } | null = null;
    for (;;) {
      const lane = this.#sendable.take();
      if (!lane) break;
      if (this.#inFlight >= this.#concurrency * (1 - keptForQuickLanes) && lane.isSlow(nowMs)) {
        passedOver.push(lane);
        continue;
      }
      const job = lane.queue.shift();
      if (!job) continue;
      this.#queued -= 1;
      this.#inFlight += 1;
      lane.noteStart(nowMs);
      if (lane.canSend) this.#sendable.add(lane);
      taken = { lane, job };
      break;
    }
    for (const lane of passedOver) this.#sendable.add(lane);
    return taken;
  }

  noteEnd(lane: Lane, durationMs: number, isConnectionFailure: boolean): void {
    this.#inFlight -= 1;
    lane.noteEnd(durationMs, isConnectionFailure, performance.now());
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }

  /** The lanes whose turn it is to claim, each with how much: at most `maxLanes`, and `maxClaim` deliveries in all. */
  takeHungry(nowMs: number, maxLanes: number, maxClaim: number): { readonly lane: Lane; readonly slots: number }[] {
    let room = Math.min(maxClaim, this.#concurrency * queuedPerSlot - this.#queued);
    const wanted: { lane: Lane; slots: number }[] = [];
    while (room > 0 && wanted.length < maxLanes) {
      const lane = this.#hungry.take();
      if (!lane) break;
      // One that has no room comes back when a request ends; one that is held, with the next poll.
      const slots = Math.min(room, lane.slots);
      if (slots <= 0 || lane.heldUntilMs > nowMs) continue;
      wanted.push({ lane, slots });
      room -= slots;
    }
    return wanted;
  }

  noteClaim(lane: Lane, slots: number, claimed: readonly ClaimedDelivery[], nowMs: number): void {
    lane.noteClaim(slots, claimed, nowMs, cursorMaxAgeMs);
    const tenantId = claimed[0]?.delivery.tenantId;
    if (tenantId !== undefined) this.#moveTo(lane, tenantId);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }

  enqueue(lane: Lane, job: Job): void {
    lane.setLimit(Math.min(this.#limit, job.target.maxConcurrency ?? this.#limit));
    lane.queue.push(job);
    this.#queued += 1;
    if (lane.canSend) this.#sendable.add(lane);
  }

  /** Everything that is claimed and not being sent. */
  takeAllJobs(): Job[] {
    const jobs: Job[] = [];
    for (const lane of this.#lanes.values()) {
      jobs.push(...lane.queue.splice(0));
      this.#sendable.delete(lane);
    }
    this.#queued = 0;
    return jobs;
  }

  forgetIdle(): void {
    for (const lane of this.#lanes.values()) if (lane.isIdle) this.#lanes.delete(lane.endpointId);
  }

  #moveTo(lane: Lane, tenantId: string): void {
    if (lane.tenantId === tenantId) return;
    this.#sendable.delete(lane);
    this.#hungry.delete(lane);
    lane.tenantId = tenantId;
    if (lane.canSend) this.#sendable.add(lane);
    if (lane.mayHaveMore) this.#hungry.add(lane);
  }
}

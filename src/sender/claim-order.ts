import { LaneRings } from './fair-ring.ts';
import type { Lane } from './lane.ts';

/** The share of a claim that is reserved for backlogged lanes while any of them can claim. */
const shareForBacklogged = 1 / 8;
/**
 * Backlogged lanes claim only if this many of their deliveries may be claimed, because a claim has a fixed cost as high
 * as that of 60 deliveries.
 */
const minBackloggedClaim = 32;
/**
 * For each request that the sender may have in flight, this many claimed jobs may wait in the lanes that are on time,
 * and as many in the backlogged lanes.
 */
const queuedPerSlot = 4;

/** A lane's part of a claim. */
export interface LaneSlots {
  readonly lane: Lane;
  /** The number of deliveries to claim for the lane. */
  readonly slots: number;
}

/** Decides which lanes claim next and how much each of them claims. It counts the claimed jobs that wait. */
export class ClaimOrder {
  readonly #maxQueued: number;
  readonly #rings = new LaneRings<Lane>();
  #queued = 0;
  #queuedBacklogged = 0;

  /** @param concurrency the largest number of requests that the sender may have in flight. */
  constructor(concurrency: number) {
    this.#maxQueued = concurrency * queuedPerSlot;
  }

  /** The number of claimed jobs that wait in all lanes. */
  get queued(): number {
    return this.#queued;
  }

  add(lane: Lane): void {
    this.#rings.add(lane);
  }

  delete(lane: Lane): void {
    this.#rings.delete(lane);
  }

  /** Adds `jobs`, which may be negative, to the number of jobs that wait. */
  recordQueued(jobs: number, isBacklogged: boolean): void {
    this.#queued += jobs;
    if (isBacklogged) this.#queuedBacklogged += jobs;
  }

  /**
   * Removes and returns the lanes that claim next: at most `maxLanes`, and together at most `maxClaim` deliveries.
   * Lanes that are on time come first, except for a share that is reserved for backlogged ones.
   */
  take(maxLanes: number, maxClaim: number): LaneSlots[] {
    const room = {
      onTime: this.#maxQueued - (this.#queued - this.#queuedBacklogged),
      backlogged: this.#maxQueued - this.#queuedBacklogged,
    };
    const canClaimBacklogged =
      !this.#rings.backlogged.isEmpty && room.backlogged >= Math.min(minBackloggedClaim, this.#maxQueued / 4);
    const kept = canClaimBacklogged ? Math.ceil(maxClaim * shareForBacklogged) : 0;
    const taken = this.#takeSlots('onTime', maxLanes, Math.min(maxClaim - kept, room.onTime));
    if (!canClaimBacklogged) return taken;
    const left = maxClaim - taken.reduce((sum, { slots }) => sum + slots, 0);
    return [...taken, ...this.#takeSlots('backlogged', maxLanes - taken.length, Math.min(left, room.backlogged))];
  }

  #takeSlots(group: 'onTime' | 'backlogged', maxLanes: number, maxSlots: number): LaneSlots[] {
    const taken: LaneSlots[] = [];
    let room = maxSlots;
    while (room > 0 && taken.length < maxLanes) {
      const lane = this.#rings[group].take();
      if (!lane) break;
      if (!lane.window.hasMore) continue;
      // A lane that cannot claim now is added again when one of its requests ends, or when it gets a token.
      const slots = Math.min(room, lane.slots);
      if (slots > 0) {
        taken.push({ lane, slots });
        room -= slots;
      } else lane.acquireTokens();
    }
    return taken;
  }
}

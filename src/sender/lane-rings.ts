import { FairRing } from './fair-ring.ts';
import type { Lane } from './lane.ts';

/** Lanes that take turns, backlogged ones apart from those that are on time. */
export class LaneRings {
  readonly onTime = new FairRing<Lane>();
  readonly backlogged = new FairRing<Lane>();

  add(lane: Lane): void {
    (lane.isBacklogged ? this.backlogged : this.onTime).add(lane);
  }

  delete(lane: Lane): void {
    this.onTime.delete(lane);
    this.backlogged.delete(lane);
  }
}

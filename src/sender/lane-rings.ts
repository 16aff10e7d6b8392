import { FairRing } from './fair-ring.ts';
import type { Lane } from './lane.ts';

/** Lanes that take turns, those that are behind apart from those that are on time. */
export class LaneRings {
  readonly onTime = new FairRing<Lane>();
  readonly behind = new FairRing<Lane>();

  add(lane: Lane): void {
    (lane.isBehind ? this.behind : this.onTime).add(lane);
  }

  delete(lane: Lane): void {
    this.onTime.delete(lane);
    this.behind.delete(lane);
  }
}

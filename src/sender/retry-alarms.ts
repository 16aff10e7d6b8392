/** Moments are rounded up to this: retries that come due together are claimed together. */
const slotMs = 20;

interface LaneAlarm {
  /** Moments that are asked for, in slots of performance.now(). */
  readonly slots: Set<number>;
  earliest: number;
  timer: NodeJS.Timeout;
}

/**
 * Wakes lanes when their retries come due: at each moment that was asked for, up to 20 ms late, with one timer a lane
 * however many there are. Retries spread by jitter would else wait for the poll, all but the first.
 */
export class RetryAlarms implements Disposable {
  readonly #wake: (endpointId: string) => void;
  readonly #lanes = new Map<string, LaneAlarm>();

  constructor(wake: (endpointId: string) => void) {
    this.#wake = wake;
  }

  set(endpointId: string, delayMs: number): void {
    // A timer may fire a millisecond early.
    const slot = Math.ceil((performance.now() + delayMs + 1) / slotMs);
    const lane = this.#lanes.get(endpointId);
    if (!lane) {
      this.#lanes.set(endpointId, {
        slots: new Set([slot]),
        earliest: slot,
        timer: this.#startTimer(endpointId, slot),
      });
      return;
    }
    lane.slots.add(slot);
    if (slot < lane.earliest) this.#arm(endpointId, lane, slot);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#lanes.values()) clearTimeout(timer);
    this.#lanes.clear();
  }

  #arm(endpointId: string, lane: LaneAlarm, slot: number): void {
    clearTimeout(lane.timer);
    lane.earliest = slot;
    lane.timer = this.#startTimer(endpointId, slot);
  }

  #startTimer(endpointId: string, slot: number): NodeJS.Timeout {
    return setTimeout(() => this.#ring(endpointId), Math.max(1, slot * slotMs - performance.now()));
  }

  #ring(endpointId: string): void {
    const lane = this.#lanes.get(endpointId);
    if (!lane) return;
    const now = Math.floor(performance.now() / slotMs);
    let next = Number.POSITIVE_INFINITY;
    for (const slot of lane.slots) {
      if (slot <= now || slot === lane.earliest) lane.slots.delete(slot);
      else next = Math.min(next, slot);
    }
    if (next === Number.POSITIVE_INFINITY) this.#lanes.delete(endpointId);
    else this.#arm(endpointId, lane, next);
    this.#wake(endpointId);
  }
}

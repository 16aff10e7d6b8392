/** Retries that come due within this time of each other are claimed together. */
const slotMs = 20;
/** The poll finds what comes due later than this. */
const maxDelayMs = 1000;

interface Slot {
  readonly endpointIds: Set<string>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Notifies the lanes of retries that come due within a second, up to 20 ms late. It is a timing wheel with at most 51 timers,
 * however many lanes there are. Retries with longer delays are left to the poll.
 */
export class RetryTimer implements Disposable {
  readonly #notify: (endpointIds: Iterable<string>) => void;
  readonly #slots = new Map<number, Slot>();
  #isDisposed = false;

  constructor(notify: (endpointIds: Iterable<string>) => void) {
    this.#notify = notify;
  }

  /** Does nothing for delays of a second and more, and after it was disposed. */
  schedule(endpointId: string, delayMs: number): void {
    if (delayMs >= maxDelayMs || this.#isDisposed) return;
    // A timer may fire a millisecond early.
    const number = Math.ceil((performance.now() + delayMs + 1) / slotMs);
    let slot = this.#slots.get(number);
    if (!slot) {
      const timer = setTimeout(() => this.#fire(number), Math.max(1, number * slotMs - performance.now()));
      slot = { endpointIds: new Set(), timer };
      this.#slots.set(number, slot);
    }
    slot.endpointIds.add(endpointId);
  }

  #fire(number: number): void {
    const slot = this.#slots.get(number);
    this.#slots.delete(number);
    if (slot) this.#notify(slot.endpointIds);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const { timer } of this.#slots.values()) clearTimeout(timer);
    this.#slots.clear();
  }
}

/** Wake-ups are gathered for this long. */
const windowMs = 5;
/** Ids named in one message; a wider wake-up takes several. */
const maxIdsPerMessage = 1_000;
/** Beyond this many waiting ids further ones are dropped: whoever polls finds them. */
const maxWaitingIds = 100_000;

export type WakeListener = (ids: readonly string[]) => void;

/**
 * Wake-ups by the ids of what there is to look at (endpoints, for the senders): told to this process at once, and handed
 * to `send` at most once every 5 ms, each id once. `send` must not throw; where wake-ups go is its affair.
 */
export class WakeSignal implements Disposable {
  readonly #send: ((ids: readonly string[]) => void) | null;
  readonly #onListenerError: (error: unknown) => void;
  readonly #listeners = new Set<WakeListener>();
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(send: ((ids: readonly string[]) => void) | null, onListenerError: (error: unknown) => void) {
    this.#send = send;
    this.#onListenerError = onListenerError;
  }

  wake(ids: readonly string[]): void {
    if (this.#closed || ids.length === 0) return;
    this.tell(ids);
    if (!this.#send) return;
    for (const id of ids) if (this.#waiting.size < maxWaitingIds) this.#waiting.add(id);
    this.#timer ??= setTimeout(() => this.#flush(), windowMs);
  }

  /** Tells the listeners of this process only. */
  tell(ids: readonly string[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(ids);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  addListener(listener: WakeListener): Disposable {
    // Wrapped, so that the same function may be added twice and each be removed once.
    const own: WakeListener = ids => listener(ids);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#waiting.clear();
  }

  #flush(): void {
    this.#timer = null;
    const ids = [...this.#waiting];
    this.#waiting.clear();
    for (let start = 0; start < ids.length; start += maxIdsPerMessage) {
      this.#send?.(ids.slice(start, start + maxIdsPerMessage));
    }
  }
}

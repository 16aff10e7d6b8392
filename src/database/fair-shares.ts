import { UnavailableError } from '../errors.ts';
import { abortReason } from './operation-scope.ts';

export interface FairSharesOptions {
  /** The number of slots that one owner may use at once. */
  readonly slotsPerOwner: number;
  /** The number of acquisitions that may wait, for one owner and for all owners. Further ones reject immediately. */
  readonly maxWaitingPerOwner: number;
  readonly maxWaiting: number;
  /** How long an acquisition without a signal waits, in ms. With a signal, it waits until the signal aborts. */
  readonly maxWaitMs: number;
}

interface Waiter {
  grant(): void;
}

interface Owner {
  held: number;
  readonly waiting: Set<Waiter>;
}

/** One semaphore for each owner. Waiting acquisitions of an owner are served in order. */
export class FairShares {
  readonly #options: FairSharesOptions;
  readonly #owners = new Map<string, Owner>();
  #waiting = 0;

  constructor(options: FairSharesOptions) {
    this.#options = options;
  }

  /**
   * Acquires a slot of the owner `name`. Call the returned function exactly once to release the slot.
   *
   * @throws UnavailableError if too many acquisitions wait or this one waited too long; the error of `abortReason` if
   *   the signal aborts.
   */
  acquire(name: string, signal: AbortSignal | null): Promise<() => void> {
    const owner = this.#owners.get(name) ?? { held: 0, waiting: new Set() };
    this.#owners.set(name, owner);
    const { slotsPerOwner, maxWaitingPerOwner, maxWaiting } = this.#options;
    if (owner.held < slotsPerOwner) {
      owner.held += 1;
      return Promise.resolve(() => this.#release(name, owner));
    }
    if (owner.waiting.size >= maxWaitingPerOwner || this.#waiting >= maxWaiting) {
      return Promise.reject(new UnavailableError('Too many database statements of this tenant wait: try again later.'));
    }
    return this.#wait(name, owner, signal);
  }

  #wait(name: string, owner: Owner, signal: AbortSignal | null): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const leave = () => {
      if (owner.waiting.delete(waiter)) this.#waiting -= 1;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const waiter: Waiter = {
      grant: () => {
        leave();
        resolve(() => this.#release(name, owner));
      },
    };
    const abort = () => {
      leave();
      reject(signal && abortReason(signal));
    };
    const timer = signal
      ? undefined
      : setTimeout(() => {
          leave();
          reject(new UnavailableError('No database connection became free in time: try again later.'));
        }, this.#options.maxWaitMs);
    owner.waiting.add(waiter);
    this.#waiting += 1;
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    return promise;
  }

  #release(name: string, owner: Owner): void {
    const [next] = owner.waiting;
    if (next) next.grant();
    else {
      owner.held -= 1;
      if (owner.held === 0) this.#owners.delete(name);
    }
  }
}

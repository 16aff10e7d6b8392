import { abortReason } from '../database/operation-scope.ts';
import { RateLimitedError } from '../errors.ts';

export interface FairGateOptions {
  /** The bytes that all tenants may hold at once. */
  readonly totalBytes: number;
  /** The bytes that one tenant may hold at once. A larger request is allowed if the tenant holds nothing else. */
  readonly tenantBytes: number;
  /** The bytes that a tenant may always hold, even if the other tenants hold `totalBytes`. Default: 0. */
  readonly alwaysAllowedBytes?: number;
  /** The number of requests that may wait, for each tenant and in total. */
  readonly maxWaiting: number;
  readonly maxWaitingOfTenant: number;
}

interface Waiter {
  readonly bytes: number;
  readonly admit: (held: Disposable) => void;
}

interface Share {
  heldBytes: number;
  readonly waiters: Set<Waiter>;
}

/**
 * Shares memory fairly among tenants. A request waits for earlier ones of its tenant first, and waiting tenants are
 * served in rotation.
 */
export class FairGate {
  readonly #options: FairGateOptions;
  /** Tenants that hold or wait for bytes, in the order in which they are served next. */
  readonly #shares = new Map<string, Share>();
  #heldBytes = 0;
  #waiting = 0;

  constructor(options: FairGateOptions) {
    this.#options = options;
  }

  /**
   * Waits for capacity for this many bytes. Dispose of the result to release them. Disposing twice does nothing.
   *
   * @param signal ends the wait when it aborts.
   * @throws RateLimitedError if too many requests wait already; the error of `abortReason` if the signal aborts.
   */
  async acquire(tenantId: string, bytes: number, signal?: AbortSignal): Promise<Disposable> {
    const share = this.#shares.get(tenantId) ?? { heldBytes: 0, waiters: new Set() };
    if (share.waiters.size === 0 && this.#fits(share, bytes)) return this.#admit(tenantId, share, bytes);
    const { maxWaiting, maxWaitingOfTenant } = this.#options;
    if (this.#waiting >= maxWaiting || share.waiters.size >= maxWaitingOfTenant) {
      throw new RateLimitedError('Too many operations are waiting. Try again later, or ask for less at a time.');
    }
    if (signal?.aborted) throw abortReason(signal);
    return this.#wait(tenantId, share, bytes, signal);
  }

  #wait(tenantId: string, share: Share, bytes: number, signal: AbortSignal | undefined): Promise<Disposable> {
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const leave = () => {
      this.#remove(share, waiter);
      reject(signal && abortReason(signal));
      // Smaller requests behind the removed one may fit now.
      this.#admitWaiting();
      this.#deleteIfUnused(tenantId, share);
    };
    const waiter: Waiter = {
      bytes,
      admit: held => {
        signal?.removeEventListener('abort', leave);
        resolve(held);
      },
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.#waiting += 1;
    share.waiters.add(waiter);
    this.#shares.set(tenantId, share);
    return promise;
  }

  #remove(share: Share, waiter: Waiter): void {
    share.waiters.delete(waiter);
    this.#waiting -= 1;
  }

  #fits(share: Share, bytes: number): boolean {
    const { totalBytes, tenantBytes, alwaysAllowedBytes = 0 } = this.#options;
    if (share.heldBytes + bytes <= alwaysAllowedBytes) return true;
    const fitsTenant = share.heldBytes === 0 || share.heldBytes + bytes <= tenantBytes;
    return fitsTenant && (this.#heldBytes === 0 || this.#heldBytes + bytes <= totalBytes);
  }

  #admit(tenantId: string, share: Share, bytes: number): Disposable {
    // Move the tenant to the end of the map, so that the others are served before it.
    this.#shares.delete(tenantId);
    this.#shares.set(tenantId, share);
    share.heldBytes += bytes;
    this.#heldBytes += bytes;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        share.heldBytes -= bytes;
        this.#heldBytes -= bytes;
        this.#admitWaiting();
        this.#deleteIfUnused(tenantId, share);
      },
    };
  }

  #deleteIfUnused(tenantId: string, share: Share): void {
    const isUnused = share.heldBytes === 0 && share.waiters.size === 0;
    if (isUnused && this.#shares.get(tenantId) === share) this.#shares.delete(tenantId);
  }

  #admitWaiting(): void {
    for (const [tenantId, share] of [...this.#shares]) {
      for (const waiter of share.waiters) {
        if (!this.#fits(share, waiter.bytes)) break;
        this.#remove(share, waiter);
        waiter.admit(this.#admit(tenantId, share, waiter.bytes));
      }
    }
  }
}

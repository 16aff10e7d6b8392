import { RateLimitedError } from '../errors.ts';

export interface FairGateOptions {
  /** The bytes that all tenants may hold at once. */
  readonly totalBytes: number;
  /** The bytes that one tenant may hold at once. A larger request is allowed if the tenant holds nothing else. */
  readonly tenantBytes: number;
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
  readonly waiters: Waiter[];
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
   * @throws RateLimitedError if too many requests wait already.
   */
  async acquire(tenantId: string, bytes: number): Promise<Disposable> {
    const share = this.#shares.get(tenantId) ?? { heldBytes: 0, waiters: [] };
    if (share.waiters.length === 0 && this.#fits(share, bytes)) return this.#admit(tenantId, share, bytes);
    const { maxWaiting, maxWaitingOfTenant } = this.#options;
    if (this.#waiting >= maxWaiting || share.waiters.length >= maxWaitingOfTenant) {
      throw new RateLimitedError('Too many large responses are being prepared. Try again, or ask for less at a time.');
    }
    this.#waiting += 1;
    this.#shares.set(tenantId, share);
    return new Promise(resolve => share.waiters.push({ bytes, admit: resolve }));
  }

  #fits(share: Share, bytes: number): boolean {
    const { totalBytes, tenantBytes } = this.#options;
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
        if (share.heldBytes === 0 && share.waiters.length === 0) this.#shares.delete(tenantId);
      },
    };
  }

  #admitWaiting(): void {
    for (const [tenantId, share] of [...this.#shares]) {
      let next = share.waiters[0];
      while (next && this.#fits(share, next.bytes)) {
        share.waiters.shift();
        this.#waiting -= 1;
        next.admit(this.#admit(tenantId, share, next.bytes));
        next = share.waiters[0];
      }
    }
  }
}

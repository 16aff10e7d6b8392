import type { ServerResponse } from 'node:http';
import { RateLimitedError } from '../errors.ts';
import { FairGate } from './fair-gate.ts';

/** What a tenant may always have in progress, whatever other tenants have. */
const alwaysAllowedBytes = 2 ** 20;
/** Smaller requests are not counted. Limits of connections and sockets bound their number. */
const smallRequestBytes = 16_384;

/* As multiples of the largest request. */
const requestsOfTenant = 4;
const requestsOfAll = 8;
const decodingsOfAll = 4;

/**
 * Limits the bytes of requests that were read and are not answered yet: a request keeps its variables or events in
 * memory for as long as it waits for a database connection, and a subscription until it ends. A tenant may have four
 * requests of the largest size in progress, and all tenants eight.
 */
export class RequestBytes {
  readonly #maxRequestBytes: number;
  readonly #byTenant = new Map<string, number>();
  readonly #decoding: FairGate;
  #heldBytes = 0;

  constructor(maxRequestBytes: number) {
    this.#maxRequestBytes = maxRequestBytes;
    this.#decoding = new FairGate({
      totalBytes: decodingsOfAll * maxRequestBytes,
      tenantBytes: maxRequestBytes,
      // At most one request of each connection waits, and the number of connections is limited.
      maxWaiting: Number.POSITIVE_INFINITY,
      maxWaitingOfTenant: Number.POSITIVE_INFINITY,
    });
  }

  /** Counts the bytes of a request of the tenant. Dispose of the result once. @throws RateLimitedError */
  hold(tenantId: string, bytes: number): Disposable {
    const ofTenant = (this.#byTenant.get(tenantId) ?? 0) + bytes;
    const total = this.#heldBytes + bytes;
    const fits = ofTenant <= requestsOfTenant * this.#maxRequestBytes && total <= requestsOfAll * this.#maxRequestBytes;
    if (!fits && ofTenant > alwaysAllowedBytes) {
      throw new RateLimitedError('Too many large requests are in progress. Try again, or send less at a time.');
    }
    this.#byTenant.set(tenantId, ofTenant);
    this.#heldBytes = total;
    return {
      [Symbol.dispose]: () => {
        this.#heldBytes -= bytes;
        const left = (this.#byTenant.get(tenantId) ?? bytes) - bytes;
        if (left > 0) this.#byTenant.set(tenantId, left);
        else this.#byTenant.delete(tenantId);
      },
    };
  }

  /** Counts the body of a request until its response is closed. @throws RateLimitedError */
  holdUntilClosed(response: ServerResponse, tenantId: string, bytes: number): void {
    if (bytes <= smallRequestBytes) return;
    const held = this.hold(tenantId, bytes);
    if (response.closed) held[Symbol.dispose]();
    else response.once('close', () => held[Symbol.dispose]());
  }

  /**
   * Waits until a compressed body of the tenant may be decoded, since nobody knows how large it becomes. One body of a
   * tenant is decoded at a time. Dispose of the result afterwards.
   */
  acquireDecoding(tenantId: string): Promise<Disposable> {
    return this.#decoding.acquire(tenantId, this.#maxRequestBytes);
  }
}

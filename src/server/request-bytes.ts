import type { ServerResponse } from 'node:http';
import type { Actor } from '../domain/context.ts';
import { RateLimitedError } from '../errors.ts';
import { FairGate } from './fair-gate.ts';

/**
 * The bytes that a tenant may always have in progress, even if others use up the total. Also the limit of one portal
 * token.
 */
const alwaysAllowedBytes = 2 ** 20;
/** Requests up to this size are not counted, because the limits on connections and sockets bound their number. */
const smallRequestBytes = 16_384;

/* The limits of one tenant and of all tenants, as multiples of the largest request. */
const requestsOfTenant = 4;
const requestsOfAll = 8;
const decodingsOfAll = 4;

/** The sender of a request. The bytes are counted for its portal token if it has one, otherwise for its tenant. */
export type Requester = Pick<Actor, 'tenantId' | 'portalToken'>;

/**
 * Limits the bytes of requests that were read and are not answered yet: a request keeps its variables or events in
 * memory for as long as it waits for a database connection, and a subscription until it ends. A tenant may have four
 * requests of the largest size in progress, and all tenants eight. A tenant that has none may always send one. Each
 * portal token has its own limit, so that a customer cannot use up what the tenant needs to publish.
 */
export class RequestBytes {
  readonly #maxRequestBytes: number;
  /** The counted bytes, by the id of a tenant or of a portal token. */
  readonly #byAccount = new Map<string, number>();
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

  /** Counts the bytes of a request. Dispose of the result once to stop counting them. @throws RateLimitedError */
  hold({ tenantId, portalToken }: Requester, bytes: number): Disposable {
    if (bytes <= smallRequestBytes) return { [Symbol.dispose]: () => {} };
    const account = portalToken ? `portal ${portalToken.id}` : tenantId;
    const limit = portalToken ? alwaysAllowedBytes : requestsOfTenant * this.#maxRequestBytes;
    const held = (this.#byAccount.get(account) ?? 0) + bytes;
    const total = this.#heldBytes + bytes;
    const fits = held <= limit && total <= requestsOfAll * this.#maxRequestBytes;
    const isAlwaysAllowed = !portalToken && (held === bytes || held <= alwaysAllowedBytes);
    if (!fits && !isAlwaysAllowed) {
      throw new RateLimitedError('Too many large requests are in progress. Try again, or send less at a time.');
    }
    this.#byAccount.set(account, held);
    this.#heldBytes = total;
    return {
      [Symbol.dispose]: () => {
        this.#heldBytes -= bytes;
        const left = (this.#byAccount.get(account) ?? bytes) - bytes;
        if (left > 0) this.#byAccount.set(account, left);
        else this.#byAccount.delete(account);
      },
    };
  }

  /** Counts the body of a request until its response is closed. @throws RateLimitedError */
  holdUntilClosed(response: ServerResponse, requester: Requester, bytes: number): void {
    const held = this.hold(requester, bytes);
    if (response.closed) held[Symbol.dispose]();
    else response.once('close', () => held[Symbol.dispose]());
  }

  /**
   * Waits until a compressed body of the tenant may be decoded. One body of a tenant is decoded at a time, because the
   * decoded size is not known before. Dispose of the result afterwards.
   */
  acquireDecoding(tenantId: string): Promise<Disposable> {
    return this.#decoding.acquire(tenantId, this.#maxRequestBytes);
  }
}

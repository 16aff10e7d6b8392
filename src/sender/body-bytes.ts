/** The limit of all counted bodies in flight, in bytes, up to which tenants share them. */
const maxBytes = 40 * 2 ** 20;
/** Above this, no tenant may have a further body. */
const absoluteMaxBytes = 2 * maxBytes;
/** A tenant may have this many times as many bytes as are free: 32 MiB if it is alone, and 17.8 MiB beside another. */
const tenantShare = 4;

/** A body in memory. Disposing it stops counting its bytes. */
export interface CountedBody extends Disposable {
  /** Records the size of the body once it is known. */
  resize(bytes: number): void;
}

/**
 * Limits the memory of request bodies in flight that a claim does not contain: long payloads and rendered bodies. The
 * limit of each tenant follows from what is free (dynamic threshold), so that there is always room for other tenants.
 */
export class BodyBytes {
  readonly #byTenant = new Map<string, number>();
  #total = 0;

  /**
   * Whether the tenant must wait before its next body is loaded or rendered. A tenant without a body waits only while all
   * bodies together have 80 MiB.
   */
  isFull(tenantId: string): boolean {
    const ofTenant = this.#byTenant.get(tenantId) ?? 0;
    if (ofTenant === 0) return this.#total >= absoluteMaxBytes;
    return ofTenant >= tenantShare * (maxBytes - this.#total);
  }

  /** Counts a body that is about to be loaded or rendered. `bytes` is its size, or an estimate. */
  add(tenantId: string, bytes: number): CountedBody {
    let counted = 0;
    const resize = (size: number) => {
      const ofTenant = (this.#byTenant.get(tenantId) ?? 0) + size - counted;
      if (ofTenant === 0) this.#byTenant.delete(tenantId);
      else this.#byTenant.set(tenantId, ofTenant);
      this.#total += size - counted;
      counted = size;
    };
    resize(bytes);
    return { resize, [Symbol.dispose]: () => resize(0) };
  }
}

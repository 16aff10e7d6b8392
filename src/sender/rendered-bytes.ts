/** The most that rendered bodies in flight take together. */
const maxBytes = 64 * 2 ** 20;
/** The most that those of one tenant take, so that it does not delay others. */
const maxTenantBytes = maxBytes / 8;
/** What a body counts for until it is rendered. */
const unrenderedBytes = 65_536;

/** A rendered body in memory. Disposing it frees its bytes. */
export interface RenderedBody extends Disposable {
  /** Records the size of the body once it is known. */
  resize(bytes: number): void;
}

/**
 * Bounds the memory of rendered bodies. No rendering is started for a tenant whose bodies have reached the limit. Those that
 * were started before may exceed it.
 */
export class RenderedBytes {
  readonly #byTenant = new Map<string, number>();
  #total = 0;

  /** Whether no rendering of this tenant may start. A tenant without a rendered body may always start one. */
  isFull(tenantId: string): boolean {
    const ofTenant = this.#byTenant.get(tenantId) ?? 0;
    return ofTenant >= maxTenantBytes || (ofTenant > 0 && this.#total >= maxBytes);
  }

  /** Counts a body that is about to be rendered. */
  add(tenantId: string): RenderedBody {
    let counted = 0;
    const resize = (bytes: number) => {
      const ofTenant = (this.#byTenant.get(tenantId) ?? 0) + bytes - counted;
      if (ofTenant === 0) this.#byTenant.delete(tenantId);
      else this.#byTenant.set(tenantId, ofTenant);
      this.#total += bytes - counted;
      counted = bytes;
    };
    resize(unrenderedBytes);
    return { resize, [Symbol.dispose]: () => resize(0) };
  }
}

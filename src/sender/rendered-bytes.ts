/** The limit of all rendered bodies in flight, in bytes. */
const maxBytes = 64 * 2 ** 20;
/** The limit of one tenant's rendered bodies in flight, in bytes, so that one tenant does not delay others. */
const maxTenantBytes = maxBytes / 8;
/** A body counts as this many bytes until it is rendered. */
const unrenderedBytes = 65_536;

/** A rendered body in memory. Disposing it stops counting its bytes. */
export interface RenderedBody extends Disposable {
  /** Records the size of the body once it is known. */
  resize(bytes: number): void;
}

/**
 * Limits the memory of rendered bodies. No rendering starts for a tenant whose bodies have reached the limit. Those
 * that started before may exceed it.
 */
export class RenderedBytes {
  readonly #byTenant = new Map<string, number>();
  #total = 0;

  /** Whether the tenant must wait before it renders another body. A tenant without a rendered body never waits. */
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

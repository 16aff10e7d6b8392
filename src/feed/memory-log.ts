import type { FeedBatch, FeedHead, FeedLog } from './feed-log.ts';
import type { Transition } from './transition.ts';

export interface MemoryLogOptions {
  readonly epoch: string;
  /** A transition is kept at least this long... */
  readonly keepMs: number;
  /** ...and at least while it is among its tenant's newest so many... */
  readonly keepTransitions: number;
  /** ...unless all tenants together hold more than this: then whoever holds most loses its oldest. */
  readonly maxTransitions: number;
}

interface KeptBatch extends FeedBatch {
  readonly keptAtMs: number;
}

class TenantLog {
  batches: KeptBatch[] = [];
  /** How many batches at the front are dropped; the array is cut now and then. */
  dropped = 0;
  position = 0;
  count = 0;

  dropOldest(): number {
    const oldest = this.batches[this.dropped];
    if (!oldest) return 0;
    this.batches[this.dropped] = { last: oldest.last, transitions: [], keptAtMs: 0 };
    this.dropped += 1;
    this.count -= oldest.transitions.length;
    if (this.dropped > 64 && this.dropped * 2 > this.batches.length) {
      this.batches = this.batches.slice(this.dropped);
      this.dropped = 0;
    }
    return oldest.transitions.length;
  }
}

const pageBatches = 64;

/** The log of the feed that lives in this process: it ends with it, and the epoch says so. */
export class MemoryLog implements FeedLog {
  readonly #options: MemoryLogOptions;
  readonly #tenants = new Map<string, TenantLog>();
  #count = 0;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
  }

  /** Keeps them and returns the position of the first. */
  append(tenantId: string, transitions: readonly Transition[]): number {
    const tenant = this.#tenants.get(tenantId) ?? new TenantLog();
    this.#tenants.set(tenantId, tenant);
    const first = tenant.position + 1;
    tenant.position += transitions.length;
    tenant.count += transitions.length;
    this.#count += transitions.length;
    tenant.batches.push({ last: tenant.position, transitions, keptAtMs: performance.now() });
    this.#trim(tenant);
    return first;
  }

  async head(tenantId: string): Promise<FeedHead> {
    return { epoch: this.#options.epoch, position: this.#tenants.get(tenantId)?.position ?? 0, start: 0 };
  }

  async read(tenantId: string, after: number): Promise<readonly FeedBatch[]> {
    const tenant = this.#tenants.get(tenantId);
    if (!tenant) return [];
    let low = tenant.dropped;
    let high = tenant.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((tenant.batches[middle] as KeptBatch).last > after) high = middle;
      else low = middle + 1;
    }
    return tenant.batches.slice(low, low + pageBatches);
  }

  #trim(tenant: TenantLog): void {
    const { keepMs, keepTransitions, maxTransitions } = this.#options;
    const droppableBefore = performance.now() - keepMs;
    for (;;) {
      const oldest = tenant.batches[tenant.dropped];
      if (!oldest || oldest.keptAtMs > droppableBefore) break;
      if (tenant.count - oldest.transitions.length < keepTransitions) break;
      this.#count -= tenant.dropOldest();
    }
    while (this.#count > maxTransitions) {
      let fullest = tenant;
      for (const each of this.#tenants.values()) if (each.count > fullest.count) fullest = each;
      this.#count -= fullest.dropOldest();
    }
  }
}

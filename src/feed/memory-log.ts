import type { Transition } from '../delivery.ts';
import type { AppendOptions, FeedBatch, FeedEntry, FeedHead, FeedLog } from './feed-log.ts';
import { VersionIndex } from './version-index.ts';
import { decodeBatch, encodeBatch, encodeTransition, parseMessage } from './wire.ts';

export interface MemoryLogOptions {
  readonly epoch: string;
  /** A transition is kept at least this long... */
  readonly keepMs: number;
  /** ...and at least while it is among its tenant's newest so many... */
  readonly keepTransitions: number;
  /** ...unless all tenants together take more than this: then the tenant that takes most loses its oldest. */
  readonly maxBytes: number;
}

/** A batch as it is kept: encoded, so that its size is known and it lies outside the JavaScript heap. */
interface KeptBatch {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** A part of `slab`. */
  readonly text: Buffer;
  readonly slab: ArrayBufferLike;
  readonly keptAtMs: number;
}

export interface Appended extends FeedBatch {
  readonly refused: readonly Transition[];
}

/** What a kept batch takes beside its text. */
const batchOverheadBytes = 256;
/** The share of `maxBytes` for the versions of deliveries, and what one of them takes. */
const versionShare = 1 / 4;
const versionBytes = 128;
const minVersions = 10_000;
/** Once the log is full, this share is dropped at once, so that the fullest tenant is looked for rarely. */
const droppedShare = 1 / 64;

/**
 * Texts lie one behind the other in slabs that a tenant has for itself, as large as an eighth of what it keeps. A buffer for
 * each text would hold a part of a slab that Node shares with requests and answers, and so several times its size. From
 * 128 KiB on, the C library gives the memory of a slab back to the system.
 */
const slabShare = 1 / 8;
const slabBytes = { min: 1024, max: 256 * 1024 };

class TenantLog {
  batches: KeptBatch[] = [];
  /** How many batches at the front are dropped; the array is cut now and then. */
  dropped = 0;
  position = 0;
  count = 0;
  /** Of all slabs, and what the batches take besides. */
  bytes = 0;
  #slab = Buffer.alloc(0);
  #slabUsed = 0;

  get oldest(): KeptBatch | undefined {
    return this.batches[this.dropped];
  }

  /** @returns the bytes that it takes. */
  push({ first, last, count, text }: Omit<KeptBatch, 'text' | 'slab' | 'keptAtMs'> & { text: string }): number {
    const before = this.bytes;
    const length = Buffer.byteLength(text);
    if (length > this.#slab.length - this.#slabUsed) this.#openSlab(length);
    const start = this.#slabUsed;
    this.#slabUsed += this.#slab.write(text, start);
    const kept = { text: this.#slab.subarray(start, this.#slabUsed), slab: this.#slab.buffer };
    this.batches.push({ first, last, count, ...kept, keptAtMs: performance.now() });
    this.position = last;
    this.count += count;
    this.bytes += batchOverheadBytes;
    return this.bytes - before;
  }

  #openSlab(leastBytes: number): void {
    const wantedBytes = Math.min(Math.max(this.bytes * slabShare, slabBytes.min), slabBytes.max);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(Math.ceil(wantedBytes), leastBytes));
    this.#slabUsed = 0;
    this.bytes += this.#slab.length;
  }

  /** @returns the bytes that were freed. */
  dropOldest(): number {
    const { oldest } = this;
    if (!oldest) return 0;
    this.batches[this.dropped] = { ...oldest, text: noText, slab: noText.buffer };
    this.dropped += 1;
    this.count -= oldest.count;
    const before = this.bytes;
    this.bytes -= batchOverheadBytes;
    // The last slab stays, because the next batch is written to it.
    if (oldest.slab !== this.oldest?.slab && oldest.slab !== this.#slab.buffer) this.bytes -= oldest.slab.byteLength;
    if (this.dropped > 64 && this.dropped * 2 > this.batches.length) {
      this.batches = this.batches.slice(this.dropped);
      this.dropped = 0;
    }
    return before - this.bytes;
  }
}

const noText = Buffer.alloc(0);

/** The log of a feed that lives in this process. It ends with the process, and the epoch tells so. */
export class MemoryLog implements FeedLog {
  readonly #options: MemoryLogOptions;
  readonly #maxTextBytes: number;
  readonly #tenants = new Map<string, TenantLog>();
  readonly #versions: VersionIndex;
  #bytes = 0;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
    this.#maxTextBytes = options.maxBytes * (1 - versionShare);
    this.#versions = new VersionIndex(Math.max(minVersions, (options.maxBytes * versionShare) / versionBytes / 2));
  }

  /** Keeps what follows the versions it has; `entries` is what was kept, `refused` what must be offered again. */
  append(tenantId: string, transitions: readonly Transition[], options: AppendOptions = {}): Appended {
    const tenant = this.#tenants.get(tenantId) ?? new TenantLog();
    this.#tenants.set(tenantId, tenant);
    const first = tenant.position + 1;
    const entries: FeedEntry[] = [];
    const refused: Transition[] = [];
    const parts: (string | number)[] = [];
    let last = tenant.position;
    for (const transition of transitions) {
      const { id, version } = transition.delivery;
      const known = this.#versions.get(id);
      if (known !== undefined && version <= known) continue;
      const isNext = version === (known ?? 0) + 1;
      if (!isNext && options.areEarlierAnnounced !== true) {
        refused.push(transition);
        continue;
      }
      const missing = known === undefined ? 0 : version - known - 1;
      if (missing > 0) parts.push(missing);
      parts.push(encodeTransition(transition));
      last += missing + 1;
      entries.push({ position: last, transition });
      this.#versions.set(id, version);
    }
    if (entries.length > 0) this.#keep(tenant, { first, last, count: entries.length, text: encodeBatch(parts) });
    return { first, last, entries, refused };
  }

  async head(tenantId: string): Promise<FeedHead> {
    return { epoch: this.#options.epoch, position: this.#tenants.get(tenantId)?.position ?? 0, start: 0 };
  }

  async read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]> {
    const tenant = this.#tenants.get(tenantId);
    if (!tenant) return [];
    let low = tenant.dropped;
    let high = tenant.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((tenant.batches[middle] as KeptBatch).last > after) high = middle;
      else low = middle + 1;
    }
    return tenant.batches.slice(low, low + maxBatches).map(({ first, last, text }) => {
      return { first, last, entries: decodeBatch(tenantId, first, parseMessage(text)) ?? [] };
    });
  }

  #keep(tenant: TenantLog, batch: Parameters<TenantLog['push']>[0]): void {
    this.#bytes += tenant.push(batch);
    this.#dropOld(tenant);
    if (this.#bytes > this.#maxTextBytes) this.#dropFullest();
  }

  #dropOld(tenant: TenantLog): void {
    const { keepMs, keepTransitions } = this.#options;
    const droppableBefore = performance.now() - keepMs;
    for (;;) {
      const { oldest } = tenant;
      if (!oldest || oldest.keptAtMs > droppableBefore) return;
      if (tenant.count - oldest.count < keepTransitions) return;
      this.#bytes -= tenant.dropOldest();
    }
  }

  #dropFullest(): void {
    while (this.#bytes > this.#maxTextBytes * (1 - droppedShare)) {
      let fullest: TenantLog | null = null;
      for (const each of this.#tenants.values()) if (each.bytes > (fullest?.bytes ?? 0)) fullest = each;
      if (!fullest) return;
      const enough = this.#bytes - this.#maxTextBytes * droppedShare;
      while (this.#bytes > enough && fullest.oldest) this.#bytes -= fullest.dropOldest();
    }
  }
}

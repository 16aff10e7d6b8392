import { LRUCache } from 'lru-cache';
import type { Transition } from '../delivery.ts';
import { findFirstIndex } from './binary-search.ts';
import type { AppendOptions, FeedBatch, FeedEntry, FeedHead, FeedLog } from './feed-log.ts';
import { decodeBatch, encodeBatch, encodeTransition, parseMessage } from './wire.ts';

export interface MemoryLogOptions {
  readonly epoch: string;
  /** Transitions stay in the log at least this long, unless `maxBytes` is exceeded. */
  readonly keepMs: number;
  /**
   * The number of newest transitions of each tenant that stay in the log, however old they are, unless `maxBytes` is
   * exceeded.
   */
  readonly keepTransitions: number;
  /**
   * The size limit for all tenants together, which overrides the two limits above. The tenant with the largest log
   * loses its oldest transitions.
   */
  readonly maxBytes: number;
}

/** A batch in the log. It is stored encoded, so that its size is known and it does not burden the JavaScript heap. */
interface KeptBatch {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** The encoded batch, a part of `slab`. */
  readonly text: Buffer;
  readonly slab: ArrayBufferLike;
  readonly keptAtMs: number;
}

export interface Appended extends FeedBatch {
  readonly refused: readonly Transition[];
}

/** The estimated bytes of a batch in addition to its text. */
const batchOverheadBytes = 256;
/** The share of `maxBytes` for the last versions of deliveries, and the estimated bytes of one version. */
const versionShare = 1 / 4;
const versionBytes = 128;
const minVersions = 10_000;
/**
 * When the log is full, this share of `maxBytes` is dropped in one step, so that the search for the largest tenant is
 * rare.
 */
const droppedShare = 1 / 64;

/**
 * Encoded batches are written one after the other into large buffers (slabs). Each tenant has its own slabs, each an
 * eighth as large as the tenant's log. A small buffer for each batch would be a part of the shared buffer pool of
 * Node.js and keep that whole pool in memory. From 128 KiB on, the C library returns a freed slab to the operating
 * system.
 */
const slabShare = 1 / 8;
const slabBytes = { min: 1024, max: 256 * 1024 };

class TenantLog {
  batches: KeptBatch[] = [];
  /**
   * The number of dropped batches at the front of `batches`. The array is shortened only from time to time, because
   * that copies it.
   */
  dropped = 0;
  position = 0;
  count = 0;
  /** The total bytes of slabs and batches. */
  bytes = 0;
  #slab = Buffer.alloc(0);
  #slabUsed = 0;

  get oldest(): KeptBatch | undefined {
    return this.batches[this.dropped];
  }

  /** Appends a batch. Returns the number of bytes that the log grew by. */
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

  /** Drops the oldest batch. Returns the number of bytes that were freed. */
  dropOldest(): number {
    const { oldest } = this;
    if (!oldest) return 0;
    this.batches[this.dropped] = { ...oldest, text: noText, slab: noText.buffer };
    this.dropped += 1;
    this.count -= oldest.count;
    const before = this.bytes;
    this.bytes -= batchOverheadBytes;
    // The newest slab stays, because the next batch is written to it.
    if (oldest.slab !== this.oldest?.slab && oldest.slab !== this.#slab.buffer) this.bytes -= oldest.slab.byteLength;
    if (this.dropped > 64 && this.dropped * 2 > this.batches.length) {
      this.batches = this.batches.slice(this.dropped);
      this.dropped = 0;
    }
    return before - this.bytes;
  }
}

const noText = Buffer.alloc(0);

/** The log of a feed in the memory of this process. It begins with a new epoch in each process. */
export class MemoryLog implements FeedLog {
  readonly #options: MemoryLogOptions;
  readonly #maxTextBytes: number;
  readonly #tenants = new Map<string, TenantLog>();
  /** The last version of each delivery that was appended. */
  readonly #versions: LRUCache<string, number>;
  #bytes = 0;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
    this.#maxTextBytes = options.maxBytes * (1 - versionShare);
    const max = Math.floor(Math.max(minVersions, (options.maxBytes * versionShare) / versionBytes));
    this.#versions = new LRUCache({ max });
  }

  /**
   * Appends the transitions that follow the known versions. Returns the appended ones in `entries`, and in `refused`
   * those that must be appended again later, after earlier versions.
   */
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
    const from = findFirstIndex(tenant.batches, batch => batch.last > after, tenant.dropped);
    return tenant.batches.slice(from, from + maxBatches).map(({ first, last, text }) => {
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

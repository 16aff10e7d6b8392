import { LRUCache } from 'lru-cache';
import type { Transition } from '../delivery.ts';
import { findFirstIndex } from './binary-search.ts';
import {
  type AppendOptions,
  divideLimit,
  type FeedBatch,
  type FeedEntry,
  type FeedHead,
  type FeedLog,
  type LogLimits,
} from './feed-log.ts';
import { decodeBatch, encodeBatch, encodeTransition, parseMessage } from './wire.ts';

/** A batch in the log. It is stored encoded, so that its size is known. */
interface KeptBatch {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly text: string;
  /** The estimated bytes of the batch in memory. */
  readonly bytes: number;
  readonly keptAtMs: number;
}

interface TenantLog {
  batches: KeptBatch[];
  /**
   * The number of dropped batches at the front of `batches`. The array is shortened only from time to time, because
   * that copies it.
   */
  dropped: number;
  position: number;
  count: number;
  bytes: number;
}

/** The estimated bytes of a batch in addition to its text. */
const batchOverheadBytes = 256;
/**
 * When the log is full, this share of `maxBytes` is dropped in one step, so that the search for the largest tenant is
 * rare.
 */
const droppedShare = 1 / 64;

/**
 * The log of a feed in the memory of this process. It begins with a new epoch in each process. When all tenants
 * together exceed `maxBytes`, the tenant with the largest log loses its oldest transitions.
 */
export class MemoryLog implements FeedLog {
  readonly #epoch: string;
  readonly #announce: (tenantId: string, batch: FeedBatch) => void;
  readonly #limits: LogLimits;
  readonly #maxTextBytes: number;
  readonly #tenants = new Map<string, TenantLog>();
  /** The last version of each delivery that was appended. */
  readonly #versions: LRUCache<string, number>;
  #bytes = 0;

  /** @param announce called with each batch. It must not throw. */
  constructor(epoch: string, limits: LogLimits, announce: (tenantId: string, batch: FeedBatch) => void) {
    this.#epoch = epoch;
    this.#announce = announce;
    this.#limits = limits;
    const { maxTransitionBytes, maxVersions } = divideLimit(limits.maxBytes);
    this.#maxTextBytes = maxTransitionBytes;
    this.#versions = new LRUCache({ max: maxVersions });
  }

  async append(
    tenantId: string,
    transitions: readonly Transition[],
    options: AppendOptions = {},
  ): Promise<readonly Transition[]> {
    const tenant = this.#tenants.get(tenantId) ?? { batches: [], dropped: 0, position: 0, count: 0, bytes: 0 };
    this.#tenants.set(tenantId, tenant);
    const first = tenant.position + 1;
    const entries: FeedEntry[] = [];
    const refused: Transition[] = [];
    const parts: (string | number)[] = [];
    let last = tenant.position;
    for (const transition of transitions) {
      const { id, version } = transition.delivery;
      const known = this.#versions.peek(id);
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
    if (entries.length === 0) return refused;
    this.#keep(tenant, { first, last, count: entries.length, text: encodeBatch(parts) });
    this.#announce(tenantId, { first, last, entries });
    return refused;
  }

  async head(tenantId: string): Promise<FeedHead> {
    return { epoch: this.#epoch, position: this.#tenants.get(tenantId)?.position ?? 0, start: 0 };
  }

  async read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]> {
    const tenant = this.#tenants.get(tenantId);
    if (!tenant) return [];
    const from = findFirstIndex(tenant.batches, batch => batch.last > after, tenant.dropped);
    return tenant.batches.slice(from, from + maxBatches).map(({ first, last, text }) => {
      return { first, last, entries: decodeBatch(tenantId, first, parseMessage(text)) ?? [] };
    });
  }

  #keep(tenant: TenantLog, batch: Omit<KeptBatch, 'bytes' | 'keptAtMs'>): void {
    const { text, last, count } = batch;
    // V8 stores one byte for each character of an ASCII text, and up to two for each character of other texts.
    const isAscii = Buffer.byteLength(text) === text.length;
    const bytes = batchOverheadBytes + text.length * (isAscii ? 1 : 2);
    tenant.batches.push({ ...batch, bytes, keptAtMs: performance.now() });
    tenant.position = last;
    tenant.count += count;
    tenant.bytes += bytes;
    this.#bytes += bytes;
    this.#dropOld(tenant);
    if (this.#bytes > this.#maxTextBytes) this.#dropFullest();
  }

  #dropOld(tenant: TenantLog): void {
    const { keepMs, keepTransitions } = this.#limits;
    const droppableBefore = performance.now() - keepMs;
    for (;;) {
      const oldest = tenant.batches[tenant.dropped];
      if (!oldest || oldest.keptAtMs > droppableBefore || tenant.count - oldest.count < keepTransitions) return;
      this.#dropOldest(tenant);
    }
  }

  #dropFullest(): void {
    while (this.#bytes > this.#maxTextBytes * (1 - droppedShare)) {
      let fullest: TenantLog | null = null;
      for (const each of this.#tenants.values()) if (each.bytes > (fullest?.bytes ?? 0)) fullest = each;
      if (!fullest) return;
      const enough = this.#bytes - this.#maxTextBytes * droppedShare;
      while (this.#bytes > enough && this.#dropOldest(fullest));
    }
  }

  /** Drops the tenant's oldest batch. Returns false if there is none. */
  #dropOldest(tenant: TenantLog): boolean {
    const oldest = tenant.batches[tenant.dropped];
    if (!oldest) return false;
    tenant.batches[tenant.dropped] = { ...oldest, text: '' };
    tenant.dropped += 1;
    tenant.count -= oldest.count;
    tenant.bytes -= oldest.bytes;
    this.#bytes -= oldest.bytes;
    if (tenant.dropped > 64 && tenant.dropped * 2 > tenant.batches.length) {
      tenant.batches = tenant.batches.slice(tenant.dropped);
      tenant.dropped = 0;
    }
    return true;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import type { Announcement, Announcer } from '../domain/announcements/announcer.ts';
import { measureSettlement, type Settlement, settle } from '../domain/delivery-state/index.ts';
import type { Logger } from '../log.ts';

export interface SettleQueueOptions {
  readonly pool: Pool;
  readonly announcer: Announcer;
  readonly log: Logger;
  /** With so many results unwritten, no request is begun. */
  readonly maxUnwritten: number;
  /** Called with each settlement that was accepted. */
  readonly onSettled: (settlement: Settlement) => void;
  /** Called whenever a flush has ended. */
  readonly onFlushed: () => void;
}

/** Above this, a flush's bytes and locks grow without its cost per row falling. */
const maxFlush = 500;
/** The same in bytes, unless a single result is larger: they are sent as hexadecimal digits, in one text. */
const maxFlushBytes = 4 * 2 ** 20;
/** With so many bytes of results unwritten, no request is begun. */
const maxUnwrittenBytes = 32 * 2 ** 20;
/** One is being written while the other commits. */
const maxFlushesAtOnce = 2;
/** Under load, results are collected this long: a flush costs 1.2 ms of PostgreSQL's time, and 25 us for each row. */
const collectMs = 20;
/** The same, where the next request to an endpoint waits for one of them. */
const awaitedCollectMs = 4;
/** With fewer waiting there is no load, and a result is written at once. */
const loadedFrom = 8;
const retryDelayMs = 250;
/** A result by itself that runs into the statement's timeout is not at fault; this often, it is given up. */
const maxTimeouts = 5;

/**
 * Collects the ends of attempts and writes them together: whatever came in while a flush was under way goes with the
 * next, so that flushes grow with the load and an idle sender settles at once.
 *
 * While the database is away, results wait in memory and are written when it is back; those whose lease is over by
 * then are dropped by the fence. A result that the database refuses is isolated by halving its flush.
 */
export class SettleQueue {
  readonly #options: SettleQueueOptions;
  readonly #waiting: Settlement[] = [];
  readonly #flushes = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #size = 0;
  #bytes = 0;
  #collecting: NodeJS.Timeout | null = null;
  #collectedAtMs = 0;
  /** A flush had to wait for others to end. */
  #isDue = false;

  constructor(options: SettleQueueOptions) {
    this.#options = options;
  }

  /** Whether no request may be begun before results have been written. */
  get isFull(): boolean {
    return this.#size >= this.#options.maxUnwritten || this.#bytes >= maxUnwrittenBytes;
  }

  /** @param isAwaited the endpoint's next request may not be made before (FIFO, `maxConcurrency`). */
  add(settlement: Settlement, isAwaited = false): void {
    this.#size += 1;
    this.#bytes += measureSettlement(settlement);
    this.#waiting.push(settlement);
    if (isAwaited) this.#collect(awaitedCollectMs);
    if (this.#waiting.length >= maxFlush) this.#flush();
    // The rest of this turn of the event loop goes with it.
    else if (this.#waiting.length === 1) setImmediate(() => this.#flushOrCollect());
  }

  #flushOrCollect(): void {
    if (this.#waiting.length < loadedFrom && this.#flushes.size === 0) this.#flush();
    else this.#collect(collectMs);
  }

  /** Flushes in so many milliseconds, or sooner where that was said before. */
  #collect(forMs: number): void {
    const atMs = performance.now() + forMs;
    if (this.#collecting) {
      if (this.#collectedAtMs <= atMs) return;
      clearTimeout(this.#collecting);
    }
    this.#collectedAtMs = atMs;
    this.#collecting = setTimeout(() => this.#flush(), forMs);
  }

  #flush(): void {
    if (this.#collecting) clearTimeout(this.#collecting);
    this.#collecting = null;
    while (this.#waiting.length > 0 && this.#flushes.size < maxFlushesAtOnce) {
      const { batch, bytes } = this.#takeBatch();
      const flush = this.#write(batch).finally(() => {
        this.#size -= batch.length;
        this.#bytes -= bytes;
        this.#flushes.delete(flush);
        if (this.#isDue) this.#flush();
        else if (this.#waiting.length > 0) this.#flushOrCollect();
        this.#options.onFlushed();
      });
      this.#flushes.add(flush);
    }
    this.#isDue = this.#waiting.length > 0;
  }

  /** At least one. */
  #takeBatch(): { readonly batch: Settlement[]; readonly bytes: number } {
    let bytes = 0;
    let count = 0;
    for (const settlement of this.#waiting) {
      const more = measureSettlement(settlement);
      if (count === maxFlush || (count > 0 && bytes + more > maxFlushBytes)) break;
      bytes += more;
      count += 1;
    }
    return { batch: this.#waiting.splice(0, count), bytes };
  }

  async #write(batch: readonly Settlement[]): Promise<void> {
    const { pool, log } = this.#options;
    for (let timeouts = 0; ; ) {
      try {
        const announcement = await settle(pool, batch);
        // What follows is committed: an error in it must not make the batch be written again.
        this.#accept(batch, announcement);
        return;
      } catch (error) {
        if (isUnavailable(error)) {
          if (this.#stopping.signal.aborted) {
            log.error({ err: error, results: batch.length }, 'results were not written; their leases will run out');
            return;
          }
          log.warn({ err: error, results: batch.length }, 'results wait for the database');
          await delay(retryDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
        } else if (batch.length > 1) {
          const middle = batch.length >> 1;
          await this.#write(batch.slice(0, middle));
          await this.#write(batch.slice(middle));
          return;
        } else if (isStatementTimeout(error) && timeouts < maxTimeouts) {
          timeouts += 1;
        } else {
          log.error(
            { err: error, delivery: batch[0]?.claimed.id },
            'the database refused a result; its lease will run out',
          );
          return;
        }
      }
    }
  }

  /** Announces what was written and reacts to it. Never throws: an error in a reaction is logged as what it is. */
  #accept(batch: readonly Settlement[], announcement: Announcement): void {
    const { announcer, log, onSettled } = this.#options;
    const accepted = new Set(announcement.transitions.map(transition => transition.delivery.id));
    if (accepted.size < batch.length) {
      log.warn({ dropped: batch.length - accepted.size }, 'results came after their lease was lost and were dropped');
    }
    const attempt = (react: () => void, context: object) => {
      try {
        react();
      } catch (error) {
        log.error({ err: error, ...context }, 'the reaction to a written result failed; the result itself is kept');
      }
    };
    attempt(() => announcer.announce(announcement), { results: accepted.size });
    for (const settlement of batch) {
      const { id } = settlement.claimed;
      if (accepted.has(id)) attempt(() => onSettled(settlement), { delivery: id });
    }
  }

  /** Resolves once everything is written, or given up because the database was away when `signal` was aborted. */
  async drain(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stopping.abort(), { once: true });
    if (signal.aborted) this.#stopping.abort();
    while (this.#size > 0) {
      this.#flush();
      await Promise.all(this.#flushes);
    }
  }
}

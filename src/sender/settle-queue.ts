import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import type { Announcement, Announcer } from '../domain/announcements/announcer.ts';
import { measureSettlement, type Settlement, settle, settleInParts } from '../domain/delivery-state/index.ts';
import type { Logger } from '../log.ts';

export interface SettleQueueOptions {
  readonly pool: Pool;
  readonly announcer: Announcer;
  readonly log: Logger;
  /** No request is started while at least this many results wait to be stored. */
  readonly maxUnwritten: number;
  /** Called with each settlement that the database has accepted. */
  readonly onSettled: (settlement: Settlement) => void;
  /** Called after each flush, whether it succeeded or failed. */
  readonly onFlushed: () => void;
}

/**
 * The largest number of results in one flush. Larger flushes need more memory and locks, but are not cheaper per row.
 */
const maxFlush = 500;
/**
 * The limit of one flush in bytes, unless a single result is larger. Bodies are sent as hexadecimal digits in one text.
 */
const maxFlushBytes = 4 * 2 ** 20;
/** No request is started while at least this many bytes of results wait to be stored. */
const maxUnwrittenBytes = 32 * 2 ** 20;
/** The number of flushes that may run at the same time: one is written while the other commits. */
const maxFlushesAtOnce = 2;
/**
 * The shortest time between the beginnings of two flushes, in ms. A flush costs 1.2 ms of PostgreSQL's time, and 25 us
 * for each row.
 */
const flushIntervalMs = 20;
/** The same, in ms, if the next request to an endpoint waits for one of the results. */
const awaitedIntervalMs = 4;
const retryDelayMs = 250;
/**
 * A result that is stored alone is dropped after this many statement timeouts. Until then it is tried again, because
 * the result is probably not the cause of a timeout.
 */
const maxTimeouts = 5;

/**
 * Collects the results of attempts and stores them together (group commit). The first result is stored immediately, and
 * those of the next 20 ms together after that time, so that flushes grow with the load.
 *
 * While the database is unavailable, results wait in memory. A result whose lease has expired meanwhile is not
 * accepted. A result that the database rejects is found by halving its flush.
 */
export class SettleQueue {
  readonly #options: SettleQueueOptions;
  readonly #waiting: Settlement[] = [];
  readonly #flushes = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #size = 0;
  #bytes = 0;
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** When the next flush begins (performance.now()). Infinity if none is planned. */
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(options: SettleQueueOptions) {
    this.#options = options;
  }

  /** Whether no request may start until results have been stored. */
  get isFull(): boolean {
    return this.#size >= this.#options.maxUnwritten || this.#bytes >= maxUnwrittenBytes;
  }

  /**
   * Adds a result.
   *
   * @param isAwaited whether the endpoint's next request waits for this result (FIFO, `maxConcurrency`).
   */
  add(settlement: Settlement, isAwaited = false): void {
    this.#size += 1;
    this.#bytes += measureSettlement(settlement);
    this.#waiting.push(settlement);
    if (this.#waiting.length >= maxFlush) this.#flush();
    else this.#flushAt(this.#flushedAtMs + (isAwaited ? awaitedIntervalMs : flushIntervalMs));
  }

  /** Plans a flush, unless an earlier one is planned. */
  #flushAt(atMs: number): void {
    if (atMs >= this.#dueAtMs) return;
    this.#dueAtMs = atMs;
    const flush = () => {
      if (this.#dueAtMs === atMs) this.#flush();
    };
    const waitMs = atMs - performance.now();
    // A flush that is due runs at the end of this turn of the event loop, with the results that are added until then.
    if (waitMs > 0) setTimeout(flush, waitMs);
    else setImmediate(flush);
  }

  #flush(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    while (this.#waiting.length > 0 && this.#flushes.size < maxFlushesAtOnce) {
      this.#flushedAtMs = performance.now();
      const { batch, bytes } = this.#takeBatch();
      const flush = this.#write(batch).finally(() => {
        this.#size -= batch.length;
        this.#bytes -= bytes;
        this.#flushes.delete(flush);
        // If no flush is planned, the waiting results were due while too many flushes were running.
        if (this.#dueAtMs === Number.POSITIVE_INFINITY) this.#flush();
        this.#options.onFlushed();
      });
      this.#flushes.add(flush);
    }
  }

  /** Removes and returns the results of the next flush, at least one. */
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

  #write(batch: readonly Settlement[]): Promise<void> {
    return settleInParts(
      batch,
      part => this.#settle(part),
      ({ claimed }, error) => {
        const message = 'the database rejected a result; its lease will expire';
        this.#options.log.error({ err: error, delivery: claimed.id }, message);
      },
    );
  }

  /** Stores the results. It tries again while the database is unavailable. */
  async #settle(batch: readonly Settlement[]): Promise<void> {
    const { pool, log } = this.#options;
    const context = { results: batch.length };
    let announcement: Announcement | null = null;
    for (let timeouts = 0; !announcement; ) {
      try {
        announcement = await settle(pool, batch);
      } catch (error) {
        if (isUnavailable(error)) {
          if (this.#stopping.signal.aborted) {
            return log.error({ err: error, ...context }, 'results were not written; their leases will expire');
          }
          log.warn({ err: error, ...context }, 'results wait for the database');
          await delay(retryDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
        } else if (batch.length > 1 || !isStatementTimeout(error) || timeouts === maxTimeouts) throw error;
        else timeouts += 1;
      }
    }
    this.#accept(batch, announcement);
  }

  /** Announces what was stored and reacts to it. Never throws: an error in a reaction is logged. */
  #accept(batch: readonly Settlement[], announcement: Announcement): void {
    const { announcer, log, onSettled } = this.#options;
    const accepted = new Set(announcement.transitions.map(transition => transition.delivery.id));
    if (accepted.size < batch.length) {
      log.warn({ dropped: batch.length - accepted.size }, 'results were dropped because their leases had expired');
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

  /** Resolves once all results are stored. If `signal` is aborted, it gives up while the database is unavailable. */
  async drain(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stopping.abort(), { once: true });
    if (signal.aborted) this.#stopping.abort();
    while (this.#size > 0) {
      this.#flush();
      await Promise.all(this.#flushes);
    }
  }
}

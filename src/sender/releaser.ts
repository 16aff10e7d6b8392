import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isUnavailable } from '../database/failures.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import { type ReleasedItem, release } from '../domain/delivery-state/index.ts';
import type { Logger } from '../log.ts';

export interface ReleaserOptions {
  readonly pool: Pool;
  readonly announcer: Announcer;
  readonly log: Logger;
}

const retryDelayMs = 250;
/**
 * Releasing is given up after this time, in ms, because the leases have expired and other senders have claimed the
 * deliveries.
 */
const giveUpAfterMs = 60_000;

/**
 * Releases deliveries whose request was not written. It tries again while the database is unavailable, because an
 * expired lease is recorded as an INTERRUPTED attempt although none was made. Its memory is limited: it contains at
 * most what the sender had claimed, and nothing is claimed while the database is unavailable.
 */
export class Releaser {
  readonly #options: ReleaserOptions;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: ReleaserOptions) {
    this.#options = options;
  }

  /** Resolves once the deliveries are released, or a minute of attempts has failed. Never rejects. */
  release(items: readonly ReleasedItem[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    const work = this.#release(items).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    return work;
  }

  async #release(items: readonly ReleasedItem[]): Promise<void> {
    const { pool, announcer, log } = this.#options;
    const startedMs = performance.now();
    for (;;) {
      try {
        announcer.announce(await release(pool, items));
        return;
      } catch (error) {
        const context = { err: error, deliveries: items.length };
        const isOver = this.#stopping.signal.aborted || performance.now() - startedMs > giveUpAfterMs;
        if (isOver || !isUnavailable(error)) {
          log.error(context, 'deliveries were not released; their leases will expire');
          return;
        }
        log.warn(context, 'deliveries could not be released; trying again');
        await delay(retryDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  /** Resolves once all releases have ended. Aborting `signal` stops the retries. */
  async drain(signal: AbortSignal): Promise<void> {
    if (signal.aborted) this.#stopping.abort();
    else signal.addEventListener('abort', () => this.#stopping.abort(), { once: true });
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}

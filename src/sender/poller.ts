import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import { isStatementTimeout } from '../database/failures.ts';
import { transact, withDisposableClient } from '../database/pool.ts';
import type { Logger } from '../log.ts';
import { type FoundLane, findLanes } from './find-lanes.ts';
import type { Lanes } from './lanes.ts';

export interface PollerOptions {
  readonly pool: Pool;
  readonly clock: Pick<DatabaseClock, 'now'>;
  readonly log: Logger;
  readonly lanes: Pick<Lanes, 'recordFound' | 'tidy'>;
}

/** The pause between two polls is 20 times as long as a poll took, at least 1 s and at most 5 s. */
export const pollMs = 1000;
const pauseFactor = 20;
const maxPollMs = 5000;
/**
 * The statement timeout of the poll after one that timed out. A poll may time out if it has to skip millions of dead
 * index entries.
 */
const longTimeout = '10min';

/** Searches the database for lanes with due deliveries: immediately, and then repeatedly until it is disposed. */
export class Poller implements AsyncDisposable {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  #hasTimedOut = false;
  #lastResponseMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void>;
  /** Runs independently of the polls, because a poll may take longer than waiting jobs can wait. */
  readonly #tidying: NodeJS.Timeout;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#polling = this.#poll();
    this.#tidying = setInterval(() => options.lanes.tidy(performance.now()), pollMs).unref();
  }

  /** When the database last responded to a poll (performance.now()). */
  get lastResponseMs(): number {
    return this.#lastResponseMs;
  }

  async #poll(): Promise<void> {
    const { clock, lanes, log } = this.#options;
    const startedMs = performance.now();
    try {
      const found = await this.#find();
      const nowUnixMs = clock.now();
      for (const lane of found) lanes.recordFound(lane, nowUnixMs);
      this.#hasTimedOut = false;
      this.#lastResponseMs = performance.now();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#hasTimedOut = isStatementTimeout(error);
      log.warn({ err: error }, 'the lanes could not be read; trying again');
    }
    if (this.#stopping.signal.aborted) return;
    const pauseMs = Math.min(Math.max(pollMs, (performance.now() - startedMs) * pauseFactor), maxPollMs);
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll();
    }, pauseMs);
  }

  #find(): Promise<FoundLane[]> {
    const { pool } = this.#options;
    if (!this.#hasTimedOut) return findLanes(pool);
    return withDisposableClient(pool, client => {
      // Closing the connection ends a long poll, so that a sender that is stopping does not wait for it.
      this.#stopping.signal.addEventListener('abort', () => void client.end(), { once: true });
      return transact(client, async () => {
        await client.query(`SET LOCAL statement_timeout = '${longTimeout}'`);
        return findLanes(client);
      });
    });
  }

  /** Stops polling. Resolves once a running poll has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#tidying);
    if (this.#timer) clearTimeout(this.#timer);
    await this.#polling;
  }
}

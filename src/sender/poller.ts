import type { Pool } from 'pg';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import { transact, withDisposableClient } from '../database/pool.ts';
import type { Logger } from '../log.ts';
import { type FoundLane, findLanes, type KnownLane, readLanesBound } from './find-lanes.ts';
import type { LaneFloors } from './lane-floors.ts';
import type { Lanes } from './lanes.ts';

export interface PollerOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly lanes: Lanes;
  readonly floors: LaneFloors;
  /** The database has answered. */
  readonly onFound: () => void;
  /** Called after each poll, also one that failed. */
  readonly onPolled: () => void;
}

/** How often the database is asked which lanes have work, wake-ups or not; up to 5 s where asking takes long. */
const pollMs = 1000;
const pollShare = 20;
const maxPollMs = 5000;
/** After a poll that ran into the statement's timeout, as the first one may behind millions of dead entries. */
const patientTimeout = '10min';

/** Wakes the lanes that have work, by asking the database: at once, and from then on until it is disposed. */
export class Poller implements AsyncDisposable {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  #isPatient = false;
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void>;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#polling = this.#poll();
  }

  async #poll(): Promise<void> {
    const { pool, lanes, floors, log, onFound, onPolled } = this.#options;
    const startedMs = performance.now();
    try {
      const bound = await readLanesBound(pool);
      floors.noteDatabase(bound, performance.now());
      const known = floors.listKnown(startedMs);
      const found = await this.#find(known);
      floors.note(known, found, bound.boundMs, startedMs);
      for (const lane of found) if (lane.isDue) lanes.rewind(lane, bound.nowMs);
      this.#isPatient = false;
      onFound();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#isPatient = isStatementTimeout(error);
      if (isUnavailable(error)) floors.forgetAll();
      log.warn({ err: error }, 'the lanes could not be read; trying again');
    }
    lanes.forgetIdle(performance.now());
    onPolled();
    if (this.#stopping.signal.aborted) return;
    const pauseMs = Math.min(Math.max(pollMs, (performance.now() - startedMs) * pollShare), maxPollMs);
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll();
    }, pauseMs);
  }

  #find(known: readonly KnownLane[]): Promise<FoundLane[]> {
    const { pool } = this.#options;
    if (!this.#isPatient) return findLanes(pool, known);
    return withDisposableClient(pool, client => {
      // Whoever stops does not wait for this.
      this.#stopping.signal.addEventListener('abort', () => void client.end(), { once: true });
      return transact(client, async () => {
        await client.query(`SET LOCAL statement_timeout = '${patientTimeout}'`);
        return findLanes(client, known);
      });
    });
  }

  /** Resolves once a poll that is under way has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#polling;
  }
}

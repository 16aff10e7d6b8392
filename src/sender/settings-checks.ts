import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { encodePlainArray } from '../database/arrays.ts';
import { defineStatement } from '../database/pool.ts';
import { settingsValidMs } from '../domain/endpoints/await-senders.ts';
import type { Logger } from '../log.ts';
import type { Lanes } from './lanes.ts';

/** The state of an endpoint that a check has read. */
interface CheckedEndpoint {
  readonly endpointId: string;
  readonly revision: number;
  /** Whether the endpoint is paused because its receiver asked for it (`Retry-After`). */
  readonly isPaused: boolean;
}

const checkStatement = defineStatement<[ids: string], CheckedEndpoint>({
  name: 'settings-check',
  text: `
SELECT id AS "endpointId", revision, coalesce(hold_until > now(), false) AS "isPaused"
FROM endpoint WHERE id = ANY ($1::uuid[])`,
});

export interface SettingsChecksOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly lanes: Pick<Lanes, 'recordRevision' | 'releaseOrdinary'>;
}

const retryDelayMs = 250;
/**
 * The result of a slow check may be used for at least this long, in ms. Without this minimum, nothing would be sent
 * while every check takes longer than `settingsValidMs`.
 */
const minUseMs = 20;

/**
 * Reads the revisions of endpoints whose claimed deliveries have waited longer than `settingsValidMs` since their
 * claim, and updates the lanes. It runs one statement at a time, for all endpoints that were requested meanwhile. A
 * delivery that is sent within `settingsValidMs` of its claim needs no check.
 */
export class SettingsChecks implements Disposable {
  readonly #options: SettingsChecksOptions;
  #wanted = new Set<string>();
  /** Resolves once the endpoints of `#wanted` were checked. */
  #checked = Promise.withResolvers<void>();
  #isRunning = false;
  #isStopped = false;

  constructor(options: SettingsChecksOptions) {
    this.#options = options;
  }

  /**
   * Reads the revisions of these endpoints, repeatedly until the database responds. Resolves once they were read. Stays
   * pending if the checks are disposed before.
   */
  check(endpointIds: Iterable<string>): Promise<void> {
    for (const endpointId of endpointIds) this.#wanted.add(endpointId);
    if (this.#wanted.size > 0 && !this.#isRunning && !this.#isStopped) {
      this.#isRunning = true;
      // The check runs at the end of this turn of the event loop, so that it includes all endpoints that are requested
      // until then.
      setImmediate(() => void this.#run());
    }
    return this.#checked.promise;
  }

  async #run(): Promise<void> {
    const { pool, log, lanes } = this.#options;
    while (this.#wanted.size > 0 && !this.#isStopped) {
      const endpointIds = [...this.#wanted];
      const { resolve } = this.#checked;
      this.#wanted = new Set();
      this.#checked = Promise.withResolvers();
      const startedMs = performance.now();
      try {
        const found = await checkStatement(pool, [encodePlainArray(endpointIds)]);
        const validFromMs = Math.max(startedMs, performance.now() - settingsValidMs + minUseMs);
        for (const { endpointId, revision, isPaused } of found) {
          lanes.recordRevision(endpointId, revision, validFromMs);
          if (isPaused) void lanes.releaseOrdinary(endpointId);
        }
        resolve();
      } catch (error) {
        log.warn({ err: error, endpoints: endpointIds.length }, 'the settings of endpoints could not be checked');
        void this.check(endpointIds).then(resolve);
        await delay(retryDelayMs, undefined, { ref: false });
      }
    }
    this.#isRunning = false;
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
  }
}

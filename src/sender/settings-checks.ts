import type { Pool } from 'pg';
import { encodePlainArray } from '../database/arrays.ts';
import { defineStatement } from '../database/pool.ts';
import { settingsValidMs } from '../domain/endpoints/await-senders.ts';
import type { Logger } from '../log.ts';

/** An endpoint as a check has found it. */
export interface CheckedEndpoint {
  readonly endpointId: string;
  readonly revision: number;
  /** Its receiver has asked for a pause (`Retry-After`) that is not over. */
  readonly isHeld: boolean;
}

const checkStatement = defineStatement<[ids: string], CheckedEndpoint>({
  name: 'settings-check',
  text: `
SELECT id AS "endpointId", revision, coalesce(hold_until > now(), false) AS "isHeld"
FROM endpoint WHERE id = ANY ($1::uuid[])`,
});

export interface SettingsChecksOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** @param validFromMs what was found holds for `settingsValidMs` from then on (performance.now()). */
  readonly onChecked: (endpoints: readonly CheckedEndpoint[], validFromMs: number) => void;
}

const retryDelayMs = 250;
/** After a check that took long, what it found may be used for this long at least: else nothing would ever be sent. */
const leastUseMs = 20;

/**
 * Reads the revisions of endpoints whose claimed deliveries have waited longer than `settingsValidMs` since their claim: one
 * statement at a time, for all that are asked for meanwhile. What is sent within that time of its claim costs no statement.
 */
export class SettingsChecks implements Disposable {
  readonly #options: SettingsChecksOptions;
  #wanted = new Set<string>();
  /** Called after the next check that was begun for these endpoints. */
  #waiting: { readonly endpointId: string; readonly resolve: () => void }[] = [];
  #isRunning = false;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: SettingsChecksOptions) {
    this.#options = options;
  }

  /** Asks for a check of this endpoint. `onChecked` is called with it, however long the database is away. */
  request(endpointId: string): void {
    this.#wanted.add(endpointId);
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    // All that this turn of the event loop asks for goes together.
    setImmediate(() => void this.#run());
  }

  /** Resolves once the endpoint was checked; never where the database stays away. */
  check(endpointId: string): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ endpointId, resolve });
      this.request(endpointId);
    });
  }

  async #run(): Promise<void> {
    const { pool, log, onChecked } = this.#options;
    const endpointIds = [...this.#wanted];
    this.#wanted = new Set();
    const waiting = this.#waiting;
    this.#waiting = [];
    const startedMs = performance.now();
    try {
      const found = await checkStatement(pool, [encodePlainArray(endpointIds)]);
      onChecked(found, Math.max(startedMs, performance.now() - settingsValidMs + leastUseMs));
      for (const { resolve } of waiting) resolve();
      this.#isRunning = false;
      const [next] = this.#wanted;
      if (next !== undefined) this.request(next);
    } catch (error) {
      log.warn({ err: error, endpoints: endpointIds.length }, 'the settings of endpoints could not be checked');
      for (const endpointId of endpointIds) this.#wanted.add(endpointId);
      this.#waiting.push(...waiting);
      if (!this.#isStopped) this.#timer = setTimeout(() => void this.#run(), retryDelayMs);
    }
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}

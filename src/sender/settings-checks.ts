import type { Pool } from 'pg';
import { encodePlainArray } from '../database/arrays.ts';
import { defineStatement } from '../database/pool.ts';
import { settingsValidMs } from '../domain/endpoints/await-senders.ts';
import type { Logger } from '../log.ts';
import type { Lanes } from './lanes.ts';
import type { TargetCache } from './target.ts';

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
  readonly lanes: Lanes;
  readonly targets: Pick<TargetCache, 'read'>;
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
  /** The callers that wait for the next check of an endpoint. */
  #waiting: { readonly endpointId: string; readonly resolve: () => void }[] = [];
  #isRunning = false;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: SettingsChecksOptions) {
    this.#options = options;
  }

  /** Requests that the revisions of these endpoints are read. Reading is repeated until the database responds. */
  request(endpointIds: Iterable<string>): void {
    for (const endpointId of endpointIds) this.#wanted.add(endpointId);
    if (this.#wanted.size === 0 || this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    // The check runs at the end of this turn of the event loop, so that it includes all endpoints that are requested
    // until then.
    setImmediate(() => void this.#run());
  }

  /** Resolves once the endpoint was checked. While the database is unavailable, it stays pending. */
  check(endpointId: string): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ endpointId, resolve });
      this.request([endpointId]);
    });
  }

  async #run(): Promise<void> {
    const { pool, log } = this.#options;
    const endpointIds = [...this.#wanted];
    this.#wanted = new Set();
    const waiting = this.#waiting;
    this.#waiting = [];
    const startedMs = performance.now();
    try {
      const found = await checkStatement(pool, [encodePlainArray(endpointIds)]);
      this.#apply(found, Math.max(startedMs, performance.now() - settingsValidMs + minUseMs));
      for (const { resolve } of waiting) resolve();
      this.#isRunning = false;
      this.request([]);
    } catch (error) {
      log.warn({ err: error, endpoints: endpointIds.length }, 'the settings of endpoints could not be checked');
      for (const endpointId of endpointIds) this.#wanted.add(endpointId);
      this.#waiting.push(...waiting);
      if (!this.#isStopped) this.#timer = setTimeout(() => void this.#run(), retryDelayMs);
    }
  }

  /** @param validFromMs the revisions may be used for `settingsValidMs` from then on (performance.now()). */
  #apply(endpoints: readonly CheckedEndpoint[], validFromMs: number): void {
    const { lanes } = this.#options;
    const changed = endpoints.filter(({ endpointId, revision }) => lanes.isOutdated(endpointId, revision));
    if (changed.length > 0) void this.#readTargets(changed);
    for (const { endpointId, revision, isPaused } of endpoints) {
      lanes.recordRevision(endpointId, revision, validFromMs);
      if (isPaused) void lanes.releaseOrdinary(endpointId);
    }
  }

  /**
   * Reads changed endpoints, so that their lanes claim by the new limits. Until then they may wait for an old limit.
   */
  async #readTargets(endpoints: readonly CheckedEndpoint[]): Promise<void> {
    const { lanes, targets, log } = this.#options;
    try {
      const found = await targets.read(new Map(endpoints.map(({ endpointId, revision }) => [endpointId, revision])));
      for (const target of found.values()) lanes.setTarget(target);
    } catch (error) {
      log.warn({ err: error }, 'changed endpoints could not be read; trying again');
      if (!this.#isStopped) setTimeout(() => void this.#readTargets(endpoints), retryDelayMs).unref();
    }
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}

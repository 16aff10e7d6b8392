import type { Pool } from 'pg';
import { recordNextTokens } from '../domain/deliveries/next-attempt.ts';
import type { Logger } from '../log.ts';

/**
 * Stores when each rate-limited endpoint may get its next request, for `Delivery.nextAttemptAt`. It runs one statement
 * at a time, with the latest time of each endpoint. A record that fails is dropped, because the endpoint's next request
 * writes a new one.
 */
export class TokenRecorder {
  readonly #pool: Pool;
  readonly #log: Logger;
  /** When each endpoint may get its next request (performance.now()), for endpoints whose time is not stored yet. */
  #pending = new Map<string, number>();
  #recording: Promise<void> | null = null;

  constructor(pool: Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /**
   * Records when the endpoint may get its next request.
   *
   * @param nextMs a time of performance.now().
   */
  record(endpointId: string, nextMs: number): void {
    this.#pending.set(endpointId, nextMs);
    this.#recording ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#pending.size > 0) {
      const pending = this.#pending;
      this.#pending = new Map();
      const nowMs = performance.now();
      const waits = new Map([...pending].map(([endpointId, nextMs]) => [endpointId, nextMs - nowMs]));
      try {
        await recordNextTokens(this.#pool, waits);
      } catch (error) {
        this.#log.warn({ err: error, endpoints: waits.size }, 'the times of next requests could not be recorded');
      }
    }
    this.#recording = null;
  }

  /** Resolves once all times are stored or storing has failed. */
  async settled(): Promise<void> {
    await this.#recording;
  }
}

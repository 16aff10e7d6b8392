import type { Pool } from 'pg';
import { recordNextTokens } from '../domain/deliveries/next-attempt.ts';
import type { Logger } from '../log.ts';

/**
 * Records when rate-limited endpoints may get their next request, for `Delivery.nextAttemptAt`. It runs one statement at a time,
 * with the last time of each endpoint. A record that fails is dropped, because the endpoint's next request writes a new one.
 */
export class TokenRecorder {
  readonly #pool: Pool;
  readonly #log: Logger;
  /** The next time by endpoint (performance.now()). */
  #pending = new Map<string, number>();
  #recording: Promise<void> | null = null;

  constructor(pool: Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /** @param nextMs performance.now() */
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

  /** Resolves once everything is recorded or has failed. */
  async settled(): Promise<void> {
    await this.#recording;
  }
}

import type { Pool } from 'pg';
import { recordNextTokens } from '../domain/deliveries/next-attempt.ts';
import type { Logger } from '../log.ts';

/**
 * Records for readers when rate-limited endpoints may be sent their next request: one statement at a time, with the last
 * moment of each endpoint. A record that fails is dropped, because the next request of the endpoint writes a new one.
 */
export class TokenRecorder {
  readonly #pool: Pool;
  readonly #log: Logger;
  /** By endpoint, performance.now(). */
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

  /** Resolves once nothing is being recorded. */
  async settled(): Promise<void> {
    await this.#recording;
  }
}

import type { Pool } from 'pg';
import type { Settlement } from '../domain/delivery-state/index.ts';
import { recordEndpointHealth } from '../domain/endpoints/record-endpoint-health.ts';
import { reservedPrefix } from '../domain/events/event-type.ts';
import type { Logger } from '../log.ts';

const collectMs = 1000;

/**
 * Records in the database which endpoints succeed and which fail: once a second, in one statement for all of them,
 * separately from settling. An endpoint with a success and a failure within the second is recorded as succeeding. If
 * the process dies before it writes, the next attempt to the endpoint is recorded instead.
 *
 * Failed tests and attempts with an unknown outcome do not count. Deliveries of `livehook.*` events never count, so
 * that operational events never cause operational events.
 */
export class HealthRecorder {
  readonly #pool: Pool;
  readonly #log: Logger;
  #successes = new Map<string, number>();
  #failures = new Map<string, { readonly firstMs: number; lastMs: number }>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> = Promise.resolve();

  constructor(pool: Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  record({ claimed, attempt, next }: Settlement): void {
    const { endpointId, eventType, isTest } = claimed;
    if (eventType.startsWith(reservedPrefix)) return;
    const atMs = attempt.startedAt + attempt.durationMs;
    if (next.status === 'SUCCEEDED') {
      this.#successes.set(endpointId, atMs);
      this.#failures.delete(endpointId);
    } else {
      const isUnknown = attempt.error?.code === 'INTERRUPTED';
      const isOurs =
        attempt.error?.code === 'DECRYPTION' || (next.status === 'FAILED' && next.failureReason === 'EXPIRED');
      if (isTest || isUnknown || isOurs || this.#successes.has(endpointId)) return;
      const known = this.#failures.get(endpointId);
      if (known) known.lastMs = Math.max(known.lastMs, atMs);
      else this.#failures.set(endpointId, { firstMs: atMs, lastMs: atMs });
    }
    this.#timer ??= setTimeout(() => void this.flush(), collectMs);
  }

  /** Stores the recorded results. Resolves when they are stored or storing has failed. Never rejects. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const successes = [...this.#successes].map(([endpointId, atMs]) => ({ endpointId, atMs }));
    const failures = [...this.#failures].map(([endpointId, times]) => ({ endpointId, ...times }));
    this.#successes = new Map();
    this.#failures = new Map();
    try {
      await recordEndpointHealth(this.#pool, successes, failures);
    } catch (error) {
      for (const { endpointId, atMs } of successes) {
        this.#successes.set(endpointId, Math.max(atMs, this.#successes.get(endpointId) ?? atMs));
      }
      this.#log.warn(
        { err: error },
        'the health of endpoints could not be recorded; it is written with the next record',
      );
    }
  }
}

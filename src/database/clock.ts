import { setInterval } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from '../log.ts';
import { defineStatement } from './pool.ts';

/** The database's clock, read without asking it. What ids and `webhook-timestamp` are made of. */
export interface DatabaseClock extends AsyncDisposable {
  /** Unix milliseconds, whole. Off by at most half a round trip plus what the clocks drift in `intervalMs`. */
  now(): number;
}

const readClock = defineStatement<[], { unix_ms: number }>({
  name: 'read_clock',
  text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS unix_ms',
});

/** The shortest of this many round trips is believed. */
const samples = 3;

/**
 * Measures how far the database's clock is from this process's monotonic one, now and every `intervalMs` (default:
 * 30,000). A system clock that is set, here, does no harm. While the database is away the last measure holds.
 *
 * @throws what `pg` throws, where the first measure fails.
 */
export async function openDatabaseClock(options: {
  readonly pool: Pool;
  readonly log: Logger;
  readonly intervalMs?: number;
}): Promise<DatabaseClock> {
  const { pool, log, intervalMs = 30_000 } = options;
  let offsetMs = await measureOffset(pool);
  const closing = new AbortController();

  async function keepMeasuring(): Promise<void> {
    for await (const _ of setInterval(intervalMs, undefined, { signal: closing.signal, ref: false })) {
      try {
        offsetMs = await measureOffset(pool);
      } catch (error) {
        log.warn({ err: error }, 'the database clock could not be read');
      }
    }
  }
  const measuring = keepMeasuring().catch(error => {
    if (!closing.signal.aborted) throw error;
  });

  return {
    now: () => Math.round(performance.now() + offsetMs),
    async [Symbol.asyncDispose]() {
      closing.abort();
      await measuring;
    },
  };
}

async function measureOffset(pool: Pool): Promise<number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let sample = 0; sample < samples; sample += 1) {
    const sentAt = performance.now();
    const [row] = await readClock(pool, []);
    const roundTripMs = performance.now() - sentAt;
    if (row && roundTripMs < best.roundTripMs) {
      best = { roundTripMs, offsetMs: row.unix_ms - (sentAt + roundTripMs / 2) };
    }
  }
  return best.offsetMs;
}

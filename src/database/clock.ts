import { setInterval } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from '../log.ts';
import { defineStatement, withClient } from './pool.ts';

/** Estimates the current time of the database without a query. Ids, `webhook-timestamp` and rate limits use it. */
export interface DatabaseClock extends AsyncDisposable {
  /**
   * Returns whole Unix milliseconds. The error is at most half a round trip to the database, plus the clock drift since
   * the last measurement.
   */
  now(): number;
}

const readClock = defineStatement<[], { unix_ms: number }>({
  name: 'read_clock',
  text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS unix_ms',
});

/** The number of round trips in each measurement. The shortest one is used, because it is the most precise. */
const samples = 3;

/**
 * Measures the offset between the database's clock and this process's monotonic clock, now and every `intervalMs`
 * (default: 30,000). Changes of the local system clock have no effect. While the database is unreachable, the last
 * measurement stays in use.
 *
 * @throws the error of `pg` if the first measurement fails.
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

/** Measures on one connection, so that no round trip includes the wait for a connection. */
function measureOffset(pool: Pool): Promise<number> {
  return withClient(pool, async client => {
    let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
    for (let sample = 0; sample < samples; sample += 1) {
      const sentAt = performance.now();
      const [row] = await readClock(client, []);
      const roundTripMs = performance.now() - sentAt;
      if (row && roundTripMs < best.roundTripMs) {
        best = { roundTripMs, offsetMs: row.unix_ms - (sentAt + roundTripMs / 2) };
      }
    }
    return best.offsetMs;
  });
}

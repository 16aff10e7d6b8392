import { Lanes, type LanesOptions } from '../../src/sender/lanes.ts';
import { openRateLimiter } from '../../src/sender/rate-limiter.ts';
import { silentLog } from '../fixtures/postgres.ts';

/** Opens lanes without a database: nothing is released or recorded, and no delivery waits for memory or a template. */
export function openLanes(options: Pick<LanesOptions, 'concurrency'> & Partial<LanesOptions>): Lanes {
  return new Lanes({
    endpointConcurrency: 32,
    rateLimiter: openRateLimiter(null, performance, silentLog),
    templates: { readWaitMs: () => 0 },
    bodyBytes: { isFull: () => false },
    tokenRecorder: { record: () => {} },
    releaser: { release: async () => {} },
    onReady: () => {},
    ...options,
  });
}

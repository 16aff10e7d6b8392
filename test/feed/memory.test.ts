import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { openProcessFeed } from '../../src/feed/process-feed.ts';
import { silentLog } from './backends.ts';
import { makeTransitions, newTenantId, takeUntilMarker } from './transitions.ts';

const { signal: never } = new AbortController();
const maxBytes = 32 * 1024 * 1024;

/** The memory that this process uses after a garbage collection, in bytes. */
function measureBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test.each([
  { batches: 3_000, size: 100 },
  { batches: 40_000, size: 2 },
])(
  'a feed in the memory of this process stays within its limit when $batches batches of $size transitions are announced',
  async ({ batches, size }) => {
    const before = measureBytes();
    await using feed = openProcessFeed({ log: silentLog, maxBytes });
    const tenants = Array.from({ length: 20 }, newTenantId);
    const items = await feed.subscribe(tenants[0] ?? '', { signal: never });
    for (let batch = 0; batch < batches; batch += 1) {
      await feed.publish(makeTransitions(tenants[batch % tenants.length] ?? '', size));
    }
    // The limit allows a quarter more for the queues of the subscriber. The test waits for it, because buffers are
    // freed some time after their owners.
    await vi.waitFor(() => expect(measureBytes() - before).toBeLessThan(1.25 * maxBytes));
    const taken = await takeUntilMarker(feed, tenants[0] ?? '', items);
    expect((taken[0]?.skipped ?? 0) + taken.length).toBe((batches * size) / tenants.length);
  },
);

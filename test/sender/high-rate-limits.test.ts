import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { newUuid } from '../../src/ids.ts';
import type { Lane } from '../../src/sender/lane.ts';
import { openRateLimiter, type RateLimiter } from '../../src/sender/rate-limiter.ts';
import type { Target } from '../../src/sender/target.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { openLanes } from './open-lanes.ts';

// Time is simulated, so the results do not depend on the load of the machine.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const endpointId = 'endpoint';
/** The duration of a claim and of a request. */
const claimMs = 15;
const requestMs = 3;

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** Returns a limiter that can only be reached with a latency of `oneWayMs` in each direction. */
function placeAway(limiter: RateLimiter, oneWayMs: number): Pick<RateLimiter, 'tryAcquire'> {
  return {
    async tryAcquire(id, ratePerSecond, wanted) {
      await delay(oneWayMs);
      const grant = await limiter.tryAcquire(id, ratePerSecond, wanted);
      await delay(oneWayMs);
      return grant;
    },
  };
}

/**
 * Simulates a sender with one endpoint that has an endless backlog. Adds the start time of each request to `starts`.
 */
function runLane(rateLimiter: ReturnType<typeof placeAway>, rateLimitPerSecond: number | null, starts: number[]): void {
  const target = { endpointId, revision: 1, rateLimitPerSecond, maxConcurrency: null, isFifo: false } as Target;
  let isScheduled = false;
  let isClaiming = false;
  const lanes = openLanes({ concurrency: 128, rateLimiter, onReady: dispatchSoon });

  function dispatchSoon(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      for (;;) {
        const next = lanes.dispatchNext(performance.now());
        if (!next) break;
        starts.push(performance.now());
        void delay(requestMs).then(() => lanes.endJob(next.lane, next.job, requestMs, false));
      }
      for (const id of lanes.takeUnverified()) lanes.recordRevision(id, 1, Number.POSITIVE_INFINITY);
      if (!isClaiming) void claim();
    });
  }

  async function claim(): Promise<void> {
    const wanted = lanes.takeClaimable(500, 500);
    if (wanted.length === 0) return;
    isClaiming = true;
    for (const { lane, slots } of wanted) lane.beginClaim(slots, 0);
    await delay(claimMs);
    isClaiming = false;
    for (const { lane, slots } of wanted) {
      const claimed = Array.from({ length: slots }, () => createClaimed(lane));
      lanes.endClaim(lane, claimed, performance.now());
      lanes.recordRevision(lane.endpointId, 1, Number.POSITIVE_INFINITY);
      for (const item of claimed) lanes.enqueue(lane, { claimed: item, target });
    }
  }

  lanes.notify({ endpointId, tenantId: 'tenant', count: null });
  lanes.setTarget(target);
}

function createClaimed({ tenantId }: Lane): ClaimedDelivery {
  const delivery = { id: newUuid(1), tenantId, endpointId, attemptCount: 1, isTest: false };
  const claimed = { delivery, endpointRevision: 1, previousStatus: 'PENDING', trigger: 'SCHEDULE' };
  return { ...claimed, dueAtMs: 0, claimedAtMs: 0 } as ClaimedDelivery;
}

function countMostPerSecond(sortedMs: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, ms] of sortedMs.entries()) {
    while (ms - (sortedMs[first] as number) >= 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

it.each([
  { senders: 1, oneWayMs: 0, limit: 1000 },
  { senders: 1, oneWayMs: 5, limit: 1000 },
  { senders: 1, oneWayMs: 50, limit: 1000 },
  { senders: 3, oneWayMs: 5, limit: 1000 },
  { senders: 1, oneWayMs: 5, limit: 100 },
  { senders: 3, oneWayMs: 5, limit: 100 },
  { senders: 3, oneWayMs: 5, limit: 5000 },
])(
  '$senders senders with a Redis latency of $oneWayMs ms reach 95% of a rate limit of $limit a second and never exceed it',
  async ({ senders, oneWayMs, limit }) => {
    await using limiter = openRateLimiter(null, performance, silentLog);
    const starts: number[] = [];
    for (let count = 0; count < senders; count += 1) runLane(placeAway(limiter, oneWayMs), limit, starts);
    await vi.advanceTimersByTimeAsync(5000);
    const sorted = starts.toSorted((a, b) => a - b);
    const seconds = (5000 - (sorted[0] as number)) / 1000;
    expect(sorted.length / seconds).toBeGreaterThanOrEqual(limit * 0.95);
    expect(countMostPerSecond(sorted)).toBeLessThanOrEqual(limit + 1);
  },
);

it.each([5, 25])(
  'the largest accepted rate limit does not slow a sender down after its first tokens, with a Redis latency of %d ms',
  async oneWayMs => {
    await using limiter = openRateLimiter(null, performance, silentLog);
    const limited: number[] = [];
    const unlimited: number[] = [];
    runLane(placeAway(limiter, oneWayMs), 100_000, limited);
    runLane(placeAway(limiter, oneWayMs), null, unlimited);
    await vi.advanceTimersByTimeAsync(1500);
    const [sent, sentUnlimited] = [limited, unlimited].map(starts => starts.filter(atMs => atMs > 500).length);
    expect(sentUnlimited).toBeGreaterThan(5000);
    expect(sent).toBeGreaterThanOrEqual((sentUnlimited ?? 0) * 0.98);
  },
);

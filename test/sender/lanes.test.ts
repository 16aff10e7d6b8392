import { expect, it } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { newUuid } from '../../src/ids.ts';
import type { FoundLane } from '../../src/sender/find-lanes.ts';
import type { Lane } from '../../src/sender/lane.ts';
import { Lanes } from '../../src/sender/lanes.ts';
import { openRateLimiter } from '../../src/sender/rate-limiter.ts';
import type { Target } from '../../src/sender/target.ts';
import { silentLog } from '../fixtures/postgres.ts';

const concurrency = 64;
/** What may be claimed and wait, of all lanes. */
const most = concurrency * 4;
const target = { rateLimitPerSecond: null, maxConcurrency: null, isFifo: false } as Target;

function openLanes(slots = concurrency): Lanes {
  return new Lanes({
    limit: 32,
    concurrency: slots,
    readRenderingWaitMs: () => 0,
    rateLimiter: openRateLimiter(null, silentLog),
    onLongWait: () => {},
    onReady: () => {},
    onUnverified: () => {},
    onTokenUsed: () => {},
  });
}

function claimed(lane: Lane, count: number, waitedMs: number): ClaimedDelivery[] {
  return Array.from({ length: count }, () => {
    const delivery = { id: newUuid(1), tenantId: lane.tenantId, attemptCount: 1, isTest: false };
    return {
      delivery,
      previousStatus: 'PENDING',
      trigger: 'SCHEDULE',
      dueAtMs: 100_000 - waitedMs,
      claimedAtMs: 100_000,
    } as ClaimedDelivery;
  });
}

interface ClaimOptions {
  /** How long the backlog has waited. Default: an hour. */
  readonly waitedMs?: number;
  readonly nowMs?: number;
}

/** Claims what lanes ask for; each gets all of it. @returns of which endpoints, how much. */
function claimFor(
  lanes: Lanes,
  { waitedMs = 3_600_000, nowMs = performance.now() }: ClaimOptions = {},
): Map<string, number> {
  const wanted = lanes.takeHungry(nowMs, 500, 500);
  for (const { lane, slots } of wanted) {
    lane.request(slots, 0, 100_000);
    const items = claimed(lane, slots, lane.tenantId === 'backlog' ? waitedMs : 0);
    lanes.noteClaim(lane, slots, items, nowMs);
    lanes.noteRevision(lane.endpointId, 1, Number.POSITIVE_INFINITY);
    for (const item of items) lanes.enqueue(lane, { claimed: item, target });
  }
  return new Map(wanted.map(({ lane, slots }) => [lane.endpointId, slots]));
}

/** Lanes in which the poll has found something that has been due for an hour. */
function findBacklog(lanes: Lanes, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const found: FoundLane = {
      endpointId: `backlog-${place}`,
      tenantId: 'backlog',
      isDue: true,
      firstDueMs: 100_000 - 3_600_000,
    };
    lanes.rewind(found, 100_000);
  }
}

const sum = (slots: Map<string, number>) => [...slots.values()].reduce((a, b) => a + b, 0);

it('what is behind fills its own room, and leaves all that there is to what is on time', () => {
  const lanes = openLanes();
  findBacklog(lanes, 1000);
  expect(sum(claimFor(lanes))).toBe(most);
  expect(sum(claimFor(lanes))).toBe(0);
  lanes.wake('fresh', 'another');
  expect(claimFor(lanes)).toEqual(new Map([['fresh', 8]]));
});

it('what is behind has its share of each claim, however much is on time', () => {
  const lanes = openLanes();
  findBacklog(lanes, 10);
  for (let place = 0; place < 100; place += 1) lanes.wake(`fresh-${place}`, 'another');
  const wanted = lanes.takeHungry(performance.now(), 500, 64);
  const slots = (isBehind: boolean) =>
    wanted.reduce((sum, item) => (item.lane.isBehind === isBehind ? sum + item.slots : sum), 0);
  expect([slots(false), slots(true)]).toEqual([56, 8]);
});

it('what is on time and what is behind take turns', () => {
  const lanes = openLanes();
  findBacklog(lanes, 10);
  claimFor(lanes);
  lanes.wake('fresh', 'another');
  claimFor(lanes);
  const taken = Array.from({ length: 8 }, () => lanes.takeJob(performance.now())?.lane.endpointId === 'fresh');
  expect(taken.filter(Boolean)).toHaveLength(4);
});

it('a lane is on time again once what it claims is', () => {
  const lanes = openLanes();
  findBacklog(lanes, 1);
  claimFor(lanes);
  const backlog = lanes.takeJob(performance.now())?.lane as Lane;
  expect(backlog.isBehind).toBe(true);
  claimFor(lanes, { waitedMs: 0 });
  expect(backlog.isBehind).toBe(false);
});

it('a backlog gets at most 2,000 deliveries a second while new events arrive, and no limit without them', () => {
  const lanes = openLanes(512);
  findBacklog(lanes, 100);
  const startMs = performance.now();
  claimFor(lanes, { nowMs: startMs });
  lanes.wake('fresh', 'another');
  claimFor(lanes, { nowMs: startMs });
  const countStarts = (fromMs: number, forMs: number) => {
    let started = 0;
    for (let ms = startMs + fromMs; ms < startMs + fromMs + forMs; ms += 1) {
      for (let job = lanes.takeJob(ms); job; job = lanes.takeJob(ms)) if (job.lane.isBehind) started += 1;
    }
    return started;
  };
  const limited = countStarts(0, 100);
  expect(limited).toBeGreaterThanOrEqual(190);
  expect(limited).toBeLessThanOrEqual(221);
  expect(countStarts(1000, 1)).toBeGreaterThan(200);
});

it('a lane that was behind is on time again when it is empty and something new comes in', () => {
  const lanes = openLanes();
  findBacklog(lanes, 1);
  const [wanted] = lanes.takeHungry(performance.now(), 500, 500);
  const lane = wanted?.lane as Lane;
  expect(lane.isBehind).toBe(true);
  lane.request(8, 0, 100_000);
  lanes.noteClaim(lane, 8, [], performance.now());
  expect(lane.isBehind).toBe(true);
  lanes.wake(lane.endpointId, lane.tenantId);
  expect(lane.isBehind).toBe(false);
});

import { expect, it, vi } from 'vitest';
import type { ClaimedDelivery, ReleasedItem } from '../../src/domain/delivery-state/index.ts';
import { newUuid } from '../../src/ids.ts';
import type { FoundLane } from '../../src/sender/find-lanes.ts';
import type { Lane } from '../../src/sender/lane.ts';
import type { Lanes } from '../../src/sender/lanes.ts';
import type { Target } from '../../src/sender/target.ts';
import { openLanes } from './open-lanes.ts';

const concurrency = 64;
/** The maximum number of deliveries of all lanes that are claimed and wait for a slot. */
const most = concurrency * 4;
const target = { rateLimitPerSecond: null, maxConcurrency: null, isFifo: false } as Target;

function claimed(lane: Lane, count: number, waitedMs: number): ClaimedDelivery[] {
  return Array.from({ length: count }, () => {
    const delivery = { id: newUuid(1), tenantId: lane.tenantId, attemptCount: 1, isTest: false };
    return {
      delivery,
      previousStatus: 'PENDING',
      trigger: 'SCHEDULE',
      dueAtMs: 100_000 - waitedMs,
      claimedAtMs: 100_000,
      requestedAtMs: performance.now(),
    } as ClaimedDelivery;
  });
}

interface ClaimOptions {
  /** How long the deliveries of the backlog have been due. Default: an hour. */
  readonly waitedMs?: number;
  readonly nowMs?: number;
}

/** Claims all deliveries that the lanes request. @returns the number of deliveries by endpoint. */
function claimFor(
  lanes: Lanes,
  { waitedMs = 3_600_000, nowMs = performance.now() }: ClaimOptions = {},
): Map<string, number> {
  const wanted = lanes.takeClaimable(500, 500);
  for (const { lane, slots } of wanted) {
    lane.beginClaim(slots, 100_000);
    const items = claimed(lane, slots, lane.tenantId === 'backlog' ? waitedMs : 0);
    lanes.endClaim(lane, items, nowMs);
    lanes.recordRevision(lane.endpointId, 1, Number.POSITIVE_INFINITY);
    for (const item of items) lanes.enqueue(lane, { claimed: item, target });
  }
  return new Map(wanted.map(({ lane, slots }) => [lane.endpointId, slots]));
}

/** Adds lanes for which the poll has found deliveries that have been due for an hour. */
function findBacklog(lanes: Lanes, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const found: FoundLane = {
      endpointId: `backlog-${place}`,
      tenantId: 'backlog',
      firstDueMs: 100_000 - 3_600_000,
    };
    lanes.recordFound(found, 100_000);
  }
}

const sum = (slots: Map<string, number>) => [...slots.values()].reduce((a, b) => a + b, 0);

it('backlogged lanes fill only their share of the sender queue, and then a lane that is on time can still claim', () => {
  const lanes = openLanes({ concurrency });
  findBacklog(lanes, 1000);
  expect(sum(claimFor(lanes))).toBe(most);
  expect(sum(claimFor(lanes))).toBe(0);
  lanes.notify({ endpointId: 'fresh', tenantId: 'another', count: null });
  expect(claimFor(lanes)).toEqual(new Map([['fresh', 8]]));
});

it('backlogged lanes get an eighth of each claim, however many lanes are on time', () => {
  const lanes = openLanes({ concurrency });
  findBacklog(lanes, 10);
  for (let place = 0; place < 100; place += 1)
    lanes.notify({ endpointId: `fresh-${place}`, tenantId: 'another', count: null });
  const wanted = lanes.takeClaimable(500, 64);
  const slots = (isBacklogged: boolean) =>
    wanted.reduce((sum, item) => (item.lane.isBacklogged === isBacklogged ? sum + item.slots : sum), 0);
  expect([slots(false), slots(true)]).toEqual([56, 8]);
});

it('lanes that are on time and backlogged lanes take turns', () => {
  const lanes = openLanes({ concurrency });
  findBacklog(lanes, 10);
  claimFor(lanes);
  lanes.notify({ endpointId: 'fresh', tenantId: 'another', count: null });
  claimFor(lanes);
  const taken = Array.from({ length: 8 }, () => lanes.dispatchNext(performance.now())?.lane.endpointId === 'fresh');
  expect(taken.filter(Boolean)).toHaveLength(4);
});

it('a backlogged lane is on time again once its deliveries are sent on time', () => {
  const lanes = openLanes({ concurrency });
  findBacklog(lanes, 1);
  claimFor(lanes);
  const backlog = lanes.dispatchNext(performance.now())?.lane as Lane;
  expect(backlog.isBacklogged).toBe(true);
  claimFor(lanes, { waitedMs: 0 });
  expect(backlog.isBacklogged).toBe(false);
});

it('the sender expects more new events after a notification, until one second after it has claimed the last new delivery', () => {
  const lanes = openLanes({ concurrency });
  const nowMs = performance.now();
  findBacklog(lanes, 1);
  claimFor(lanes, { nowMs });
  expect(lanes.hasNew(nowMs)).toBe(false);
  lanes.notify({ endpointId: 'fresh', tenantId: 'another', count: 1 });
  expect(lanes.hasNew(nowMs)).toBe(true);
  claimFor(lanes, { nowMs });
  expect([999, 1000].map(ms => lanes.hasNew(nowMs + ms))).toEqual([true, false]);
});

it('a backlog gets at most 2,000 deliveries a second while new events arrive, and no limit without them', () => {
  const lanes = openLanes({ concurrency: 512 });
  findBacklog(lanes, 100);
  const startMs = performance.now();
  claimFor(lanes, { nowMs: startMs });
  lanes.notify({ endpointId: 'fresh', tenantId: 'another', count: null });
  claimFor(lanes, { nowMs: startMs });
  const countStarts = (fromMs: number, forMs: number) => {
    let started = 0;
    for (let ms = startMs + fromMs; ms < startMs + fromMs + forMs; ms += 1) {
      for (let job = lanes.dispatchNext(ms); job; job = lanes.dispatchNext(ms)) if (job.lane.isBacklogged) started += 1;
    }
    return started;
  };
  const limited = countStarts(0, 100);
  expect(limited).toBeGreaterThanOrEqual(190);
  expect(limited).toBeLessThanOrEqual(221);
  expect(countStarts(1000, 1)).toBeGreaterThan(200);
});

it('a claim is urgent for a FIFO endpoint on time once a result is stored, but not for a backlogged one', () => {
  const lanes = openLanes({ concurrency });
  const tenants = ['fresh', 'backlog'];
  for (const tenantId of tenants) lanes.notify({ endpointId: tenantId, tenantId, count: 2 });
  claimFor(lanes);
  for (const endpointId of tenants) lanes.setTarget({ ...target, endpointId, revision: 1, isFifo: true });
  const isUrgentAfter = (endpointId: string) => {
    lanes.recordSettled(endpointId);
    return lanes.isClaimUrgent;
  };
  expect(lanes.isClaimUrgent).toBe(false);
  expect([isUrgentAfter('backlog'), isUrgentAfter('fresh')]).toEqual([false, true]);
});

it('a burst that becomes a backlog is not limited because of its own first events, but because of those of others', () => {
  const lanes = openLanes({ concurrency });
  const nowMs = performance.now();
  const publish = (tenantId: string) => lanes.notify({ endpointId: tenantId, tenantId, count: null });
  publish('backlog');
  claimFor(lanes, { nowMs, waitedMs: 0 });
  expect(lanes.hasNew(nowMs)).toBe(true);
  publish('backlog');
  claimFor(lanes, { nowMs, waitedMs: 1001 });
  expect(lanes.hasNew(nowMs)).toBe(false);
  publish('other');
  publish('backlog');
  claimFor(lanes, { nowMs, waitedMs: 0 });
  publish('backlog');
  claimFor(lanes, { nowMs, waitedMs: 1001 });
  expect(lanes.hasNew(nowMs)).toBe(true);
});

it('a backlogged lane that is empty is on time again when it is notified of a new delivery', () => {
  const lanes = openLanes({ concurrency });
  findBacklog(lanes, 1);
  const [wanted] = lanes.takeClaimable(500, 500);
  const lane = wanted?.lane as Lane;
  expect(lane.isBacklogged).toBe(true);
  lane.beginClaim(8, 100_000);
  lanes.endClaim(lane, [], performance.now());
  expect(lane.isBacklogged).toBe(true);
  lanes.notify({ endpointId: lane.endpointId, tenantId: lane.tenantId, count: 1 });
  expect(lane.isBacklogged).toBe(false);
});

it('one tenant that publishes to 3,000 idle endpoints does not delay another tenant by more than one claim', () => {
  const lanes = openLanes({ concurrency: 256 });
  for (let place = 0; place < 3000; place += 1) {
    lanes.notify({ endpointId: `crowd-${place}`, tenantId: 'crowd', count: 1 });
  }
  lanes.notify({ endpointId: 'one', tenantId: 'another', count: 1 });
  const wanted = lanes.takeClaimable(500, 100);
  expect(wanted.map(({ lane }) => lane.endpointId).indexOf('one')).toBe(1);
  // Each of the lanes requests the one delivery that it was notified of.
  expect(wanted).toHaveLength(100);
});

it('a sender keeps the unused token of a low rate limit for the next delivery of the endpoint', async () => {
  const lanes = openLanes({ concurrency });
  const notify = () => {
    lanes.notify({ endpointId: 'limited', tenantId: 'tenant', count: 1 });
    lanes.setTarget({ ...target, endpointId: 'limited', revision: 1, rateLimitPerSecond: 0.01 });
    return lanes.takeClaimable(500, 500);
  };
  expect(notify()).toEqual([]);
  const [wanted] = await vi.waitUntil(() => {
    const taken = lanes.takeClaimable(500, 500);
    return taken.length > 0 && taken;
  }, 30_000);
  // Another sender has claimed the delivery.
  wanted?.lane.beginClaim(1, 100_000);
  if (wanted) lanes.endClaim(wanted.lane, [], performance.now());
  lanes.tidy(performance.now());
  expect(notify()).toEqual([{ lane: wanted?.lane, slots: 1 }]);
});

it.each([
  ['returns the unused token of a FIFO endpoint', true, 1],
  ['keeps the unused token of an endpoint without FIFO', false, 0],
])('a sender %s whose deliveries another sender has claimed', async (_, isFifo, releases) => {
  const release = vi.fn();
  const tryAcquire = async () => ({ count: 1, firstMs: performance.now(), release });
  const lanes = openLanes({ concurrency, rateLimiter: { tryAcquire } });
  lanes.notify({ endpointId: 'limited', tenantId: 'tenant', count: 1 });
  lanes.setTarget({ ...target, endpointId: 'limited', revision: 1, rateLimitPerSecond: 2, isFifo });
  lanes.takeClaimable(500, 500);
  const [wanted] = await vi.waitUntil(() => {
    const taken = lanes.takeClaimable(500, 500);
    return taken.length > 0 && taken;
  }, 30_000);
  wanted?.lane.beginClaim(1, 100_000);
  if (wanted) lanes.endClaim(wanted.lane, [], performance.now());
  expect(release).toHaveBeenCalledTimes(releases);
});

it('a claimed delivery that waits for a slot is released before its lease expires', () => {
  using time = vi.spyOn(performance, 'now').mockReturnValue(100_000);
  const released: ReleasedItem[] = [];
  const lanes = openLanes({ concurrency, releaser: { release: async items => void released.push(...items) } });
  lanes.notify({ endpointId: 'waiting', tenantId: 'a', count: 5 });
  claimFor(lanes);
  expect(lanes.queued).toBe(5);

  time.mockReturnValue(107_000);
  lanes.tidy(performance.now());
  expect(lanes.queued).toBe(5);

  time.mockReturnValue(107_001);
  lanes.tidy(performance.now());
  expect(lanes.queued).toBe(0);
  expect(released).toHaveLength(5);
});

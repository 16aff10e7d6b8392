import { expect, it } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { newUuid } from '../../src/ids.ts';
import { Lane } from '../../src/sender/lane.ts';
import type { Target } from '../../src/sender/target.ts';

const limit = 256;

/** What a lane learns of its claims. Nothing is sent of it. */
const claimed = (count: number): ClaimedDelivery[] => Array.from({ length: count }, () => ({}) as ClaimedDelivery);

/** Claims as often as this: `due` are there each time. @returns for how many the lane asked. */
function claimTimes(lane: Lane, times: number, due: number): number[] {
  return Array.from({ length: times }, () => {
    const { slots } = lane;
    lane.request(slots, 0, Date.now());
    lane.noteClaim(slots, claimed(Math.min(slots, due)).map(describe), performance.now());
    return slots;
  });
}

const describe = (item: ClaimedDelivery): ClaimedDelivery => ({
  ...item,
  trigger: 'SCHEDULE',
  dueAtMs: 1,
  delivery: { ...item.delivery, id: newUuid(1), isTest: false },
});

it('a lane asks for little at first, and for twice as much while it gets all that it asks for', () => {
  expect(claimTimes(new Lane('e', 't', limit), 7, 1000)).toEqual([8, 16, 32, 64, 128, 256, 256]);
});

it('a lane that got less asks for twice that', () => {
  const lane = new Lane('e', 't', limit);
  claimTimes(lane, 6, 1000);
  expect(claimTimes(lane, 3, 50)).toEqual([256, 100, 100]);
  expect(claimTimes(lane, 2, 1)).toEqual([100, 8]);
});

/** Where the next claim begins, of a lane whose floor is 1,000, at 10,000 by the database's clock. */
function beginOf(lane: Lane) {
  const { afterDueMs, afterId } = lane.request(8, 1000, 10_000);
  return [afterDueMs, afterId];
}

const lowestId = '00000000-0000-0000-0000-000000000000';
const target = { rateLimitPerSecond: null, maxConcurrency: null, isFifo: false } as Target;

/** A lane to which something was sent, so that its endpoint is known. */
function knownLane(fields: Partial<Target> = {}): Lane {
  const lane = new Lane('e', 't', limit);
  lane.enqueue({ claimed: describe({} as ClaimedDelivery), target: { ...target, ...fields } });
  return lane;
}

it('a claim goes on where the last one ended', () => {
  const lane = knownLane();
  expect(beginOf(lane)).toEqual([1000, lowestId]);
  const items = claimed(8).map(describe);
  lane.noteClaim(8, items, performance.now());
  expect(beginOf(lane)).toEqual([1, items[7]?.delivery.id]);
});

it('a lane that is drained is read a second back, but from its floor where others may hold it', () => {
  for (const [fields, expected] of [
    [{}, 9000],
    [{ isFifo: true }, 1000],
    [{ maxConcurrency: 5 }, 1000],
  ] as const) {
    const lane = knownLane(fields);
    beginOf(lane);
    lane.noteClaim(8, claimed(7).map(describe), performance.now());
    expect(beginOf(lane)).toEqual([expected, lowestId]);
  }
});

it('a lane is read from its floor when the poll has found something in it, and when its last claim is long ago', () => {
  for (const [agoMs, rewinds] of [
    [0, true],
    [1001, false],
  ] as const) {
    const lane = knownLane();
    beginOf(lane);
    lane.noteClaim(8, claimed(8).map(describe), performance.now() - agoMs);
    if (rewinds) lane.rewind();
    expect(beginOf(lane)).toEqual([1000, lowestId]);
  }
});

it('a lane in which the poll has found something while a claim was under way is read from its floor after it', () => {
  const lane = knownLane();
  beginOf(lane);
  lane.rewind();
  lane.noteClaim(8, claimed(8).map(describe), performance.now());
  expect(beginOf(lane)).toEqual([1000, lowestId]);
  lane.noteClaim(8, claimed(8).map(describe), performance.now());
  expect(beginOf(lane)).not.toEqual([1000, lowestId]);
});

it('a lane in which nothing was found is read from its floor when it is woken again', () => {
  const lane = knownLane();
  beginOf(lane);
  lane.noteClaim(8, [], performance.now());
  expect(beginOf(lane)).toEqual([1000, lowestId]);
});

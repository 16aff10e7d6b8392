import { expect, it } from 'vitest';
import { newUuid } from '../../src/ids.ts';
import type { ClaimedDelivery } from '../../src/sender/claim.ts';
import { Lane } from '../../src/sender/lane.ts';

const limit = 256;

/** What a lane learns of its claims. Nothing is sent of it. */
const claimed = (count: number): ClaimedDelivery[] => Array.from({ length: count }, () => ({}) as ClaimedDelivery);

/** Claims as often as this: `due` are there each time. @returns for how many the lane asked. */
function claimTimes(lane: Lane, times: number, due: number): number[] {
  return Array.from({ length: times }, () => {
    const { slots } = lane;
    lane.request(slots);
    lane.noteClaim(slots, claimed(Math.min(slots, due)).map(describe), performance.now(), 50);
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

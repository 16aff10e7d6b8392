import { expect, it } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { newUuid } from '../../src/ids.ts';
import { ClaimWindow } from '../../src/sender/claim-window.ts';

const claimed = (count: number, fields: Partial<ClaimedDelivery> = {}): ClaimedDelivery[] =>
  Array.from({ length: count }, () => {
    const delivery = { id: newUuid(1), isTest: false };
    return { trigger: 'SCHEDULE', previousStatus: 'PENDING', dueAtMs: 1, delivery, ...fields } as ClaimedDelivery;
  });

/** Claims `times` times from a lane that always has `due` deliveries. @returns the size of each claim. */
function claimTimes(window: ClaimWindow, times: number, due: number): number[] {
  return Array.from({ length: times }, () => {
    const { size } = window;
    window.begin(size, 10_000);
    window.end(claimed(Math.min(size, due)), false);
    return size;
  });
}

/** The position at which the next claim starts to read, with the clock of the database at 10,000 ms. */
const begin = (window: ClaimWindow) => window.begin(8, 10_000);

const aSecondBefore = { dueMs: 9000, id: '00000000-0000-0000-0000-000000000000' };

it('a lane claims up to 8 deliveries at first, and doubles the number after each claim that returned that many', () => {
  expect(claimTimes(new ClaimWindow(), 5, 1000)).toEqual([8, 16, 32, 64, 128]);
});

it('a lane whose claim returned fewer deliveries than asked for claims up to twice that number next', () => {
  const window = new ClaimWindow();
  claimTimes(window, 6, 1000);
  expect(claimTimes(window, 3, 50)).toEqual([512, 100, 100]);
  expect(claimTimes(window, 2, 1)).toEqual([100, 8]);
});

it('an empty lane claims as many deliveries as it was notified of, and is empty again once it got them', () => {
  const window = new ClaimWindow();
  window.expect(2);
  window.expect(1);
  expect(window.size).toBe(3);
  window.begin(3, 10_000);
  expect(window.hasMore).toBe(false);
  window.end(claimed(3), false);
  expect(window.hasMore).toBe(false);
  expect(begin(window)).toEqual(aSecondBefore);
});

it('a lane that got fewer deliveries than it was notified of, or a retry instead, is not empty', () => {
  for (const [slots, previousStatus] of [
    [2, 'PENDING'],
    [3, 'RETRYING'],
  ] as const) {
    const window = new ClaimWindow();
    window.expect(3);
    window.begin(slots, 10_000);
    window.end(claimed(slots, { previousStatus }), false);
    expect(window.hasMore).toBe(true);
  }
});

it('a lane that is not empty does not limit its claims to the number that it was notified of', () => {
  const window = new ClaimWindow();
  window.rewind();
  window.expect(1);
  expect(window.size).toBe(8);
});

it('the next claim of a lane starts after the last delivery of a claim that returned the number asked for', () => {
  const window = new ClaimWindow();
  expect(begin(window)).toBeNull();
  const items = claimed(8);
  window.end(items, false);
  expect(begin(window)).toEqual({ dueMs: 1, id: items[7]?.delivery.id });
});

it('the next claim of a lane starts a second earlier if the last one returned too few, and at the front if it returned none', () => {
  const window = new ClaimWindow();
  begin(window);
  window.end(claimed(7), false);
  expect(begin(window)).toEqual(aSecondBefore);
  window.end([], false);
  expect(begin(window)).toBeNull();
});

it('a claim of a lane with a limit that senders share always starts at the front', () => {
  for (const count of [7, 8]) {
    const window = new ClaimWindow();
    begin(window);
    window.end(claimed(count), true);
    expect(begin(window)).toBeNull();
  }
});

it('a claim of a lane starts at the front after a rewind, even if the rewind came during a claim', () => {
  const window = new ClaimWindow();
  begin(window);
  window.end(claimed(8), false);
  window.rewind();
  expect(begin(window)).toBeNull();
  window.rewind();
  window.end(claimed(8), false);
  expect(begin(window)).toBeNull();
  window.end(claimed(8), false);
  expect(begin(window)).not.toBeNull();
});

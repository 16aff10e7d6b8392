import { expect, it } from 'vitest';
import { BacklogPace } from '../../src/sender/backlog-pace.ts';

/** A tenth of a second, in which a backlog takes what it may of 10,000 a second, and others waited so long. */
function runWindow(pace: BacklogPace, startMs: number, waitMs: number | null): number {
  let starts = 0;
  for (let ms = 0; ms < 100; ms += 1) {
    if (waitMs !== null) pace.noteWait(waitMs);
    for (let place = 0; place < 10 && pace.readWait(startMs + ms) === 0; place += 1) {
      pace.noteStart();
      starts += 1;
    }
  }
  return starts;
}

function runWindows(pace: BacklogPace, count: number, waitMs: number | null, fromMs = 0): number[] {
  return Array.from({ length: count }, (_, index) => runWindow(pace, fromMs + index * 100, waitMs));
}

it('a backlog is not bound while nothing else waits, nor while what waits does so shortly', () => {
  expect(runWindows(new BacklogPace(0), 3, null)).toEqual([1000, 1000, 1000]);
  expect(runWindows(new BacklogPace(0), 3, 5)).toEqual([1000, 1000, 1000]);
});

it('it slows down by a fifth at a time while others wait long, to 500 a second', () => {
  const pace = new BacklogPace(0);
  const starts = runWindows(pace, 40, 50);
  expect(starts[1]).toBeGreaterThan(750);
  expect(starts[1]).toBeLessThan(850);
  expect(starts[2]).toBeLessThan(700);
  expect(pace.perSecond).toBe(500);
  expect(starts.at(-1)).toBeGreaterThanOrEqual(48);
  expect(starts.at(-1)).toBeLessThanOrEqual(55);
});

it('it speeds up again when they no longer do, and in the end it is held no longer', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 40, 50);
  const starts = runWindows(pace, 20, 5, 4000);
  expect(starts.at(-1)).toBeGreaterThan(100);
  expect(starts.at(-1)).toBeLessThan(140);
  expect(runWindows(pace, 80, 5, 6000).at(-1)).toBe(1000);
});

it('it is not bound any more once nothing is published', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 40, 50);
  runWindows(pace, 21, null, 4000);
  expect(pace.perSecond).toBe(Number.POSITIVE_INFINITY);
});

it('says how long to wait for the next one', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 40, 50);
  const untilMs = 4000;
  while (pace.readWait(untilMs) === 0) pace.noteStart();
  const waitMs = pace.readWait(untilMs);
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(2);
  expect(pace.readWait(untilMs + waitMs)).toBe(0);
});

import { expect, it } from 'vitest';
import { BacklogPace } from '../../src/sender/backlog-pace.ts';

/** A tenth of a second, in which a backlog takes what it may of 10,000 a second, and others waited so long. */
function runWindow(pace: BacklogPace, startMs: number, waitMs: number | null): number {
  let starts = 0;
  for (let ms = 0; ms < 100; ms += 1) {
    if (waitMs !== null) pace.noteWait(waitMs, startMs + ms);
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
  const starts = runWindows(pace, 20, 50);
  expect(starts[1]).toBeGreaterThan(750);
  expect(starts[1]).toBeLessThan(850);
  expect(starts[2]).toBeLessThan(700);
  expect(pace.readPace(2000)).toBe(500);
  expect(starts.at(-1)).toBeGreaterThanOrEqual(48);
  expect(starts.at(-1)).toBeLessThanOrEqual(55);
});

it('it speeds up again when they no longer do, and in the end it is held no longer', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 20, 50);
  const starts = runWindows(pace, 20, 5, 2000);
  expect(starts.at(-1)).toBeGreaterThan(100);
  expect(starts.at(-1)).toBeLessThan(140);
  expect(runWindows(pace, 80, 5, 4000).at(-1)).toBe(1000);
});

it('it is not bound any more once nothing is published', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 20, 50);
  runWindows(pace, 21, null, 2000);
  expect(pace.readPace(4100)).toBe(Number.POSITIVE_INFINITY);
});

it('says how long to wait for the next one', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 20, 50);
  const untilMs = 2000;
  while (pace.readWait(untilMs) === 0) pace.noteStart();
  const waitMs = pace.readWait(untilMs);
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(2);
  expect(pace.readWait(untilMs + waitMs)).toBe(0);
});

it('it is let go for half a minute where it is not why others wait', () => {
  const pace = new BacklogPace(0);
  runWindows(pace, 40, 50);
  expect(pace.readPace(4000)).toBe(Number.POSITIVE_INFINITY);
  expect(runWindows(pace, 10, 50, 4000)).toEqual(Array(10).fill(1000));
  runWindows(pace, 280, 50, 5000);
  expect(pace.readPace(33_000)).toBeLessThan(10_000);
});

it('one long wait in ten is none, and of fewer than ten nothing is said yet', () => {
  const pace = new BacklogPace(0);
  const waits = [5, 5, 5, 5, 50, 5, 5, 5, 5];
  for (const [index, waitMs] of waits.entries()) {
    pace.noteWait(waitMs, index * 200);
    for (let start = 0; start < 100; start += 1) pace.noteStart();
  }
  expect(pace.readPace(1700)).toBe(Number.POSITIVE_INFINITY);
  pace.noteWait(5, 1800);
  expect(pace.readPace(2000)).toBe(Number.POSITIVE_INFINITY);
  for (let index = 0; index < 10; index += 1) pace.noteWait(50, 2000 + index * 20);
  expect(pace.readPace(2200)).toBe(Number.POSITIVE_INFINITY);
});

it('waits are not kept while there is no backlog', () => {
  const pace = new BacklogPace(0);
  for (let ms = 0; ms < 100_000; ms += 1) for (let place = 0; place < 5; place += 1) pace.noteWait(50, ms);
  // Time of the processor: another process's turn does not count.
  const before = process.cpuUsage();
  pace.readWait(100_000);
  expect(process.cpuUsage(before).user).toBeLessThan(50_000);
});

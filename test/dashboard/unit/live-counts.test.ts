import type { Client, Sink } from 'graphql-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveCounts } from '../../../src/dashboard/screens/overview/live-counts.ts';

const nowMs = Date.parse('2026-11-27T10:00:00Z');
const hourAgoMs = nowMs - 3_600_000;
const none = { PENDING: 0, PROCESSING: 0, RETRYING: 0, SUCCEEDED: 0, FAILED: 0 };

let sinks: Sink[];
let counts: LiveCounts;

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
  sinks = [];
  const subscribe = (_payload: unknown, sink: Sink) => {
    sinks.push(sink);
    return () => undefined;
  };
  counts = new LiveCounts({ subscribe } as unknown as Client);
  counts.ask(hourAgoMs);
  counts.read();
});
afterEach(() => {
  counts[Symbol.dispose]();
  vi.useRealTimers();
});

function change(previousStatus: string | null, status: string, createdAtMs = nowMs): void {
  const delivery = { createdAt: new Date(createdAtMs).toISOString() };
  sinks.at(-1)?.next({ data: { deliveryUpdated: { status, previousStatus, delivery } } });
}

test('the live counts of the overview change with each transition, at most four times a second', () => {
  change(null, 'PENDING');
  change('PENDING', 'PROCESSING');
  expect(counts.state.get().inRange).toEqual(none);
  vi.advanceTimersByTime(250);
  expect(counts.state.get().inRange).toEqual({ ...none, PROCESSING: 1 });
});

test('the live counts of a time range exclude deliveries that were created before the range', () => {
  change('RETRYING', 'PROCESSING', hourAgoMs - 1);
  vi.advanceTimersByTime(250);
  expect(counts.state.get().inRange).toEqual(none);
  expect(counts.state.get().all).toEqual({ ...none, RETRYING: -1, PROCESSING: 1 });
});

test('the live counts discard updates that the new statistics include, and keep updates that arrived while these were loading', () => {
  change(null, 'PENDING');
  counts.ask(hourAgoMs);
  change(null, 'PENDING');
  change('PENDING', 'FAILED');
  counts.read();
  expect(counts.state.get().inRange).toEqual({ ...none, FAILED: 1 });
});

test('the live counts include the attempts per second of the last ten seconds', () => {
  for (let attempt = 0; attempt < 20; attempt += 1) change('PROCESSING', 'SUCCEEDED');
  vi.advanceTimersByTime(250);
  expect(counts.state.get().attemptsPerSecond).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(counts.state.get().attemptsPerSecond).toBe(0);
});

test('the live counts subscribe again 5 s after the server has ended the subscription', () => {
  sinks[0]?.complete();
  vi.advanceTimersByTime(4_999);
  expect(sinks).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sinks).toHaveLength(2);
  change(null, 'PENDING');
  vi.advanceTimersByTime(250);
  expect(counts.state.get().all).toEqual({ ...none, PENDING: 1 });
});

import { afterEach, expect, it } from 'vitest';
import { formatSpan } from '../../../src/dashboard/time/format-span.ts';
import { formatMinute, formatMoment, formatSecond } from '../../../src/dashboard/time/format-time.ts';
import { fromLocalMinute, toLocalMinute } from '../../../src/dashboard/time/local-time.ts';
import { setZoneChoice, zoneChoice, zoneName } from '../../../src/dashboard/time/time-zone.ts';

const at = '2026-11-22T23:20:05.123Z';

afterEach(() => setZoneChoice('local'));

it('the dashboard formats times in UTC, with the name of the zone, once the user has chosen UTC', () => {
  setZoneChoice('UTC');
  expect(zoneName()).toBe('UTC');
  expect(formatMoment(at)).toBe('2026-11-22 23:20:05.123 UTC');
  expect(formatMinute(at)).toBe('2026-11-22 23:20 UTC');
  expect(formatSecond(at)).toBe('22 Nov 23:20:05');
  expect(formatSpan(at, '2026-11-23T00:20:00Z')).toBe('22 Nov 23:20–23 Nov 00:20 UTC');
  expect(formatSpan(null, at)).toBe('before 22 Nov 23:20 UTC');
  expect(toLocalMinute(at)).toBe('2026-11-22T23:20');
  expect(fromLocalMinute('2026-11-22T23:20')).toBe('2026-11-22T23:20:00.000Z');
  // A field that still shows the given time stands for exactly that time, with its seconds. An empty value stands for
  // no time.
  expect(fromLocalMinute('2026-11-22T23:20', at)).toBe(at);
  expect(fromLocalMinute('')).toBe('');
});

it('the time zone that the user chose is kept until the page is closed if storage is blocked', () => {
  // This process has no localStorage, like a sandboxed frame.
  expect(zoneChoice.get()).toBe('local');
  setZoneChoice('UTC');
  expect(zoneChoice.get()).toBe('UTC');
});

it('a local time is unchanged after it was written to a form field and read back', () => {
  const minute = '2026-11-22T23:20:00.000Z';
  expect(fromLocalMinute(toLocalMinute(minute))).toBe(minute);
});

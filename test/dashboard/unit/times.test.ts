import { afterEach, expect, it, vi } from 'vitest';
import { formatList, plural } from '../../../src/dashboard/intl.ts';
import { describeChange } from '../../../src/dashboard/screens/audit/audit-words.ts';
import { formatSpan } from '../../../src/dashboard/time/format-span.ts';
import { formatDay, formatMinute, formatMoment, formatSecond } from '../../../src/dashboard/time/format-time.ts';
import { fromLocalMinute, toLocalMinute } from '../../../src/dashboard/time/local-time.ts';
import { setZoneChoice, zoneChoice, zoneName } from '../../../src/dashboard/time/time-zone.ts';

const at = '2026-11-22T23:20:05.123Z';

afterEach(() => {
  setZoneChoice('local');
  vi.unstubAllEnvs();
});

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

it('the audit log shows the times within a change in the chosen time zone', () => {
  setZoneChoice('UTC');
  expect(describeChange('expiresAt', at)).toBe('expiresAt: 2026-11-22 23:20:05.123 UTC');
  expect(describeChange('filter', { createdAt: { from: '2026-11-22T23:20:05Z' }, type: 'a' })).toBe(
    'filter: {"createdAt":{"from":"2026-11-22 23:20:05.000 UTC"},"type":"a"}',
  );
  expect(describeChange('expiresAt', null)).toBe('expiresAt: null');
  expect(describeChange('name', '2026-99-99T00:00:00Z')).toBe('name: 2026-99-99T00:00:00Z');
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

it('the dashboard formats times in summer and in winter time with the name of each', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  expect(formatMoment('2026-10-25T00:59:59.999Z')).toBe('2026-10-25 02:59:59.999 CEST');
  expect(formatMoment('2026-10-25T01:00:00.000Z')).toBe('2026-10-25 02:00:00.000 CET');
  expect(formatMoment('2026-12-31T23:00:00.007Z')).toBe('2027-01-01 00:00:00.007 CET');
  expect(formatMinute('2026-03-29T01:05:00Z')).toBe('2026-03-29 03:05 CEST');
  // Another zone with the same offset.
  vi.stubEnv('TZ', 'Africa/Johannesburg');
  expect(formatMinute('2026-07-01T01:05:00Z')).toBe('2026-07-01 03:05 GMT+2');
});

it('the dashboard names each month as the browser does in British English', () => {
  const days = Array.from({ length: 12 }, (_, month) => new Date(2026, month, 9, 12));
  const inBritishEnglish = days.map(day => day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }));
  expect(days.map(formatDay)).toEqual(inBritishEnglish);
});

it('the dashboard joins lists and chooses the form of a noun as English does', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(formatList)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect([0, 1, 2, 1.5].map(count => plural(count, 'day', 'days'))).toEqual(['days', 'day', 'days', 'days']);
});

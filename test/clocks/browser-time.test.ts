import { afterEach, describe, expect, it } from 'vitest';
import { formatSpan } from '../../src/dashboard/time/format-span.ts';
import {
  formatCoarse,
  formatMinute,
  formatMinuteOfDay,
  formatMoment,
  formatRelative,
} from '../../src/dashboard/time/format-time.ts';
import { fromLocalMinute, toLocalMinute } from '../../src/dashboard/time/local-time.ts';
import { setZoneChoice } from '../../src/dashboard/time/time-zone.ts';

const ownZone = process.env.TZ;
afterEach(() => {
  setZone(ownZone);
  setZoneChoice('local');
});

function setZone(zone: string | undefined): void {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
}

const minuteMs = 60_000;

describe.each(['UTC', 'America/New_York', 'Pacific/Chatham', 'Asia/Kolkata'])(
  'the time fields of the dashboard work in the time zone %s',
  zone => {
    it.each([
      '2027-01-31T23:59:30.000Z',
      '2028-02-29T12:00:00.000Z',
      '2028-03-12T06:59:00.000Z',
      '2028-03-12T07:00:00.000Z',
      '2028-04-01T13:59:00.000Z',
      '2028-04-01T14:30:00.000Z',
      '2028-09-23T14:00:00.000Z',
      '2028-11-05T05:30:00.000Z',
      '2028-11-05T06:30:00.000Z',
      '2028-12-31T23:59:59.999Z',
    ])('a time field keeps the exact time %s if the user does not edit it', at => {
      setZone(zone);
      expect(fromLocalMinute(toLocalMinute(at), at)).toBe(at);
    });

    it('a time field reads a typed local time as the same minute on a day without a clock change', () => {
      setZone(zone);
      const fromMs = Date.UTC(2028, 1, 28, 12);
      for (let minute = 0; minute < 1440; minute += 7) {
        const at = new Date(fromMs + minute * minuteMs).toISOString();
        expect(fromLocalMinute(toLocalMinute(at))).toBe(at);
      }
    });
  },
);

it.each([
  ['America/New_York', '2028-03-12T02:30', '2028-03-12T07:30:00.000Z'],
  ['Pacific/Chatham', '2028-09-24T03:00', '2028-09-23T14:15:00.000Z'],
])(
  'in %s, a time field reads the local time %s, which summer time skips, with the UTC offset before the change',
  (zone, local, at) => {
    setZone(zone);
    expect(fromLocalMinute(local)).toBe(at);
  },
);

it.each(['', '99999-01-01T00:00', 'noon'])('a time field of the dashboard rejects "%s"', local => {
  expect(fromLocalMinute(local)).toBe('');
});

it.each([
  ['America/New_York', '2028-11-05 01:30 GMT-5', '5 Nov 01:30–02:30 GMT-5'],
  ['Pacific/Chatham', '2028-11-05 20:15 GMT+13:45', '5 Nov 20:15–21:15 GMT+13:45'],
])('the dashboard displays a time in %s with the name of the zone', (zone, minute, span) => {
  setZone(zone);
  expect(formatMinute('2028-11-05T06:30:00Z')).toBe(minute);
  expect(formatSpan('2028-11-05T06:30:00Z', '2028-11-05T07:30:00Z')).toBe(span);
});

describe.each(['UTC', 'America/New_York', 'Pacific/Chatham'])(
  'the dashboard displays times correctly if the browser uses the time zone %s',
  zone => {
    it('the dashboard displays times in UTC once the user chooses UTC', () => {
      setZone(zone);
      setZoneChoice('UTC');
      expect(formatMoment('2028-02-29T23:59:30.123Z')).toBe('2028-02-29 23:59:30.123 UTC');
      expect(formatMinuteOfDay('2028-11-05T06:30:00Z')).toBe('2028-11-05 06:30');
      expect(formatSpan('2028-02-29T23:00:00Z', '2028-03-01T00:00:00Z')).toBe('29 Feb 23:00–1 Mar 00:00 UTC');
      expect(formatSpan('2028-11-05T05:00:00Z', '2028-11-05T07:00:00Z')).toBe('5 Nov 05:00–07:00 UTC');
      expect(formatSpan('2027-12-31T23:59:00Z', null)).toBe('since 31 Dec 23:59 UTC');
    });

    it('the dashboard counts a day as 24 hours in durations, also across a change to or from summer time', () => {
      setZone(zone);
      const nowMs = Date.UTC(2028, 10, 6, 6);
      expect(formatRelative(nowMs - 86_400_000, nowMs)).toBe('1d ago');
      expect(formatRelative(nowMs - 86_399_000, nowMs)).toBe('23h ago');
      expect(formatCoarse(90_061_000, 2)).toBe('1d 1h');
    });
  },
);

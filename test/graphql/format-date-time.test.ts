import { expect, test } from 'vitest';
import { formatDateTime } from '../../src/graphql/format-date-time.ts';
import fc from '../fixtures/seeded-fast-check.ts';

/** The range of `Date` in milliseconds: 100 million days before and after 1970 (ECMA-262, section 21.4.1.1). */
const maxMs = 8.64e15;

test('formatDateTime formats every time like Date.toISOString', () => {
  const moments = [
    fc.integer({ min: Date.UTC(2020), max: Date.UTC(2040) }),
    fc.integer({ min: -maxMs, max: maxMs }),
    fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  ];
  fc.assert(
    fc.property(fc.oneof(...moments), unixMs => {
      expect(formatDateTime(unixMs)).toBe(new Date(unixMs).toISOString());
    }),
    { numRuns: 3000 },
  );
});

test.each([0, -1, -0.5, 253_402_300_800_000, -62_167_219_200_001, maxMs, -maxMs])(
  'formatDateTime formats %d ms like Date.toISOString',
  unixMs => {
    expect(formatDateTime(unixMs)).toBe(new Date(unixMs).toISOString());
  },
);

test.each([Number.NaN, Infinity, maxMs + 86_400_000, -maxMs - 1])(
  'formatDateTime rejects %d, like Date.toISOString',
  unixMs => {
    expect(() => formatDateTime(unixMs)).toThrow(RangeError);
  },
);

import { describe, expect, test } from 'vitest';
import { planSeries, requireBuckets } from '../../../src/domain/statistics/count-series.ts';
import { dayMs, hourMs, splitSpan } from '../../../src/domain/statistics/time-span.ts';
import { uuidLowerBound } from '../../../src/ids.ts';
import fc from '../../fixtures/seeded-fast-check.ts';

describe('splitSpan', () => {
  const moment = fc.oneof(
    fc.integer({ min: 0, max: 20 * dayMs }),
    fc.nat({ max: 480 }).map(hour => hour * hourMs),
  );

  test('covers every moment of the time range once, and none outside of it', () => {
    fc.assert(
      fc.property(fc.option(moment), fc.option(moment), moment, fc.boolean(), (fromMs, untilMs, atMs, byDay) => {
        const { days, hours, edges } = splitSpan({ fromMs, untilMs }, byDay);
        const covering = [
          ...[...(days ? [days] : []), ...hours].filter(
            each => each.from * hourMs <= atMs && atMs < each.until * hourMs,
          ),
          ...edges.filter(each => (each.fromMs ?? 0) <= atMs && atMs < (each.untilMs ?? Number.POSITIVE_INFINITY)),
        ];
        const isWithin = (fromMs ?? 0) <= atMs && atMs < (untilMs ?? Number.POSITIVE_INFINITY);
        expect(covering).toHaveLength(isWithin ? 1 : 0);
      }),
    );
  });
});

describe('a time series of deliveries', () => {
  const nowMs = Date.UTC(2026, 10, 21, 14, 30);
  const of = (fromMs: number | null, untilMs: number | null, buckets = 24) =>
    planSeries(
      { fromId: fromMs && uuidLowerBound(fromMs), untilId: untilMs && uuidLowerBound(untilMs) } as never,
      buckets,
      nowMs,
    );

  test('covers the last 24 hours by default, with the current hour last', () => {
    expect(of(null, null)).toMatchObject({ fromMs: Date.UTC(2026, 10, 20, 15), stepMs: hourMs, count: 24 });
  });

  test('has buckets of minutes, hours or days, and never more than requested', () => {
    expect(of(nowMs - hourMs, nowMs, 60)).toMatchObject({ stepMs: 60_000, count: 60 });
    expect(of(nowMs - 7 * dayMs, nowMs, 200)).toMatchObject({ stepMs: hourMs, count: 169 });
    expect(of(nowMs - 30 * dayMs, nowMs, 200)).toMatchObject({ stepMs: dayMs, count: 31 });
    expect(of(nowMs - 30 * dayMs, nowMs, 1)).toMatchObject({ count: 1 });
    expect(of(nowMs, nowMs - 1)).toMatchObject({ count: 0 });
  });

  test.each([0, 201, -1, 1.5])('is rejected if %s buckets are requested', buckets => {
    expect(() => requireBuckets(buckets)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', argument: 'buckets' }),
    );
  });
});

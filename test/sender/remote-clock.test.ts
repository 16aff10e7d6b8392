import { expect, it } from 'vitest';
import { RemoteClock } from '../../src/sender/remote-clock.ts';

it('the estimate of a remote clock does not change because of responses that are read late', () => {
  const clock = new RemoteClock();
  expect(clock.adjust(1_000_000, 5)).toBe(-999_995);
  expect(clock.adjust(1_000_100, 165)).toBe(-999_995);
  expect(clock.adjust(1_000_200, 203)).toBe(-999_997);
  expect(clock.adjust(1_002_100, 2120)).toBe(-999_997);
});

it.each([-10_000, -30, 30, 10_000])(
  'the estimate of a remote clock follows a change of that clock by %i ms after at most four seconds',
  setMs => {
    const clock = new RemoteClock();
    let adjustedMs = 0;
    for (let ms = 0; ms <= 7000; ms += 100) {
      const remoteMs = 1_000_000 + ms + (ms < 3000 ? 0 : setMs);
      adjustedMs = remoteMs + clock.adjust(remoteMs, ms + 5);
    }
    expect(adjustedMs).toBe(7005);
  },
);

it('the estimate of a remote clock uses the first response after a long silence', () => {
  const clock = new RemoteClock();
  clock.adjust(1_000_000, 5);
  expect(clock.adjust(1_060_000, 60_030)).toBe(-999_970);
});

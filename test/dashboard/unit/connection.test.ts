import { afterEach, describe, expect, it, vi } from 'vitest';
import { readFeedPhase } from '../../../src/dashboard/api/feed-watch.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('readFeedPhase', () => {
  it.each([
    ['delivered', 'ufkgq0w2.0.1mbni9k', null],
    ['paused', 'unreachable.0.1mbni9k', null],
    [null, null, null],
    ['paused', null, ['UNAVAILABLE']],
    [null, null, []],
    [null, null, ['FORBIDDEN']],
  ] as const)('readFeedPhase returns %s for the cursor %s and the error codes %j', (phase, cursor, codes) => {
    expect(readFeedPhase(cursor, codes)).toBe(phase);
  });
});

describe('a browser that blocks storage', () => {
  it('openStoredText keeps a value until the page is closed if storage is blocked, and reports that it is not stored', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.stubGlobal('sessionStorage', undefined);
    const { openStoredText } = await import('../../../src/dashboard/browser-storage.ts');
    const text = openStoredText('session', 'key');
    expect(text.read()).toBeNull();
    text.write('value');
    expect([text.read(), text.isStored()]).toEqual(['value', false]);
    text.write(null);
    expect(text.read()).toBeNull();
  });
});

describe("the server's clock", () => {
  it.each([-3_600_000, 3_600_000])(
    'serverNowMs returns the time of the server to within a second after one response, with the local clock off by %i ms',
    async offsetMs => {
      vi.resetModules();
      const { fetchWithTime, reachedServerTimeMs, serverNowMs, whenServerTimeKnown } = await import(
        '../../../src/dashboard/time/server-clock.ts'
      );
      const realMs = Date.UTC(2026, 10, 27, 12, 0, 0, 400);
      vi.useFakeTimers({ now: realMs + offsetMs, toFake: ['Date'] });
      const date = new Date(realMs).toUTCString();
      vi.stubGlobal('fetch', async () => new Response('', { headers: { date } }));
      await fetchWithTime('/graphql');
      await whenServerTimeKnown();
      expect(Math.abs(serverNowMs() - realMs)).toBeLessThan(1_300);
      expect(reachedServerTimeMs()).toBeLessThanOrEqual(realMs);
      expect(reachedServerTimeMs()).toBeGreaterThan(realMs - 1_300);
    },
  );

  it.each([-3_600_000, 3_600_000])(
    'serverNowMs returns the time of the server again after the first response since the local clock was set by %i ms',
    async stepMs => {
      vi.resetModules();
      const { fetchWithTime, reachedServerTimeMs, serverNowMs } = await import(
        '../../../src/dashboard/time/server-clock.ts'
      );
      const realMs = Date.UTC(2026, 10, 27, 12, 0, 0, 400);
      vi.useFakeTimers({ now: realMs, toFake: ['Date'] });
      const date = new Date(realMs).toUTCString();
      let stepWhileAskedMs = 0;
      vi.stubGlobal('fetch', async () => {
        vi.setSystemTime(Date.now() + stepWhileAskedMs);
        return new Response('', { headers: { date } });
      });
      const expectTrue = async () => {
        await fetchWithTime('/graphql');
        expect(Math.abs(serverNowMs() - realMs)).toBeLessThan(1_300);
        expect(reachedServerTimeMs()).toBeLessThanOrEqual(realMs);
        expect(reachedServerTimeMs()).toBeGreaterThan(realMs - 1_300);
      };
      await expectTrue();
      vi.setSystemTime(realMs + stepMs);
      await expectTrue();
      // The clock is set back while a request is in flight, so only the next response is certain.
      stepWhileAskedMs = -stepMs;
      await fetchWithTime('/graphql');
      stepWhileAskedMs = 0;
      await expectTrue();
    },
  );
});

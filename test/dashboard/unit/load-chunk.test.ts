import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChunkBrowser } from '../../../src/dashboard/load-chunk.ts';

vi.stubGlobal('document', { baseURI: 'https://livehook.test/' });
const { entryOf, loadChunk, preloadChunk, retryChunksNow } = await import('../../../src/dashboard/load-chunk.ts');

const notLoaded = () => new TypeError('Failed to fetch dynamically imported module');

/**
 * Creates fake browser functions that record pauses instead of waiting, for a page whose entry script is `index-1.js`.
 */
function aBrowser(fields: Partial<ChunkBrowser> = {}) {
  const pauses: number[] = [];
  const stylesheets: string[] = [];
  const reloads: string[] = [];
  const browser: ChunkBrowser = {
    entry: 'index-1.js',
    pause: async pauseMs => void pauses.push(pauseMs),
    readEntry: async () => null,
    loadStylesheets: async href => void stylesheets.push(href),
    reloadOnce: entry => {
      if (reloads.includes(entry)) return false;
      reloads.push(entry);
      return true;
    },
    ...fields,
  };
  return { browser, pauses, stylesheets, reloads };
}

/** Returns a function that throws these errors one after the other, and then returns `loaded`. */
function failingWith(...errors: Error[]) {
  return async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'loaded';
  };
}

/** Stubs the functions of the browser that `loadChunk` uses, with fake timers and this `fetch`. */
function stubBrowser(fetch: (url: string, options: { signal: AbortSignal }) => Promise<unknown>): void {
  const events = new EventTarget();
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events));
  vi.stubGlobal('dispatchEvent', events.dispatchEvent.bind(events));
  vi.stubGlobal('fetch', fetch);
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  // The fake timers do not replace the timer of AbortSignal.timeout.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(timeoutMs => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), timeoutMs);
    return controller.signal;
  });
}

describe('loadChunk', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('loadChunk retries a file with growing pauses while the server is unreachable', async () => {
    const { browser, pauses, reloads } = aBrowser();
    expect(await loadChunk(failingWith(...Array.from({ length: 7 }, notLoaded)), browser)).toBe('loaded');
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(reloads).toEqual([]);
  });

  it('loadChunk reloads the page once after a deployment has renamed the files', async () => {
    const { browser, reloads } = aBrowser({ readEntry: async () => 'index-2.js' });
    let isSettled = false;
    void loadChunk(failingWith(notLoaded()), browser).then(() => {
      isSettled = true;
    });
    await expect.poll(() => reloads).toEqual(['index-2.js']);
    expect(isSettled).toBe(false);
    // The page was already reloaded for this deployment, so it does not reload again.
    expect(await loadChunk(failingWith(notLoaded(), notLoaded()), browser)).toBe('loaded');
    expect(reloads).toEqual(['index-2.js']);
  });

  it('loadChunk reloads the page once if loading fails repeatedly although the server responds', async () => {
    const { browser, reloads, pauses } = aBrowser({ readEntry: async () => 'index-1.js' });
    void loadChunk(failingWith(...Array.from({ length: 9 }, notLoaded)), browser);
    await expect.poll(() => reloads).toEqual(['index-1.js']);
    expect(pauses).toHaveLength(4);
  });

  it('preloadChunk retries a file that failed to load, and never reloads the page', async () => {
    const { browser, reloads, pauses } = aBrowser({ readEntry: async () => 'index-2.js' });
    expect(await preloadChunk(failingWith(...Array.from({ length: 5 }, notLoaded)), browser)).toBe('loaded');
    expect(reloads).toEqual([]);
    expect(pauses).toHaveLength(5);
  });

  it('preloadChunk gives up after six failures, and never reads the page', async () => {
    let reads = 0;
    const { browser, pauses } = aBrowser({
      readEntry: async () => {
        reads += 1;
        return 'index-2.js';
      },
    });
    const failing = failingWith(...Array.from({ length: 9 }, notLoaded));
    await expect(preloadChunk(failing, browser)).rejects.toThrow('Failed to fetch');
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(reads).toBe(0);
  });

  it('loadChunk retries a stylesheet that failed to load, before it loads the script', async () => {
    const { browser, stylesheets } = aBrowser();
    const lost = new Error('Unable to preload CSS for /assets/log-1.css');
    expect(await loadChunk(failingWith(lost), browser)).toBe('loaded');
    expect(stylesheets).toEqual(['/assets/log-1.css']);
  });

  it('loadChunk retries a stylesheet with growing pauses until it loads, and loads the script only then', async () => {
    const lost = () => new Error('Unable to preload CSS for /assets/log-1.css');
    const loadStylesheets = vi.fn(failingWith(lost(), lost()) as () => Promise<never>);
    const load = vi.fn(failingWith(lost()));
    const { browser, pauses } = aBrowser({ loadStylesheets });
    expect(await loadChunk(load, browser)).toBe('loaded');
    expect(loadStylesheets).toHaveBeenCalledTimes(3);
    expect(load).toHaveBeenCalledTimes(2);
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  it('loadChunk retries immediately when the screen is opened again or the browser is online again', async () => {
    vi.useFakeTimers();
    stubBrowser(() => Promise.reject(new TypeError('unreachable')));
    const load = vi.fn(failingWith(notLoaded(), notLoaded()));
    const loaded = loadChunk(load);
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(1);
    retryChunksNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
    dispatchEvent(new Event('online'));
    expect(await loaded).toBe('loaded');
  });

  it('loadChunk goes on after 10 s if the server does not respond to the request for its page', async () => {
    vi.useFakeTimers();
    stubBrowser(
      (_url, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const load = vi.fn(failingWith(notLoaded()));
    const loaded = loadChunk(load);
    await vi.advanceTimersByTimeAsync(500 + 9_999);
    expect(load).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await loaded).toBe('loaded');
  });

  it('loadChunk rethrows an error of the loaded code immediately, without a retry', async () => {
    const { browser, pauses } = aBrowser();
    await expect(loadChunk(failingWith(new RangeError('a bug')), browser)).rejects.toThrow('a bug');
    expect(pauses).toEqual([]);
  });
});

it('entryOf finds the entry script of a page, whatever its base path', () => {
  expect(entryOf('<head><script type="module" crossorigin src="./assets/index-A1.js"></script>')).toBe('index-A1.js');
  expect(entryOf('<script type="module" src="/hooks/assets/index-B2.js"></script>')).toBe('index-B2.js');
  expect(entryOf('<p>502 Bad Gateway</p>')).toBeNull();
});

import { basePath } from './base-path.ts';
import { openStoredText } from './browser-storage.ts';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const readEntryTimeoutMs = 10_000;
/**
 * After this many failures the page is reloaded, because a browser may remember that a script failed and not request it
 * again.
 */
const failuresBeforeReload = 4;
/** After this many failures, about 15 seconds, `preloadChunk` gives up. */
const preloadTries = 6;
const reloadedFor = openStoredText('session', 'livehook-reloaded-for');

/** The functions of the browser that `loadChunk` uses. Tests replace them. */
export interface ChunkBrowser {
  /** Resolves after the pause, or earlier if the browser is online again or `retryChunksNow` is called. */
  readonly pause: (pauseMs: number) => Promise<void>;
  /** Returns the entry script that the page of the server currently names. Null if the server cannot be reached. */
  readonly readEntry: () => Promise<string | null>;
  /** The entry script of the open page. Null if it has none. */
  readonly entry: string | null;
  /** Loads this stylesheet again, and all others of the page that failed. Rejects like the loader if one fails. */
  readonly loadStylesheets: (failedHref: string) => Promise<void>;
  /** Reloads the page at most once for each entry script. @returns false if it was already reloaded for this one. */
  readonly reloadOnce: (entry: string) => boolean;
}

/**
 * Loads a part of the dashboard from a separate script file. A file that fails to load is requested again after 0.5 s,
 * 1 s and so on up to 15 s, and at once when the browser is online again or `retryChunksNow` is called. If a deployment
 * has renamed the files, the page reloads itself once. Errors thrown by the loaded code are thrown without a retry.
 *
 * @param maxTries after this many failures the error of a script is thrown. Default: no limit.
 */
export async function loadChunk<Module>(
  load: () => Promise<Module>,
  browser = ownBrowser,
  maxTries = Number.POSITIVE_INFINITY,
): Promise<Module> {
  let failedStylesheet: string | null = null;
  for (let failures = 0; ; ) {
    try {
      // The loader of the bundler requests each stylesheet only once, and treats it as loaded even if it failed.
      if (failedStylesheet !== null) await browser.loadStylesheets(failedStylesheet);
      failedStylesheet = null;
      return await load();
    } catch (error) {
      if (!isLoadError(error)) throw error;
      failures += 1;
      failedStylesheet = /preload CSS for (\S+)/.exec(error.message)?.[1] ?? null;
      // A stylesheet is always retried, because a later `load` would treat it as loaded.
      if (failures >= maxTries && failedStylesheet === null) throw error;
      await browser.pause(Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)));
      const entry = await browser.readEntry();
      const isOutdated = entry !== null && entry !== browser.entry;
      if (entry !== null && (isOutdated || failures >= failuresBeforeReload) && browser.reloadOnce(entry)) {
        return new Promise(() => undefined);
      }
    }
  }
}

/**
 * Loads a part like `loadChunk` that the page can do without, or does not need yet. It therefore never reloads the page,
 * which would discard what the user has typed, and throws the error after a few failures.
 */
export function preloadChunk<Module>(load: () => Promise<Module>, browser = ownBrowser): Promise<Module> {
  return loadChunk(load, { ...browser, readEntry: async () => null, reloadOnce: () => false }, preloadTries);
}

/** Ends the pauses of all files that wait for a retry, for example because the user opens the screen again. */
export function retryChunksNow(): void {
  for (const goOn of [...pauses]) goOn();
}

/**
 * Whether a file failed to load. `import()` throws a TypeError for a script, and the bundler throws an Error for a
 * stylesheet.
 */
function isLoadError(error: unknown): error is Error {
  return error instanceof Error && (error instanceof TypeError || error.message.startsWith('Unable to preload CSS'));
}

/** Finds the entry script in the HTML of a page. Null if there is none. */
export function entryOf(html: string): string | null {
  return /<script[^>]* src="([^"]+)"/.exec(html)?.[1]?.split('/').at(-1) ?? null;
}

/** Functions that each end one pause. */
const pauses = new Set<() => void>();

const ownBrowser: ChunkBrowser = {
  pause: pauseMs =>
    new Promise(resolve => {
      const goOn = () => {
        clearTimeout(timer);
        removeEventListener('online', goOn);
        pauses.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, pauseMs);
      addEventListener('online', goOn);
      pauses.add(goOn);
    }),
  async readEntry() {
    try {
      const signal = AbortSignal.timeout(readEntryTimeoutMs);
      const response = await fetch(basePath, { cache: 'no-store', headers: { accept: 'text/html' }, signal });
      return response.ok ? entryOf(await response.text()) : null;
    } catch (error) {
      console.warn('The page could not be read again:', error);
      return null;
    }
  },
  get entry() {
    return entryOf(document.querySelector('script[type="module"][src]')?.outerHTML ?? '');
  },
  async loadStylesheets(failedHref) {
    const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
    const failed = links.filter(({ sheet, href }) => sheet === null || href === failedHref);
    await Promise.all(failed.map(replaceStylesheet));
  },
  reloadOnce(entry) {
    if (reloadedFor.read() === entry) return false;
    reloadedFor.write(entry);
    // The page is not reloaded without storage, because it could not know after the reload that it was reloaded
    // already.
    if (reloadedFor.isStored()) location.reload();
    return reloadedFor.isStored();
  },
};

/** Loads the stylesheet of a link again. Removes the old link once the stylesheet has loaded. */
function replaceStylesheet(old: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', crossOrigin: '', href: old.href });
    link.addEventListener('load', () => {
      old.remove();
      resolve();
    });
    link.addEventListener('error', () => {
      link.remove();
      reject(new Error(`Unable to preload CSS for ${old.href}`));
    });
    document.head.append(link);
  });
}

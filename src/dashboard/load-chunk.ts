import { basePath } from './base-path.ts';
import { openStoredText } from './browser-storage.ts';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** A browser may remember that a script failed: then only another page load fetches it. */
const failuresBeforeReload = 4;
const reloadedFor = openStoredText('session', 'livehook-reloaded-for');

/** What loading needs of the browser. */
export interface ChunkBrowser {
  /** Resolves after the pause, or as soon as the network is back. */
  readonly pause: (pauseMs: number) => Promise<void>;
  /** The page's entry script as the server names it now; null: the server cannot be reached. */
  readonly readEntry: () => Promise<string | null>;
  /** The entry script of this page. */
  readonly entry: string | null;
  /** Loads a stylesheet that failed before. */
  readonly loadStylesheet: (href: string) => Promise<void>;
  /** Reloads the page, at most once for this entry script. @returns false if it was reloaded for it already. */
  readonly reloadOnce: (entry: string) => boolean;
}

/**
 * Loads a part of the dashboard that is a file of its own. A file that does not come is fetched again, after 0.5 s, 1 s and so
 * on up to 15 s, and at once when the network is back. After a deploy its name may be gone: the page then reloads itself,
 * once. Errors of the code itself are thrown.
 */
export async function loadChunk<Module>(load: () => Promise<Module>, browser = ownBrowser): Promise<Module> {
  for (let failures = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      if (!isLoadError(error)) throw error;
      failures += 1;
      await browser.pause(Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)));
      const stylesheet = /preload CSS for (\S+)/.exec(String(error))?.[1];
      // The bundler's loader asks for each stylesheet once, and later takes it as loaded.
      if (stylesheet) await browser.loadStylesheet(stylesheet).catch(() => undefined);
      const entry = await browser.readEntry();
      const isOutdated = entry !== null && entry !== browser.entry;
      if (entry !== null && (isOutdated || failures >= failuresBeforeReload) && browser.reloadOnce(entry)) {
        return new Promise(() => undefined);
      }
    }
  }
}

/** Browsers throw a TypeError where `import()` gets no script; the bundler an Error where it gets no stylesheet. */
function isLoadError(error: unknown): boolean {
  return error instanceof Error && (error instanceof TypeError || error.message.startsWith('Unable to preload CSS'));
}

/** The entry script that a page names; null: none. */
export function entryOf(html: string): string | null {
  return /<script[^>]* src="([^"]+)"/.exec(html)?.[1]?.split('/').at(-1) ?? null;
}

const ownBrowser: ChunkBrowser = {
  pause: pauseMs =>
    new Promise(resolve => {
      const goOn = () => {
        clearTimeout(timer);
        removeEventListener('online', goOn);
        resolve();
      };
      const timer = setTimeout(goOn, pauseMs);
      addEventListener('online', goOn);
    }),
  async readEntry() {
    try {
      const response = await fetch(basePath, { cache: 'no-store', headers: { accept: 'text/html' } });
      return response.ok ? entryOf(await response.text()) : null;
    } catch (error) {
      console.warn('The page cannot be read again:', error);
      return null;
    }
  },
  get entry() {
    return entryOf(document.querySelector('script[type="module"][src]')?.outerHTML ?? '');
  },
  loadStylesheet: href =>
    new Promise((resolve, reject) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', crossOrigin: '', href });
      link.addEventListener('load', () => resolve());
      link.addEventListener('error', () => {
        link.remove();
        reject(new Error(`Unable to preload CSS for ${href}`));
      });
      document.head.append(link);
    }),
  reloadOnce(entry) {
    if (reloadedFor.read() === entry) return false;
    reloadedFor.write(entry);
    // Without storage a second reload could not be told from the first one.
    if (reloadedFor.isStored()) location.reload();
    return reloadedFor.isStored();
  },
};

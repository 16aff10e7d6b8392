import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { type BuiltFile, createFileSender, listBuiltFiles } from './built-file.ts';
import { readPreloads } from './dashboard-preloads.ts';
import { compressFile, type MemoryFile, sendMemoryFile } from './memory-file.ts';
import { sendMissingDashboard } from './missing-dashboard.ts';

/** The directory into which `npm run build`, which `npm ci` runs, writes the dashboard. */
const defaultDirectory = path.join(import.meta.dirname, '../../dist/dashboard');

/**
 * Allows scripts, styles and connections only of this server, nothing inline, and framing only by allowed origins,
 * because the page holds a key.
 */
const securityHeaders = (frameAncestors: readonly string[]) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // 'self' includes ws: and wss: of the same host (CSP Level 3).
    "connect-src 'self'",
    "img-src 'self' data:",
    `frame-ancestors ${frameAncestors.join(' ') || "'none'"}`,
    // Needed because the page sets its own base path.
    "base-uri 'self'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
});

/** @returns false if the request is not for the dashboard and nothing was sent. */
export type ServeDashboard = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Serves the built dashboard: its files, and its single page at `/` and at every path that a browser opens and that is
 * no file. Files with a hash in their name are cached for a year. Others are revalidated each time (ETag). A new build
 * is served as soon as its page exists. Without a build, answers 503 and a page that says how to build it.
 *
 * @param frameAncestors origins whose pages may show it in a frame. Default: none.
 * @param publicPath the path at which browsers find it, with a slash at both ends. Requests arrive without it.
 */
export function createDashboard(
  frameAncestors: readonly string[] = [],
  directory = defaultDirectory,
  publicPath = '/',
): ServeDashboard {
  const security = securityHeaders(frameAncestors);
  const findBuild = createBuildCache(directory, publicPath);
  const sendBuiltFile = createFileSender(directory);
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const build = await findBuild();
    const pathname = request.url?.split('?', 1)[0] ?? '/';
    const file = build?.files.get(pathname);
    if (file && (await sendBuiltFile(file, security, request, response))) return true;
    const isPage = ['/', '/index.html'].includes(pathname) || (request.headers.accept ?? '').includes('text/html');
    if (!isPage) return false;
    if (build) {
      const link = build.preloads.get(pathname.split('/', 2)[1] ?? '');
      sendMemoryFile(build.page, { ...security, ...(link && { link }) }, request, response);
    } else sendMissingDashboard(response, publicPath);
    return true;
  };
}

interface Build {
  readonly page: MemoryFile;
  readonly files: ReadonlyMap<string, BuiltFile>;
  readonly preloads: ReadonlyMap<string, string>;
}

/** Reads a build once for each version of its page. Returns null while there is none. */
function createBuildCache(directory: string, publicPath: string): () => Promise<Build | null> {
  const pagePath = path.join(directory, 'index.html');
  let cached: { readonly mtimeMs: number; readonly build: Promise<Build> } | null = null;
  return async () => {
    const found = await stat(pagePath).catch(() => null);
    if (!found) return null;
    if (cached?.mtimeMs !== found.mtimeMs) {
      const build = readBuild(directory, publicPath);
      cached = { mtimeMs: found.mtimeMs, build };
      build.catch(() => {
        cached = null;
      });
    }
    return cached.build;
  };
}

async function readBuild(directory: string, publicPath: string): Promise<Build> {
  const [html, files, preloads] = await Promise.all([
    readFile(path.join(directory, 'index.html'), 'utf8'),
    listBuiltFiles(directory),
    readPreloads(directory, publicPath),
  ]);
  // All URLs in the page are relative to its base, because it is shown at paths of any depth.
  const based = html.replace('<base href="/">', `<base href="${publicPath}">`);
  return { page: await compressFile('text/html; charset=utf-8', based, false), files, preloads };
}

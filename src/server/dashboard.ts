import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { type BuiltFile, createFileSender, listBuiltFiles } from './built-file.ts';
import { type PageOptions, renderPage, securityHeaders } from './dashboard-page.ts';
import { type FindPreloads, readPreloads } from './dashboard-preloads.ts';
import { compressFile, type MemoryFile, sendMemoryFile } from './memory-file.ts';
import { sendMissingDashboard } from './missing-dashboard.ts';

/** The directory into which `npm run build`, which `npm ci` runs, writes the dashboard. */
const defaultDirectory = path.join(import.meta.dirname, '../../dist/dashboard');

/** Serves a request for the dashboard. @returns false if the request is for something else, and nothing was sent. */
export type ServeDashboard = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Serves the built dashboard: its files, and its single page at `/` and at every path that a browser opens and that is
 * no file. Files with a hash in their name are cached for a year. Others are revalidated each time (ETag). A new build
 * is served as soon as its page exists. Without a build, answers 503 and a page that says how to build it.
 *
 * @param publicPath the path at which browsers find it, with a slash at both ends. Requests arrive without it.
 */
export function createDashboard(
  options: PageOptions = {},
  directory = defaultDirectory,
  publicPath = '/',
): ServeDashboard {
  const security = securityHeaders(options);
  // Any origin may read the files, because they contain no secret and a sandboxed frame has an opaque origin.
  const fileHeaders = { ...security, 'access-control-allow-origin': '*' };
  const findBuild = createBuildCache(directory, publicPath, options);
  const sendBuiltFile = createFileSender(directory);
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const build = await findBuild();
    const pathname = request.url?.split('?', 1)[0] ?? '/';
    const file = build?.files.get(pathname);
    if (file && (await sendBuiltFile(file, fileHeaders, request, response))) return true;
    const isPage = ['/', '/index.html'].includes(pathname) || (request.headers.accept ?? '').includes('text/html');
    if (!isPage) return false;
    if (build) {
      const link = build.findPreloads(pathname);
      sendMemoryFile(build.page, { ...security, ...(link && { link }) }, request, response);
    } else sendMissingDashboard(response, publicPath);
    return true;
  };
}

interface Build {
  readonly page: MemoryFile;
  readonly files: ReadonlyMap<string, BuiltFile>;
  readonly findPreloads: FindPreloads;
}

/** Reads a build once for each version of its page. Returns null while there is none. */
function createBuildCache(directory: string, publicPath: string, options: PageOptions): () => Promise<Build | null> {
  const pagePath = path.join(directory, 'index.html');
  let cached: { readonly mtimeMs: number; readonly build: Promise<Build> } | null = null;
  return async () => {
    const found = await stat(pagePath).catch(() => null);
    if (!found) return null;
    if (cached?.mtimeMs !== found.mtimeMs) {
      const build = readBuild(directory, publicPath, options);
      cached = { mtimeMs: found.mtimeMs, build };
      build.catch(() => {
        cached = null;
      });
    }
    return cached.build;
  };
}

async function readBuild(directory: string, publicPath: string, options: PageOptions): Promise<Build> {
  const [html, files, findPreloads] = await Promise.all([
    readFile(path.join(directory, 'index.html'), 'utf8'),
    listBuiltFiles(directory),
    readPreloads(directory, publicPath),
  ]);
  const rendered = renderPage(html, publicPath, options);
  return { page: await compressFile('text/html; charset=utf-8', rendered, false), files, findPreloads };
}

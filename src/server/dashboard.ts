import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { readPreloads } from './dashboard-preloads.ts';
import { sendMissingDashboard } from './missing-dashboard.ts';
import { createEtag, type StaticFile, sendFile } from './static-file.ts';

/** Where `npx vite build --config src/dashboard/vite.config.ts`, which `npm ci` runs, leaves the dashboard. */
const defaultDirectory = path.join(import.meta.dirname, '../../dist/dashboard');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Scripts, styles and connections of this server alone, nothing inline, and frames only where they were allowed: the page holds a key. */
const securityHeaders = (frameAncestors: readonly string[]) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // 'self' covers ws: and wss: of the same host in every browser of today (CSP Level 3).
    "connect-src 'self'",
    "img-src 'self' data:",
    `frame-ancestors ${frameAncestors.join(' ') || "'none'"}`,
    // The page names its own path, for the addresses in it.
    "base-uri 'self'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
});

/** @returns false where the request is for nothing of the dashboard, and nothing was sent. */
export type ServeDashboard = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Serves the built dashboard: its files, and its one page at `/` and at every path that a browser opens and no file has.
 * Files with a hash in their name are kept for a year, the page is asked for each time (ETag). Everything is read once,
 * at the first request. Without a build: 503, and a page that says how to build it.
 *
 * @param frameAncestors origins whose pages may show it in a frame. Default: none.
 * @param publicPath the path at which browsers find it, with a slash at both ends. Requests are without it.
 */
export function createDashboard(
  frameAncestors: readonly string[] = [],
  directory = defaultDirectory,
  publicPath = '/',
): ServeDashboard {
  const security = securityHeaders(frameAncestors);
  let reading: Promise<Build> | null = null;
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    reading ??= readBuild(directory, publicPath);
    const { files, preloads } = await reading;
    const pathname = request.url?.split('?', 1)[0] ?? '/';
    const isPage = pathname === '/' || (request.headers.accept ?? '').includes('text/html');
    const page = isPage ? files.get('/index.html') : undefined;
    const file = files.get(pathname) ?? page;
    const link = file === page && preloads.get(pathname.split('/', 2)[1] ?? '');
    if (file) sendFile(file, { ...security, ...(link && { link }) }, request, response);
    else if (!isPage) return false;
    else {
      // It may be built while the server runs.
      reading = null;
      sendMissingDashboard(response, publicPath);
    }
    return true;
  };
}

/** All that is served. */
interface Build {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly preloads: ReadonlyMap<string, string>;
}

async function readBuild(directory: string, publicPath: string): Promise<Build> {
  const [files, preloads] = await Promise.all([readFiles(directory), readPreloads(directory, publicPath)]);
  const page = files.get('/index.html');
  if (page) files.set('/index.html', setBase(page, publicPath));
  return { files, preloads };
}

/** The page with the base of all its addresses: they are relative, and it is shown at paths of any depth. */
function setBase(page: StaticFile, publicPath: string): StaticFile {
  if (publicPath === '/') return page;
  const plain = Buffer.from(page.plain.toString('utf8').replace('<base href="/">', `<base href="${publicPath}">`));
  return { ...page, plain, etag: createEtag(plain), br: null, gzip: null };
}

async function readFiles(directory: string): Promise<Map<string, StaticFile>> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const known = new Set(names);
  const files = await Promise.all(
    names
      .filter(name => contentTypes[path.extname(name)])
      .map(async name => {
        const read = (suffix: string) =>
          known.has(name + suffix) ? readFile(path.join(directory, name + suffix)) : Promise.resolve(null);
        const [plain, br, gzip] = await Promise.all([readFile(path.join(directory, name)), read('.br'), read('.gz')]);
        const contentType = contentTypes[path.extname(name)] as string;
        const pathname = `/${name.split(path.sep).join('/')}`;
        const etag = createEtag(plain);
        return [pathname, { contentType, etag, immutable: pathname.startsWith('/assets/'), plain, br, gzip }] as const;
      }),
  );
  return new Map(files);
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** An entry of Vite's manifest: a file, and the keys of the files that it imports. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

/** The screen that the dashboard shows at `/`. */
const firstScreen = 'overview';
/** Pages that need a script besides that of their screen, and the end of its key in the manifest. The first match counts. */
const subpages: readonly (readonly [page: RegExp, script: string])[] = [
  [/^\/deliveries\/[^/]+$/, '/delivery-detail.tsx'],
  [/^\/endpoints\/new$/, '/new-endpoint.tsx'],
  [/^\/endpoints\/[^/]+$/, '/endpoint-page.tsx'],
  [/^\/endpoints\/[^/]+\/edit$/, '/edit-endpoint.tsx'],
];

/** Returns the `Link` header of the page at a path. Undefined if the page needs only the files that it names itself. */
export type FindPreloads = (pathname: string) => string | undefined;

/**
 * Reads which files each page needs beyond those in its HTML. The `Link` header lists them, so that a browser requests
 * them at once. There is no such header if there is no build.
 *
 * @see https://html.spec.whatwg.org/multipage/links.html#link-type-modulepreload
 */
export async function readPreloads(directory: string, publicPath: string): Promise<FindPreloads> {
  const text = await readFile(path.join(directory, '.vite/manifest.json'), 'utf8').catch(() => '{}');
  const manifest: Manifest = JSON.parse(text);
  const keys = Object.keys(manifest);
  const atStart = filesOf(manifest, keys.find(key => manifest[key]?.isEntry) ?? '', new Set());
  return pathname => {
    const name = pathname.split('/', 2)[1] || firstScreen;
    const screen = keys.find(key => key.endsWith(`/${name}-screen.tsx`));
    if (screen === undefined) return undefined;
    const script = subpages.find(([page]) => page.test(pathname))?.[1];
    const files = filesOf(manifest, screen, new Set(atStart));
    if (script) filesOf(manifest, keys.find(key => key.endsWith(script)) ?? '', files);
    const links = [...files].filter(file => !atStart.has(file)).map(file => toLink(file, publicPath));
    return links.length > 0 ? links.join(', ') : undefined;
  };
}

function filesOf(manifest: Manifest, key: string, files: Set<string>): Set<string> {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return files;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, files);
  return files;
}

/**
 * Formats an entry of the `Link` header. Stylesheets need `crossorigin`, as in the page and in Vite's loader.
 * Otherwise, browsers would fetch them twice.
 */
function toLink(file: string, publicPath: string): string {
  const address = `<${publicPath}${file}>`;
  return file.endsWith('.css') ? `${address}; rel=preload; as=style; crossorigin` : `${address}; rel=modulepreload`;
}

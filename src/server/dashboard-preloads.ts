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

/**
 * Returns a `Link` header for each screen, by the first part of its path. The header lists the files that the screen
 * needs beyond those in the page, so that a browser requests them at once. Empty if there is no build.
 *
 * @see https://html.spec.whatwg.org/multipage/links.html#link-type-modulepreload
 */
export async function readPreloads(directory: string, publicPath: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path.join(directory, '.vite/manifest.json'), 'utf8').catch(() => '{}');
  const manifest: Manifest = JSON.parse(text);
  const entryKey = Object.keys(manifest).find(key => manifest[key]?.isEntry) ?? '';
  const atStart = filesOf(manifest, entryKey, new Set());
  const links = Object.keys(manifest).flatMap(key => {
    const name = /([a-z-]+)-screen\.tsx$/.exec(key)?.[1];
    if (name === undefined) return [];
    const files = [...filesOf(manifest, key, new Set(atStart))].filter(file => !atStart.has(file));
    return [[name, files.map(file => toLink(file, publicPath)).join(', ')] as const];
  });
  const byName = new Map(links);
  return byName.set('', byName.get(firstScreen) ?? '');
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

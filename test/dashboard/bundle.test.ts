import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readPreloads } from '../../src/server/dashboard-preloads.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';

const directory = path.join(import.meta.dirname, '../../dist/dashboard');

/**
 * The most kilobytes of compressed scripts and stylesheets that each page loads before it shows data: about 15% more
 * than in November 2026, because a change of one file can move modules between the shared files. A telephone on a slow
 * network loads 200 kB a second.
 */
const budgetsKb: Readonly<Record<string, number>> = {
  '/': 130,
  '/overview': 130,
  '/deliveries': 160,
  '/deliveries/dlv_1': 180,
  '/events/evt_1': 130,
  '/endpoints': 145,
  '/endpoints/new': 150,
  '/endpoints/ep_1': 155,
  '/endpoints/ep_1/edit': 150,
  '/failures': 130,
  '/operations': 130,
  '/operations/blk_1': 130,
  '/keys': 145,
  '/redaction': 140,
  '/audit': 140,
  '/tenants': 140,
};
const startBudgetKb = 110;
/** A browser opens six connections, so more files would wait for each other. */
const maxFiles = 22;

/** An entry of the manifest of Vite: a file, its stylesheets, and the keys of the files that it imports. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

let manifest: Readonly<Record<string, Chunk>>;

beforeAll(async () => {
  await buildDashboard();
  manifest = JSON.parse(await readFile(path.join(directory, '.vite/manifest.json'), 'utf8'));
}, 180_000);

it('each page of the dashboard loads no more scripts and stylesheets before its first data than its budget', async () => {
  const findPreloads = await readPreloads(directory, '/');
  const atStart = startFiles();
  const pages = await Promise.all(
    Object.entries(budgetsKb).map(async ([page, budgetKb]) => {
      const files = [...atStart, ...filesIn(findPreloads(page))];
      return { page, budgetKb, files: files.length, kb: (await sumBytes(files)) / 1000 };
    }),
  );
  const startKb = (await sumBytes(atStart)) / 1000;
  console.log(
    [`start: ${startKb} kB`, ...pages.map(({ page, files, kb }) => `${page}: ${kb} kB in ${files} files`)].join('\n'),
  );
  expect(pages.filter(({ kb, budgetKb, files }) => kb > budgetKb || files > maxFiles)).toEqual([]);
  expect(startKb).toBeLessThan(startBudgetKb);
});

it('no page of the dashboard loads the library of dialogs and menus before one opens', async () => {
  const findPreloads = await readPreloads(directory, '/');
  const files = [...startFiles(), ...Object.keys(budgetsKb).flatMap(page => filesIn(findPreloads(page)))];
  const scripts = [...new Set(files)].filter(file => file.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(Object.keys(budgetsKb).length / 2);
  const texts = await Promise.all(
    scripts.map(async file => [file, await readFile(path.join(directory, file), 'utf8')] as const),
  );
  // Attributes that only this library sets.
  expect(texts.filter(([, text]) => /data-focus-visible|data-rac\b/.test(text)).map(([file]) => file)).toEqual([]);
});

it('the built script of each screen contains its GraphQL operations once, as text and not as a syntax tree', async () => {
  const names = (await readdir(path.join(directory, 'assets'))).filter(name => name.endsWith('.js'));
  const scripts = await Promise.all(
    names.map(async name => [name, await readFile(path.join(directory, 'assets', name), 'utf8')] as const),
  );
  const holding = (text: RegExp) => scripts.filter(([, script]) => text.test(script)).map(([name]) => name);
  expect(holding(/query Overview\(/)).toEqual([expect.stringMatching(/^overview-screen-/)]);
  // If the script contained operations as syntax trees, the name of each operation would be a `value`.
  expect(holding(/value:.Overview\W/)).toEqual([]);
});

/** The files that the HTML of each page names. */
function startFiles(): string[] {
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  return entry
    ? [entry.file, ...(entry.css ?? []), ...(entry.imports ?? []).map(key => manifest[key]?.file ?? '')]
    : [];
}

/** The files of a `Link` header. */
function filesIn(link = ''): string[] {
  return [...link.matchAll(/<\/([^>]+)>/g)].map(([, file = '']) => file);
}

/** Sums the bytes that are transferred: files below 1 kB uncompressed, others with Brotli. */
async function sumBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(async file => {
      const plain = path.join(directory, file);
      return (await stat(`${plain}.br`).catch(() => stat(plain))).size;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

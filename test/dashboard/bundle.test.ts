import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildDashboard } from '../fixtures/dashboard-build.ts';

const directory = path.join(import.meta.dirname, '../../dist/dashboard');
const budgetBytes = 250_000;
const shellBudgetBytes = 160_000;

/** An entry of the manifest of Vite: a file, and the keys of the files that it imports. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

let manifest: Readonly<Record<string, Chunk>>;

beforeAll(async () => {
  await buildDashboard();
  manifest = JSON.parse(await readFile(path.join(directory, '.vite/manifest.json'), 'utf8'));
}, 180_000);

it('the dashboard loads less than 160 kB of compressed script for the shell, and less than 250 kB with any screen', async () => {
  const [entryKey = ''] = Object.keys(manifest).filter(key => manifest[key]?.isEntry);
  const screens = manifest[entryKey]?.dynamicImports ?? [];
  expect(screens.length).toBeGreaterThan(0);
  const sizes = await Promise.all(
    [null, ...screens].map(async screen => {
      const files = filesOf(entryKey, new Set());
      return [screen ?? 'the shell', await sumBytes(screen === null ? files : filesOf(screen, files))] as const;
    }),
  );
  console.log(sizes.map(([name, bytes]) => `${name}: ${(bytes / 1000).toFixed(0)} kB`).join('\n'));
  expect(sizes.filter(([, bytes]) => bytes >= budgetBytes)).toEqual([]);
  expect(sizes[0]?.[1]).toBeLessThan(shellBudgetBytes);
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

/** Adds the file of a chunk and of everything that it imports. */
function filesOf(key: string, files: Set<string>): Set<string> {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, files);
  return files;
}

/** Sums the bytes that are transferred: files below 1 kB uncompressed, others with Brotli. */
async function sumBytes(files: ReadonlySet<string>): Promise<number> {
  const sizes = await Promise.all(
    [...files].map(async file => {
      const plain = path.join(directory, file);
      return (await stat(`${plain}.br`).catch(() => stat(plain))).size;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

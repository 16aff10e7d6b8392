import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/build.ts\n\nCompiles the server and the client into dist.');

/**
 * Compiles src, except the dashboard, into dist for Node 20.19 and newer. Each source becomes one module, so that the
 * paths between modules, migrations and the built dashboard are the same as in src. `npm run verify` checks the types.
 */
const root = path.join(import.meta.dirname, '..');
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
for (const entry of globSync('dist/*', { cwd: root })) {
  // The built dashboard is kept, because servers of running tests may read it. Its own build replaces it.
  if (!path.basename(entry).startsWith('dashboard')) rmSync(path.join(root, entry), { recursive: true, force: true });
}
const compiled = await Promise.allSettled(['tsconfig.build.json', 'tsconfig.client.json'].map(compile));
for (const result of compiled) if (result.status === 'rejected') throw result.reason;
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    lib: { entry: 'src/polyfills.ts', formats: ['es'], fileName: () => 'polyfills.js' },
  },
});
// Browser scripts of the server's pages are copied unchanged.
for (const script of globSync('src/server/*.js', { cwd: root })) {
  const target = path.join(root, script.replace(/^src/, 'dist'));
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(root, script), target);
}

async function compile(project: string): Promise<void> {
  const [status] = await once(spawn(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' }), 'close');
  if (status !== 0) throw new Error(`tsc -p ${project} exited with ${status}`);
}

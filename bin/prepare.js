import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

// npm runs this script after `npm ci` in a clone and before `npm pack`. Without the development dependencies, as after
// `npm ci --omit=dev`, it builds nothing and leaves dist unchanged.
const root = new URL('..', import.meta.url);
const paths = createRequire(import.meta.url).resolve.paths('vite') ?? [];
if (paths.some(directory => existsSync(`${directory}/vite/package.json`))) {
  // Runs the two halves of `npm run build` at the same time.
  const builds = ['build:dashboard', 'build:server'].map(script =>
    once(spawn(`npm run --silent ${script}`, { cwd: root, stdio: 'inherit', shell: true }), 'close'),
  );
  const results = await Promise.all(builds);
  process.exitCode = results.every(([status]) => status === 0) ? 0 : 1;
}

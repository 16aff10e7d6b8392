import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

// npm runs this after `npm ci` in a clone and before `npm pack`. Without the development dependencies nothing can be
// built, as after `npm ci --omit=dev`: what was built before stays.
const root = new URL('..', import.meta.url);
const paths = createRequire(import.meta.url).resolve.paths('vite') ?? [];
if (paths.some(directory => existsSync(`${directory}/vite/package.json`))) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit', shell: true });
  process.exitCode = status ?? 1;
}

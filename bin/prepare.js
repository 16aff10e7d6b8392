import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

// npm runs this script after `npm ci` in a clone and before `npm pack`. Without the development dependencies, as after
// `npm ci --omit=dev`, it builds nothing and leaves dist unchanged.
const root = new URL('..', import.meta.url);
const paths = createRequire(import.meta.url).resolve.paths('vite') ?? [];
if (paths.some(directory => existsSync(`${directory}/vite/package.json`))) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit', shell: true });
  process.exitCode = status ?? 1;
}

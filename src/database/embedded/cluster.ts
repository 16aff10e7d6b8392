import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../../start-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { isProcessAlive } from './postmaster.ts';
import { pathForServer, type ServerUser, serverEnvironment } from './server-user.ts';

/** A PostgreSQL cluster in the directory `DATA_DIR/postgres`, which only the server's user and root can enter. */
export interface Cluster {
  readonly dataDir: string;
  readonly logFile: string;
  readonly password: string;
}

export const superuser = 'livehook';

/** Returns the path of the cluster of a data directory. The cluster may not exist yet. */
export function clusterDirectory(dataDir: string): string {
  return path.join(dataDir, 'postgres');
}

/**
 * Opens the cluster in `dataDir`, and creates it if there is none: UTF-8, sorted by code point, with checksums, and a
 * random password in a file of mode 0600. A start that is killed leaves no incomplete cluster. If two starts run at
 * once, both open the cluster that one of them created.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | null,
  signal: AbortSignal | undefined,
): Promise<Cluster> {
  const directory = clusterDirectory(dataDir);
  const exists = await access(directory).then(
    () => true,
    () => false,
  );
  if (!exists) await createCluster(dataDir, binaries, user, signal);
  return readCluster(dataDir);
}

/**
 * Reads the paths and the password of the cluster in `dataDir`.
 *
 * @throws StartError if the cluster has no password, because it is incomplete or was not created by Livehook.
 */
export async function readCluster(dataDir: string): Promise<Cluster> {
  const directory = clusterDirectory(dataDir);
  const passwordFile = path.join(directory, 'password');
  const password = await readFile(passwordFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (password.trim() === '') {
    throw new StartError(
      `${directory} is not a complete database: ${passwordFile} is missing or empty. Restore the directory from a backup, or delete it to begin with an empty database.`,
    );
  }
  return {
    dataDir: path.join(directory, 'data'),
    logFile: path.join(directory, 'server.log'),
    password: password.trim(),
  };
}

async function createCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  await removeUnfinished(dataDir);
  const unfinished = await mkdtemp(path.join(dataDir, `postgres.new.${process.pid}.`));
  const data = path.join(unfinished, 'data');
  const passwordFile = path.join(unfinished, 'password');
  try {
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    if (user) for (const file of [passwordFile, data, unfinished]) await chown(file, user.uid, user.gid);

    const dataForServer = pathForServer(data, user);
    const options = [
      `--pgdata=${dataForServer}`,
      `--pwfile=${dataForServer}/../password`,
      `--username=${superuser}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
    ];
    await promisify(execFile)(binaries.initdb, options, {
      cwd: data,
      env: serverEnvironment,
      ...user,
      ...(signal && { signal }),
    });
    await rename(unfinished, clusterDirectory(dataDir)).catch(error => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await syncDirectory(dataDir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const maker = /^postgres\.new\.(\d+)\./.exec(name)?.[1];
    if (maker && !isProcessAlive(Number(maker))) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

/**
 * Flushes a rename in `directory` to disk, so that the renamed cluster survives a power failure together with its data.
 */
async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}

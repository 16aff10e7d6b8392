import { readFile, stat } from 'node:fs/promises';

/** The user that runs the server if this process is root, because PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Returns the user that has to run the server: null (the current user) unless this process is root. Root runs it as the
 * owner of the cluster in `clusterDir`, or for a new cluster as the system's `postgres`, else as `nobody`.
 */
export async function resolveServerUser(clusterDir: string): Promise<ServerUser | null> {
  const owner = await stat(clusterDir).catch(error => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  const ourUid = process.getuid?.();
  if (ourUid !== 0) {
    if (!owner || owner.uid === ourUid) return null;
    throw new Error(`${clusterDir} belongs to user ${owner.uid}: run Livehook as that user or as root.`);
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  // initdb requires a user with a name, so an arbitrary user id is not possible.
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) {
    throw new Error(
      'PostgreSQL refuses to run as root, and this machine has no user "postgres" or "nobody": ' +
        'run Livehook as another user, or set DATABASE_URL.',
    );
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * The path of `directory` for the server's programs, which must be started in that directory.
 *
 * Another user cannot access a directory below root's home (0700) by its path. A process that was started in it can
 * access it as `/proc/self/cwd`.
 */
export function pathForServer(directory: string, user: ServerUser | null): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : directory;
}

/**
 * The environment of the server's programs. It excludes ours, because PGDATA, PGPORT and others change their behaviour.
 */
export const serverEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

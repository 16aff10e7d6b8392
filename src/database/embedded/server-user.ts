import { readFile, stat } from 'node:fs/promises';

/** The user that the server runs as where we are root, as PostgreSQL refuses to. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom the server has to run as: null (as we do) unless we are root. Root runs it as the owner of the cluster in
 * `clusterDir`; where there is none yet, as the system's `postgres`, else as `nobody`.
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

  // initdb insists on a user with a name, so a number of our own choice would not do.
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
 * How the server's programs are told where `directory` is: start them in it and pass this.
 *
 * Another user cannot reach a directory below root's home (0700) by its path. A process that was started in it can,
 * by `/proc/self/cwd`, which leads there without passing through the parents.
 */
export function pathForServer(directory: string, user: ServerUser | null): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : directory;
}

/** The environment of the server's programs. Ours is kept from them: PGDATA, PGPORT and others change what they do. */
export const serverEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

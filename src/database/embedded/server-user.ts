import { readFile, stat } from 'node:fs/promises';

/** The user that runs the server if this process is root, because PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Returns the user that has to run the server: null (the current user) unless this process is root. Root runs it as the
 * owner of `clusterDir`; a new cluster gets the system's user `postgres`, else `nobody`.
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

  // initdb requires a user that has a name, so an arbitrary unused uid is not possible.
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
 * Returns the path of `directory` for a program of the server, which must be started in that directory. Another user
 * cannot open a path below root's home (mode 0700), but can open its own working directory as `/proc/self/cwd`.
 */
export function pathForServer(directory: string, user: ServerUser | null): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : directory;
}

/**
 * The environment of the server's programs. It leaves out the variables of this process, because PGDATA, PGPORT and
 * others would change their behaviour.
 */
export const serverEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';
import { pathForServer, type ServerUser, serverEnvironment } from './server-user.ts';

/** The main process of a PostgreSQL server, as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

const pollMs = 20;

/**
 * Finds the running server of this cluster, including one that a killed Livehook process left behind. Null if none
 * runs, or if `postmaster.pid` names a dead process or another program.
 */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | null> {
  const lines = ((await readPidFile(cluster)) ?? '').split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isPostmasterOf(cluster, pid))) return null;
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

export interface StartOptions {
  readonly program: string;
  readonly cluster: Cluster;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: ServerUser | null;
  readonly signal: AbortSignal;
}

/**
 * Starts the server in its own process group, so that Ctrl-C does not reach it and it survives the end of this process.
 * Resolves when it accepts connections, however long its recovery takes. Aborting the signal stops the server again.
 *
 * @throws ServerExitedError with the server's log output if it exits before it is ready.
 */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const { cluster, signal, user } = options;
  await disarmStalePidFile(cluster);
  const settings = { ...options.settings, [markerSetting]: cluster.dataDir };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  await using log = await open(cluster.logFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600);
  const child = spawn(
    options.program,
    ['-D', pathForServer(cluster.dataDir, user), '-p', `${options.port}`, ...flags],
    {
      cwd: cluster.dataDir,
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...user,
    },
  );
  await once(child, 'spawn');
  child.unref();
  while (child.exitCode === null && child.signalCode === null) {
    const postmaster = await findPostmaster(cluster);
    if (postmaster?.isReady && postmaster.pid === child.pid) return postmaster;
    if (signal.aborted && child.pid) {
      await stopPostmaster(cluster, child.pid, 10_000);
      signal.throwIfAborted();
    }
    await delay(pollMs);
  }
  throw new ServerExitedError(await readFile(cluster.logFile, 'utf8'));
}

/** The server exited before it was ready. `output` is its log output. */
export class ServerExitedError extends Error {
  readonly output: string;
  constructor(output: string) {
    super(`The embedded PostgreSQL did not start: ${output.trim().slice(-2000) || 'it logged nothing'}`);
    this.output = output;
  }
}

/**
 * Stops the server with a fast shutdown, which closes connections and writes all data to disk. If the server still runs
 * after `graceMs`, requests an immediate shutdown. The next start then runs crash recovery, and no committed data is
 * lost. Resolves when the server has ended.
 */
export async function stopPostmaster(cluster: Cluster, pid: number, graceMs: number): Promise<void> {
  for (const [signal, waitMs] of [['SIGINT', graceMs] as const, ['SIGQUIT', 10_000] as const]) {
    if (!(await isPostmasterOf(cluster, pid))) return;
    process.kill(pid, signal);
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      if (!(await isPostmasterOf(cluster, pid))) return;
      await delay(pollMs);
    }
  }
  throw new Error(`The embedded PostgreSQL (pid ${pid}) does not stop.`);
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A setting without an effect in PostgreSQL. It makes the command line of the server contain the path of its cluster,
 * by which `isPostmasterOf` recognizes the process.
 */
const markerSetting = 'livehook.data_dir';

async function isPostmasterOf(cluster: Cluster, pid: number): Promise<boolean> {
  const marker = `${markerSetting}=${cluster.dataDir}`;
  if (process.platform === 'linux') {
    // The command line of a zombie is empty. In a container, the first process may never reap a zombie.
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return commandLine.split('\0').includes(marker);
  }
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', `${pid}`]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(marker);
}

/** Reads `postmaster.pid`. Null if the file does not exist. */
async function readPidFile(cluster: Cluster): Promise<string | null> {
  return readFile(pidFile(cluster), 'utf8').catch(error => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return null;
  });
}

function pidFile(cluster: Cluster): string {
  return path.join(cluster.dataDir, 'postmaster.pid');
}

/**
 * PostgreSQL writes its pid right after it has created the file. A file without a pid that is older than this is the
 * remains of a crash.
 */
const unfinishedPidFileMs = 2000;

/**
 * Makes a stale `postmaster.pid` harmless. PostgreSQL refuses to start while the process with that pid is alive, even
 * if it is another program by now, so the pid is replaced by one that cannot exist. The other lines stay, because they
 * name the shared memory by which PostgreSQL finds processes that outlived their server. A file without a pid is
 * removed once it is too old to be from a server that is just starting.
 */
async function disarmStalePidFile(cluster: Cluster): Promise<void> {
  const file = pidFile(cluster);
  const text = await readPidFile(cluster);
  if (text === null) return;
  if (/^-?\d+/.test(text)) {
    await writeFile(file, text.replace(/^-?\d+/, '2147483647'));
    return;
  }
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs > unfinishedPidFileMs) await rm(file, { force: true });
}

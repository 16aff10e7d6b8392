import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';
import { pathForServer, type ServerUser, serverEnvironment } from './server-user.ts';

/** The main process of the server, as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

const pollMs = 20;

/**
 * The running server of this cluster, also one that a killed process left behind. Null if there is none, also if
 * `postmaster.pid` names a dead process or another program.
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
 * Starts the server in its own process group, so that Ctrl-C does not reach it and it outlives us. Resolves when it
 * accepts connections, however long its recovery takes. An abort stops it again.
 *
 * @throws ServerExitedError with its log output if it ends instead.
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

/** The server ended before it was ready. `output` is its log output. */
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
 * A setting that PostgreSQL ignores. It puts the path of the cluster into the arguments, which identifies the process.
 */
const markerSetting = 'livehook.data_dir';

async function isPostmasterOf(cluster: Cluster, pid: number): Promise<boolean> {
  const marker = `${markerSetting}=${cluster.dataDir}`;
  if (process.platform === 'linux') {
    // The text is empty for a zombie, which the first process of a container may never reap.
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return commandLine.split('\0').includes(marker);
  }
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', `${pid}`]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(marker);
}

/** Returns null if there is none. */
async function readPidFile(cluster: Cluster): Promise<string | null> {
  return readFile(pidFile(cluster), 'utf8').catch(error => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return null;
  });
}

function pidFile(cluster: Cluster): string {
  return path.join(cluster.dataDir, 'postmaster.pid');
}

/** PostgreSQL writes the file immediately after creating it. An older file without a number was left by a crash. */
const unfinishedPidFileMs = 2000;

/**
 * PostgreSQL refuses to start while the process named in `postmaster.pid` is alive, even if that number now belongs to
 * another program. The number is replaced by an impossible one. The rest is kept, because it names the shared memory by
 * which PostgreSQL recognizes backends that outlived their server. A file without a number is removed when no server
 * can be about to write it.
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

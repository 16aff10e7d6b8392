import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { locateBinaries } from './embedded/binaries.ts';
import { clusterDirectory, openCluster, readCluster } from './embedded/cluster.ts';
import { findFreePort } from './embedded/free-port.ts';
import { connectionString, DataDirInUseError, type Ownership, ownCluster } from './embedded/owner.ts';
import {
  findPostmaster,
  type Postmaster,
  ServerExitedError,
  startPostmaster,
  stopPostmaster,
} from './embedded/postmaster.ts';
import { resolveServerUser } from './embedded/server-user.ts';
import { embeddedSettings } from './embedded/settings.ts';

export interface EmbeddedPostgresOptions {
  /**
   * The data directory, created with mode 0700 if it does not exist. `postgres` below it contains the cluster, its
   * password and its log.
   */
  readonly dataDir: string;
  readonly log: Logger;
  /** PostgreSQL settings that override those of embedded/settings.ts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Returns how long the server may take to shut down, in ms. Called when it is closed. Default: 30,000 ms. */
  readonly getStopGraceMs?: () => number;
  /** Aborting it during the start stops the server again. It has no effect after the start. */
  readonly signal?: AbortSignal;
}

/**
 * A running PostgreSQL server that belongs to this process. Disposing it stops the server, so close all connections
 * first.
 */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** The URL of the database `livehook` on 127.0.0.1. It stays the same when the server is restarted. */
  readonly connectionString: string;
  /** The process id of the server. It changes when the server dies and is restarted. */
  readonly pid: number;
}

/**
 * Returns the connection string of the PostgreSQL server of `dataDir`. Null if it is not running or was never started.
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  if (!existsSync(clusterDirectory(dataDir))) return null;
  const cluster = await readCluster(dataDir);
  const running = await findPostmaster(cluster);
  return running?.isReady ? connectionString(cluster, running.port, 'livehook') : null;
}

/**
 * The number of times that a start is tried while another program uses the port, or processes of a killed server
 * remain.
 */
const startAttempts = 50;

/**
 * Starts the PostgreSQL server of `dataDir`, or uses the one that a killed Livehook process left running. A server that
 * dies is restarted on the same port. Ctrl-C in the terminal does not reach it.
 *
 * Only one process at a time can own a data directory. The owner has an advisory lock in the server, which ends with
 * the process, so that no lock file can be left behind.
 *
 * @throws DataDirInUseError if another process owns it; Error with the server's message if it does not start.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, getStopGraceMs = () => 30_000 } = options;
  dropLibpqVariables();
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const user = await resolveServerUser(clusterDirectory(dataDir));
  const binaries = await locateBinaries(user);
  const cluster = await openCluster(dataDir, binaries, user, options.signal);
  const settings = { ...embeddedSettings, ...options.settings };
  const closing = new AbortController();

  async function startOrAdopt(fixedPort: number | null, signal: AbortSignal): Promise<[Postmaster, isNew: boolean]> {
    for (let attempt = 1; ; ) {
      signal.throwIfAborted();
      const running = await findPostmaster(cluster);
      if (running?.isReady) return [running, false];
      // The server exists but is not ready: it is recovering from a crash, or its previous owner is stopping it.
      if (running) {
        await delay(50, undefined, { signal });
        continue;
      }
      try {
        const port = fixedPort ?? (await findFreePort());
        return [await startPostmaster({ program: binaries.postgres, cluster, port, settings, user, signal }), true];
      } catch (error) {
        if (!(error instanceof ServerExitedError && isPassing(error)) || ++attempt > startAttempts) throw error;
        await delay(200, undefined, { signal });
      }
    }
  }

  async function takeOver(fixedPort: number | null, signal: AbortSignal): Promise<[Postmaster, Ownership]> {
    for (;;) {
      const [postmaster, isNew] = await startOrAdopt(fixedPort, signal);
      try {
        return [postmaster, await ownCluster(cluster, postmaster.port)];
      } catch (error) {
        if (error instanceof DataDirInUseError) throw error;
        const now = await findPostmaster(cluster);
        // The server stopped during the connection attempt, because its previous owner was stopping it. Start a new
        // one.
        if (now?.pid !== postmaster.pid || !now.isReady) continue;
        if (isNew) await stopPostmaster(cluster, postmaster.pid, getStopGraceMs());
        throw error;
      }
    }
  }

  let [postmaster, ownership] = await takeOver(null, options.signal ?? closing.signal);
  const { port } = postmaster;
  log.info({ pid: postmaster.pid, port, dataDir }, 'embedded PostgreSQL is running');

  async function keepRunning(): Promise<void> {
    while (!closing.signal.aborted) {
      await ownership.ended;
      if (closing.signal.aborted) return;
      log.error({ pid: postmaster.pid }, 'the embedded PostgreSQL stopped unexpectedly; starting it again');
      try {
        [postmaster, ownership] = await takeOver(port, closing.signal);
        log.info({ pid: postmaster.pid, port }, 'embedded PostgreSQL is running again');
      } catch (error) {
        if (closing.signal.aborted) return;
        log.fatal({ err: error }, 'the embedded PostgreSQL could not be started again');
        await delay(1_000, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }
  const kept = keepRunning();

  async function close(): Promise<void> {
    closing.abort();
    // The advisory lock is kept until the server has stopped. Otherwise a new owner could adopt the server that is
    // stopping.
    await stopPostmaster(cluster, postmaster.pid, getStopGraceMs());
    await kept;
    // `keepRunning` may have restarted the server between the first stop and now.
    await stopPostmaster(cluster, postmaster.pid, getStopGraceMs());
    log.info({ pid: postmaster.pid }, 'embedded PostgreSQL is stopped');
  }
  let closed: Promise<void> | undefined;

  return {
    connectionString: connectionString(cluster, port, 'livehook'),
    get pid() {
      return postmaster.pid;
    },
    [Symbol.asyncDispose]() {
      closed ??= close();
      return closed;
    },
  };
}

/**
 * Deletes variables such as PGSSLMODE and PGOPTIONS, which are meant for other databases of this user. `pg` applies
 * them to every connection, and the embedded server would reject their values.
 */
function dropLibpqVariables(): void {
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]+$/.test(name)) delete process.env[name];
}

/**
 * Whether another start may succeed, because this one failed only because another program used the port, or processes
 * of a killed server had not ended yet.
 */
function isPassing(error: ServerExitedError): boolean {
  return /Address already in use|shared memory block|lock file "postmaster.pid"|bogus data in lock file/.test(
    error.output,
  );
}

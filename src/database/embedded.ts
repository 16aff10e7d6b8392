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
  /** Created if it does not exist (mode 0700). The cluster, its password and its log are in `postgres` below it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Settings that override those of embedded/settings.ts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long the server may take to write everything. Read when it is closed. Default: 30,000 ms. */
  readonly getStopGraceMs?: () => number;
  /** Aborting a start stops what it has started. It has no effect afterwards. */
  readonly signal?: AbortSignal;
}

/**
 * A running PostgreSQL that belongs to this process. Closing it stops the server, so close it after everything that
 * uses it.
 */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** The URL of the database `livehook` on 127.0.0.1. It never changes while this is open. */
  readonly connectionString: string;
  /** The process id of the server. It changes when the server dies and is restarted. */
  readonly pid: number;
}

/** How to connect to the PostgreSQL of `dataDir` if it is running. Null if it is not, or was never started. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  if (!existsSync(clusterDirectory(dataDir))) return null;
  const cluster = await readCluster(dataDir);
  const running = await findPostmaster(cluster);
  return running?.isReady ? connectionString(cluster, running.port, 'livehook') : null;
}

/** How often a start is retried while a port, or the remains of a killed server, are in the way. */
const startAttempts = 50;

/**
 * Starts the PostgreSQL of `dataDir`, or adopts the one that a killed process left running. A server that dies is
 * restarted on the same port. The terminal's Ctrl-C does not reach it.
 *
 * One process at a time owns a data directory. It holds an advisory lock in the server, which ends with the process and
 * needs no lock file.
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
      // The server recovers from a crash, or is still stopping for the previous owner.
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
        // The server stopped while we connected, because its previous owner was stopping it.
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
      log.error({ pid: postmaster.pid }, 'the embedded PostgreSQL went away; starting it again');
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
    // The lock is held until the server has stopped, so that the next owner starts a new one instead of adopting this
    // one.
    await stopPostmaster(cluster, postmaster.pid, getStopGraceMs());
    await kept;
    // It may have been restarted just now.
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
 * Deletes variables such as PGSSLMODE and PGOPTIONS, which are meant for other databases of this user. pg reads them
 * for every connection, and the embedded server would reject their values.
 */
function dropLibpqVariables(): void {
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]+$/.test(name)) delete process.env[name];
}

/** Another program took the port, or backends of a killed server have not ended yet. */
function isPassing(error: ServerExitedError): boolean {
  return /Address already in use|shared memory block|lock file "postmaster.pid"|bogus data in lock file/.test(
    error.output,
  );
}

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { advisoryLocks } from '../advisory-locks.ts';
import { type Cluster, superuser } from './cluster.ts';

/**
 * How long to retry for the lock of a killed owner: the server keeps it until it notices that the owner's socket
 * closed.
 */
const lockLossMs = 2_000;

/** The data directory belongs to another Livehook process that is running. */
export class DataDirInUseError extends Error {}

/**
 * The connection that makes this process the owner of a cluster. Its advisory lock ends with the connection, and so
 * with the process.
 */
export interface Ownership {
  /** Resolves when the connection is lost, for any reason. */
  readonly ended: Promise<void>;
}

export function connectionString(cluster: Cluster, port: number, database: string): string {
  return `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes this process the owner of the running cluster, and creates the database `livehook` if it does not exist.
 *
 * @throws DataDirInUseError if another process is the owner; errors of pg if the server cannot be reached.
 */
export async function ownCluster(cluster: Cluster, port: number): Promise<Ownership> {
  const client = new Client({
    connectionString: connectionString(cluster, port, 'postgres'),
    application_name: `livehook-owner ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // The error itself is ignored: the caller only waits for the end of the connection, and the server logs the reason.
  client.on('error', () => undefined);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  client.once('end', resolve);
  await client.connect();
  try {
    await lock(client, cluster);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'livehook'");
    if (!rowCount) await client.query('CREATE DATABASE livehook');
  } catch (error) {
    await client.end();
    throw error;
  }
  return { ended };
}

async function lock(client: Client, cluster: Cluster): Promise<void> {
  const until = performance.now() + lockLossMs;
  for (;;) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [advisoryLocks.clusterOwner]);
    if (rows[0].locked) return;
    if (performance.now() > until) break;
    await delay(50);
  }
  const { rows } = await client.query(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND objid = $1",
    [advisoryLocks.clusterOwner],
  );
  const pid = /\d+$/.exec(rows[0]?.application_name ?? '')?.[0] ?? 'unknown';
  throw new DataDirInUseError(
    `The database in ${cluster.dataDir} belongs to another Livehook that is running (pid ${pid}): ` +
      'stop that one, or give this one its own DATA_DIR.',
  );
}

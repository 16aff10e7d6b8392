import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { advisoryLocks } from '../advisory-locks.ts';
import { type Cluster, superuser } from './cluster.ts';

/** How long an owner that was just killed may take to lose its lock: the server has to notice its closed socket. */
const patienceMs = 2_000;

/** Another live Livehook process owns the data directory. */
export class DataDirInUseError extends Error {}

/** The connection that makes this process the owner of a cluster. The lock ends with it, and so with the process. */
export interface Ownership {
  /** Resolves once the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
}

export function connectionString(cluster: Cluster, port: number, database: string): string {
  return `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes this process the owner of the running cluster, and makes the database `livehook` where there is none.
 *
 * @throws DataDirInUseError where another process is the owner; pg's errors where the server cannot be reached.
 */
export async function ownCluster(cluster: Cluster, port: number): Promise<Ownership> {
  const client = new Client({
    connectionString: connectionString(cluster, port, 'postgres'),
    application_name: `livehook-owner ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // The connection's end is what counts; why it ended is in the server's log.
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
  const until = performance.now() + patienceMs;
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

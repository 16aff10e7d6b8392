import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';
import type { Logger } from '../log.ts';

interface OldestSnapshot {
  readonly seconds: number;
  /** The process id of the server session that has the snapshot. Null for a prepared transaction. */
  readonly pid: number | null;
  readonly applicationName: string | null;
}

/** Finds the oldest snapshot. It leaves out autovacuum workers, because VACUUM ignores their snapshots. */
const oldestStatement = defineStatement<[], OldestSnapshot>({
  name: 'oldest-snapshot',
  text: `
SELECT extract(epoch FROM clock_timestamp() - began_at)::float8 AS seconds, pid, application_name AS "applicationName"
FROM (
  SELECT xact_start AS began_at, pid, application_name FROM pg_stat_activity
  WHERE datname = current_database() AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
    AND pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'
  UNION ALL
  SELECT prepared, NULL, NULL FROM pg_prepared_xacts WHERE database = current_database()
) held WHERE began_at IS NOT NULL ORDER BY began_at LIMIT 1`,
});

export interface WatchSnapshotsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Called with the age of the oldest snapshot in seconds, or 0 if there is none. */
  readonly record: (seconds: number) => void;
  /** The age of the oldest snapshot at which a warning is logged. Default: 300. */
  readonly warnAfterSeconds?: number;
}

/**
 * Measures the age of the oldest transaction's snapshot, and logs a warning if it is old. VACUUM cannot remove rows
 * that were deleted after the snapshot was made, so the indexes that claims read grow with every delivery.
 */
export async function watchSnapshots({
  pool,
  log,
  record,
  warnAfterSeconds = 300,
}: WatchSnapshotsOptions): Promise<void> {
  const [oldest] = await oldestStatement(pool, []);
  record(oldest?.seconds ?? 0);
  if (!oldest || oldest.seconds < warnAfterSeconds) return;
  log.warn(
    { seconds: Math.round(oldest.seconds), pid: oldest.pid, applicationName: oldest.applicationName },
    'a transaction holds an old snapshot; until it ends, sending becomes slower with each delivery',
  );
}

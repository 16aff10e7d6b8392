import type { Pool } from 'pg';
import type { Services } from '../context.ts';

/**
 * Stores this process's limits for publishing in the database, where the SQL function `livehook.publish_event` reads
 * them.
 */
export async function recordPublishLimits(
  pool: Pool,
  { limits, quotas }: Pick<Services, 'limits' | 'quotas'>,
): Promise<void> {
  await pool.query(
    `UPDATE publish_limits SET max_payload_bytes = $1, max_event_types = $2
     WHERE (max_payload_bytes, max_event_types) IS DISTINCT FROM ($1, $2)`,
    [limits.maxPayloadBytes, quotas.eventTypes],
  );
}

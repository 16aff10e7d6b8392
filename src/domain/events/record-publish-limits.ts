import type { Pool } from 'pg';
import type { Services } from '../context.ts';

/** Tells `livehook.publish_event`, which runs in the database, the limits that this process has for publishing. */
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

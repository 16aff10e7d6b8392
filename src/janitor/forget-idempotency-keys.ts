import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';

const forgetStatement = defineStatement<[], { key: string }>({
  name: 'idempotency-forget',
  text: `
DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '7 days' LIMIT 10000
)) RETURNING key`,
});

/** Deletes idempotency keys that are older than 7 days, in chunks. */
export async function forgetIdempotencyKeys(pool: Pool): Promise<void> {
  while ((await forgetStatement(pool, [])).length > 0);
}

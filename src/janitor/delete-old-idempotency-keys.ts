import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';

const deleteStatement = defineStatement<[], { key: string }>({
  name: 'idempotency-delete-old',
  text: `
DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '7 days' LIMIT 10000
)) RETURNING key`,
});

/** Deletes idempotency keys that are older than 7 days, in chunks. */
export async function deleteOldIdempotencyKeys(pool: Pool): Promise<void> {
  while ((await deleteStatement(pool, [])).length > 0);
}

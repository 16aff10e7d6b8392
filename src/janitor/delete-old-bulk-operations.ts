import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';

/**
 * The number of operations that one statement deletes. It is small, because each operation can have 10,000 error rows.
 */
const chunk = 10;

const deleteStatement = defineStatement<[beforeMs: number], { id: string }>({
  name: 'bulk-delete-old',
  text: `
DELETE FROM bulk_operation WHERE id = ANY (ARRAY (
  SELECT id FROM bulk_operation WHERE finished_at < to_timestamp($1 / 1000::float8) ORDER BY finished_at LIMIT ${chunk}
)) RETURNING id`,
});

/** Deletes bulk operations that ended before `beforeMs` (Unix milliseconds), with their errors, in chunks. */
export async function deleteOldBulkOperations(pool: Pool, beforeMs: number): Promise<void> {
  while ((await deleteStatement(pool, [beforeMs])).length === chunk);
}

import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';

const findStatement = defineStatement<[id: string], { id: string }>({
  name: 'tenant-find',
  text: 'SELECT id FROM tenant WHERE id = $1',
});

/** Whether there is a tenant of this id (UUID). */
export async function isTenant(pool: Pool, id: string): Promise<boolean> {
  return (await findStatement(pool, [id])).length > 0;
}

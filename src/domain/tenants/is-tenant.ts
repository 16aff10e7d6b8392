import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';

const findStatement = defineStatement<[id: string], { id: string }>({
  name: 'tenant-find',
  text: 'SELECT id FROM tenant WHERE id = $1 AND deleted_at IS NULL',
});

/** Whether a tenant with this id (UUID) exists and is not deleted. */
export async function isTenant(pool: Pool, id: string): Promise<boolean> {
  return (await findStatement(pool, [id])).length > 0;
}

const filterStatement = defineStatement<[ids: readonly string[]], { id: string }>({
  name: 'tenants-active',
  text: 'SELECT id FROM tenant WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL',
});

/** Returns those of the tenants (UUIDs) that are not deleted. */
export async function filterActiveTenants(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await filterStatement(pool, [ids])).map(row => row.id));
}

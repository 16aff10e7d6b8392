import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';

/** An event as it is stored. `id` and `tenantId` are UUIDs. */
export interface EventRow {
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  readonly payload: string;
  readonly isTest: boolean;
}

const findStatement = defineStatement<[tenantId: string, ids: readonly string[]], EventRow>({
  name: 'events-find',
  text: `
SELECT id, tenant_id AS "tenantId", type, payload, is_test AS "isTest"
FROM event WHERE id = ANY ($2::uuid[]) AND tenant_id = $1`,
});

/** Finds the tenant's events with these ids, in any order. Events that retention has deleted are missing. */
export async function findEvents(db: Pool | PoolClient, tenantId: string, ids: readonly string[]): Promise<EventRow[]> {
  return ids.length === 0 ? [] : findStatement(db, [tenantId, ids]);
}

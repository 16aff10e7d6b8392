import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { Permission } from '../context.ts';

/** The data of an API key that a request needs. */
export interface ActiveApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly permissions: readonly Permission[];
  /** When the key expires, in Unix milliseconds. Null if it never does. */
  readonly expiresAt: number | null;
}

/* Updates `last_used_at` at most once a minute, so that most requests write nothing. */
const findStatement = defineStatement<[sha256: Buffer], ActiveApiKey>({
  name: 'api-key-find',
  text: `
WITH found AS (
  SELECT k.id, k.tenant_id, k.permissions, k.expires_at FROM api_key k JOIN tenant t ON t.id = k.tenant_id
  WHERE k.sha256 = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    AND t.deleted_at IS NULL
), used AS (
  UPDATE api_key SET last_used_at = now()
  WHERE id = (SELECT id FROM found) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT id, tenant_id AS "tenantId", to_json(permissions) AS permissions,
  round(date_part('epoch', expires_at) * 1000) AS "expiresAt"
FROM found`,
});

/**
 * Finds the key with this hash (`hashKey`), if it is neither revoked nor expired, and its tenant is not deleted.
 * Records that it was used, at most once a minute.
 */
export async function findActiveApiKey(pool: Pool, sha256: Buffer): Promise<ActiveApiKey | null> {
  const [key] = await findStatement(pool, [sha256]);
  return key ?? null;
}

const filterStatement = defineStatement<[ids: readonly string[]], { id: string }>({
  name: 'api-keys-active',
  text: `
SELECT k.id FROM api_key k JOIN tenant t ON t.id = k.tenant_id
WHERE k.id = ANY ($1::uuid[]) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
  AND t.deleted_at IS NULL`,
});

/** Returns those of the keys that are neither revoked nor expired, and whose tenant is not deleted. */
export async function filterActiveApiKeys(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await filterStatement(pool, [ids])).map(row => row.id));
}

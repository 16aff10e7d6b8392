import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { Permission } from '../context.ts';

/** The data of a portal token that a request needs. */
export interface ActivePortalToken {
  readonly id: string;
  readonly tenantId: string;
  /** The API key that created the token. Null for the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: readonly Permission[];
  /** The ids (UUIDs) of the endpoints that the token can access. */
  readonly endpointIds: readonly string[];
  /** Event types and prefixes that the token's holder may add to the endpoints. */
  readonly eventTypes: readonly string[];
  /** The holder of the token may create endpoints until it has this many. Null: it may create none. */
  readonly maxEndpoints: number | null;
  /** When the token expires, in Unix milliseconds. */
  readonly expiresAt: number;
}

const findStatement = defineStatement<[id: string], ActivePortalToken>({
  name: 'portal-token-find',
  text: `
SELECT t.id, t.tenant_id AS "tenantId", t.api_key_id AS "apiKeyId", to_json(t.permissions) AS permissions,
  to_json(t.endpoint_ids) AS "endpointIds", to_json(t.event_types) AS "eventTypes",
  t.max_endpoints AS "maxEndpoints", round(date_part('epoch', t.expires_at) * 1000) AS "expiresAt"
FROM portal_token t JOIN tenant owner ON owner.id = t.tenant_id LEFT JOIN api_key k ON k.id = t.api_key_id
WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > now() AND owner.deleted_at IS NULL
  AND (t.api_key_id IS NULL OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())))`,
});

/** Finds the token with this id (UUID), if neither the token nor the key that created it is revoked or expired. */
export async function findActivePortalToken(pool: Pool, id: string): Promise<ActivePortalToken | null> {
  const [token] = await findStatement(pool, [id]);
  return token ?? null;
}

const filterStatement = defineStatement<[ids: readonly string[]], { id: string }>({
  name: 'portal-tokens-active',
  text: `
SELECT t.id FROM portal_token t JOIN tenant owner ON owner.id = t.tenant_id LEFT JOIN api_key k ON k.id = t.api_key_id
WHERE t.id = ANY ($1::uuid[]) AND t.revoked_at IS NULL AND t.expires_at > now() AND owner.deleted_at IS NULL
  AND (t.api_key_id IS NULL OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())))`,
});

/**
 * Returns those of the tokens (UUIDs) that are valid: neither they nor the keys that created them are revoked or
 * expired.
 */
export async function filterActivePortalTokens(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await filterStatement(pool, [ids])).map(row => row.id));
}
